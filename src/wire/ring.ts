/**
 * Ring: one queue of byte records in shared memory, for one writing thread and one reading thread.
 *
 *    byte 0         64              128             192                                          192 + capacity
 *    ┌──────────────┬───────────────┬───────────────┬────────────────────────────────────────────┐
 *    │ (padding)    │ HEAD, WAITS   │ TAIL          │ records                                    │
 *    └──────────────┴───────────────┴───────────────┴────────────────────────────────────────────┘
 *                                        tail & mask ─▲▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▲─ head & mask
 *
 *    a record:  │ length, 4 bytes │ tag, 4 bytes │ bytes … │ padding to a multiple of 8 │
 *
 * HEAD and TAIL count bytes modulo 2^32 and only grow, so `head - tail` in 32 bits is what is in the ring, full (capacity) and
 * empty (0) differ, and a capacity that is a power of two lets positions wrap anywhere. What the writer writes and what the
 * reader writes lie at least a cache line apart (the memory need not start where a line does, hence padding on both sides).
 *
 * A record lies in one piece. One that would cross the end of the memory starts at its beginning instead, and a record tagged
 * SKIP fills the rest. No record is larger than a quarter of the capacity, so record and skip together never need more than half.
 *
 * Who writes what: the writer HEAD and the records between TAIL + capacity and HEAD; the reader TAIL. WAITS: the writer sets
 * it, the reader clears it.
 *
 * Why this is right. Atomics are sequentially consistent, and what a thread wrote plainly before an Atomics.store is seen
 * by whoever loads the stored value.
 *  1. The reader sees whole records: they are written before HEAD is stored, and read after it was loaded. A writer that is
 *     killed anywhere before the store has published nothing, neither skip nor record.
 *  2. The writer overwrites nothing that is still read: TAIL is stored after the reading, and room is computed from a loaded
 *     TAIL. An old copy of HEAD or TAIL only makes its owner careful: less to read, less room.
 *  3. A writer without room is told when there is some. It stores WAITS, then loads TAIL once more; the reader stores TAIL, then
 *     loads WAITS. One of them comes second and sees what the other stored: either the writer finds the room, or the reader the
 *     wish. A record is refused only while more than half of the ring is full, so the reader has yet to read and release. It
 *     sees WAITS each time, and asks for a ring as soon as half is free: enough for any record.
 */

const HEAD = 16
const WAITS = 17
const TAIL = 32

/** Bytes before the records. */
const CONTROL = 192
/** Length and tag. Records start at multiples of it, so even the last bytes before the end have room for a SKIP. */
const RECORD_HEADER = 8

const SKIP = -1

/** Where a ring lies. */
export interface RingPlace {
  readonly memory: SharedArrayBuffer
  readonly offset: number
  /** A power of two. */
  readonly capacity: number
}

export interface RingRecord {
  /** What the writer gave with it. */
  readonly tag: number
  /** A view on the shared memory, valid until release(). */
  readonly bytes: Uint8Array
}

/** The bytes of memory that a ring needs. */
export function ringSize(capacity: number): number {
  return CONTROL + capacity
}

/** Sets the position from which an empty ring counts; new memory counts from 0. For memory that nobody uses yet. */
export function startRing(place: RingPlace, position: number): void {
  const control = controlWords(place)
  Atomics.store(control, HEAD, position)
  Atomics.store(control, TAIL, position)
}

export class RingWriter {
  /** The longest record that put() takes. */
  readonly largest: number
  readonly #control: Int32Array
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  #head: number
  #tail: number

  constructor(place: RingPlace) {
    this.#control = controlWords(place)
    this.#words = recordWords(place)
    this.#bytes = recordBytes(place)
    this.largest = place.capacity / 4 - RECORD_HEADER
    this.#head = Atomics.load(this.#control, HEAD)
    this.#tail = Atomics.load(this.#control, TAIL)
  }

  /** Publishes one record. `false`: there is no room, nothing was written, and the reader will be asked to ring (see 3). */
  put(tag: number, bytes: Uint8Array): boolean {
    if (bytes.length > this.largest) throw new RangeError(`${bytes.length} bytes for a ring that takes ${this.largest}`)
    const size = recordSize(bytes.length)
    let at = this.#head & (this.#bytes.length - 1)
    const skip = at + size > this.#bytes.length ? this.#bytes.length - at : 0
    if (!this.#hasRoom(skip + size)) return false
    if (skip > 0) {
      this.#words[(at >> 2) + 1] = SKIP
      at = 0
    }
    this.#words[at >> 2] = bytes.length
    this.#words[(at >> 2) + 1] = tag
    this.#bytes.set(bytes, at + RECORD_HEADER)
    this.#head = (this.#head + skip + size) | 0
    Atomics.store(this.#control, HEAD, this.#head)
    return true
  }

  /** Whether put() would find room for a record of that length now. */
  takes(length: number): boolean {
    const size = recordSize(length)
    const at = this.#head & (this.#bytes.length - 1)
    return this.#hasRoom(at + size > this.#bytes.length ? this.#bytes.length - at + size : size)
  }

  #hasRoom(size: number): boolean {
    if (this.#free() >= size) return true
    this.#tail = Atomics.load(this.#control, TAIL)
    if (this.#free() >= size) return true
    Atomics.store(this.#control, WAITS, 1)
    // Once more, or a release between the look above and the store would go unnoticed by both. If there is room now, WAITS
    // stays set: that costs one ring for nothing.
    this.#tail = Atomics.load(this.#control, TAIL)
    return this.#free() >= size
  }

  #free(): number {
    return this.#bytes.length - ((this.#head - this.#tail) | 0)
  }
}

export class RingReader {
  readonly #control: Int32Array
  readonly #words: Int32Array
  readonly #bytes: Uint8Array
  #head: number
  #tail: number
  #released: number

  constructor(place: RingPlace) {
    this.#control = controlWords(place)
    this.#words = recordWords(place)
    this.#bytes = recordBytes(place)
    this.#head = Atomics.load(this.#control, HEAD)
    this.#tail = Atomics.load(this.#control, TAIL)
    this.#released = this.#tail
  }

  /** The next record, which is then taken; its room is given back by release(). */
  next(): RingRecord | undefined {
    if (this.#tail === this.#head) {
      this.#head = Atomics.load(this.#control, HEAD)
      if (this.#tail === this.#head) return undefined
    }
    let at = this.#tail & (this.#bytes.length - 1)
    if (this.#words[(at >> 2) + 1] === SKIP) {
      // A record follows for certain: both were published by one store.
      this.#tail = (this.#tail + this.#bytes.length - at) | 0
      at = 0
    }
    const length = this.#words[at >> 2]!
    const tag = this.#words[(at >> 2) + 1]!
    this.#tail = (this.#tail + recordSize(length)) | 0
    return { tag, bytes: this.#bytes.subarray(at + RECORD_HEADER, at + RECORD_HEADER + length) }
  }

  /** Gives back the room of all that was taken. `true`: the writer waits, and now has room: ring its bell. */
  release(): boolean {
    if (this.#tail === this.#released) return false
    this.#released = this.#tail
    Atomics.store(this.#control, TAIL, this.#tail)
    if (Atomics.load(this.#control, WAITS) === 0) return false
    // A waiting writer publishes nothing, so HEAD stands still while it is compared.
    const used = (Atomics.load(this.#control, HEAD) - this.#tail) | 0
    if (used > this.#bytes.length / 2) return false
    // Cleared before the ring: a writer that runs full again in between sets it again, and is rung all the same.
    Atomics.store(this.#control, WAITS, 0)
    return true
  }
}

function recordSize(length: number): number {
  return (RECORD_HEADER + length + 7) & ~7
}

function controlWords({ memory, offset, capacity }: RingPlace): Int32Array {
  if (capacity < 64 || capacity > 2 ** 30 || (capacity & (capacity - 1)) !== 0) {
    throw new RangeError(`The capacity of a ring must be a power of two from 64 to 2 ** 30. Got: ${capacity}.`)
  }
  return new Int32Array(memory, offset, CONTROL / 4)
}

function recordWords({ memory, offset, capacity }: RingPlace): Int32Array {
  return new Int32Array(memory, offset + CONTROL, capacity / 4)
}

function recordBytes({ memory, offset, capacity }: RingPlace): Uint8Array {
  return new Uint8Array(memory, offset + CONTROL, capacity)
}
