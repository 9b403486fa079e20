/**
 * Ring: one queue of byte records in shared memory, for one writing thread and one reading thread.
 *
 *    byte 0         64              128             192                                          192 + capacity
 *    ┌──────────────┬───────────────┬───────────────┬────────────────────────────────────────────┐
 *    │ (padding)    │ HEAD, WAITS   │ TAIL, TOLD    │ records                                    │
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
 * it, the reader clears it. TOLD the same.
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
 *  4. A reader that has found nothing is told of the next record, and only of that one: its bell is a word that both write, which
 *     costs more than the record. The reader that finds nothing clears TOLD, then loads HEAD once more; the writer stores HEAD, then
 *     loads TOLD. One of them comes second and sees what the other stored: either the reader finds the record, or the writer that it
 *     must tell. Then it sets TOLD, and rings. In memory that is new nobody has been told of anything. So whoever reads may rest
 *     only when next() has found nothing, or if it knows that it has left some there.
 */

import type { ByteWriter } from './byte-writer.ts'
import type { WireRecord } from './link.ts'

const HEAD = 16
const WAITS = 17
const TAIL = 32
const TOLD = 33

/** Bytes before the records. */
const CONTROL = 192
/** Length and tag. Records start at multiples of it, so even the last bytes before the end have room for a SKIP. */
export const RECORD_HEADER = 8

const SKIP = -1

/** Up to here a loop over words costs less than a call into Node. */
const LOOP_BYTES = 256

/** Instead of a place in the ring. */
const NO_ROOM = -1

const NO_ATTACHMENTS: readonly unknown[] = []

/** Where a ring lies. */
export interface RingPlace {
  readonly memory: SharedArrayBuffer
  readonly offset: number
  /** A power of two. */
  readonly capacity: number
}

/** Where in a ring a record lies, which can be used for the next one: to make one takes as long as to read a short record. Valid until release(). */
export class RingRecord implements WireRecord {
  /** What the writer gave with it. */
  tag = 0
  /** All records of the ring; this one from `start` to `end`. */
  memory: Buffer = NO_MEMORY
  start = 0
  end = 0
  readonly attachments = NO_ATTACHMENTS

  /** A view on the shared memory. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.memory.byteOffset + this.start, this.end - this.start)
  }
}

const NO_MEMORY = Buffer.alloc(0)

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
  readonly #bytes: Buffer
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
    const at = this.#begin(tag, bytes.length)
    if (at === NO_ROOM) return false
    this.#bytes.set(bytes, at)
    this.#publish(at, bytes.length)
    return true
  }

  /** The same for what stands in a writer. */
  putWritten(tag: number, { bytes, words, length }: ByteWriter): boolean {
    const at = this.#begin(tag, length)
    if (at === NO_ROOM) return false
    // Not set(), which takes twice as long into memory that is shared.
    if (length > LOOP_BYTES) bytes.copy(this.#bytes, at, 0, length)
    // What this copies beyond the end lies in the padding.
    else for (let word = 0, to = at >> 2; word << 2 < length; word++, to++) this.#words[to] = words[word]!
    this.#publish(at, length)
    return true
  }

  /** Finds the place for the bytes of a record, and writes what stands before them. */
  #begin(tag: number, length: number): number {
    if (length > this.largest) throw new RangeError(`${length} bytes for a ring that takes ${this.largest}`)
    const size = recordSize(length)
    let at = this.#head & (this.#bytes.length - 1)
    const skip = at + size > this.#bytes.length ? this.#bytes.length - at : 0
    if (!this.#hasRoom(skip + size)) return NO_ROOM
    if (skip > 0) {
      this.#words[(at >> 2) + 1] = SKIP
      at = 0
    }
    this.#words[at >> 2] = length
    this.#words[(at >> 2) + 1] = tag
    return at + RECORD_HEADER
  }

  /** Shows the reader a record, whose bytes stand at `at`, and the skip before it. */
  #publish(at: number, length: number): void {
    // From where HEAD stood to the end of the record, across the end of the memory or not.
    const mask = this.#bytes.length - 1
    const size = ((at - RECORD_HEADER - this.#head) & mask) + recordSize(length)
    this.#head = (this.#head + size) | 0
    Atomics.store(this.#control, HEAD, this.#head)
  }

  /** After put(): whether the reader must be told of it (see 4); then this is its ring. */
  mustTell(): boolean {
    if (Atomics.load(this.#control, TOLD) !== 0) return false
    Atomics.store(this.#control, TOLD, 1)
    return true
  }

  /** Telling it has failed: it must be told of the next record. */
  notTold(): void {
    Atomics.store(this.#control, TOLD, 0)
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
  readonly #bytes: Buffer
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

  /** The next record, which is then taken, noted in `record`; its room is given back by release(). */
  next(record = new RingRecord()): RingRecord | undefined {
    if (this.#tail === this.#head && !this.#hasMore()) return undefined
    let at = this.#tail & (this.#bytes.length - 1)
    if (this.#words[(at >> 2) + 1] === SKIP) {
      // A record follows for certain: both were published by one store.
      this.#tail = (this.#tail + this.#bytes.length - at) | 0
      at = 0
    }
    const length = this.#words[at >> 2]!
    record.tag = this.#words[(at >> 2) + 1]!
    record.memory = this.#bytes
    record.start = at + RECORD_HEADER
    record.end = record.start + length
    this.#tail = (this.#tail + recordSize(length)) | 0
    return record
  }

  /** Loads HEAD; where nothing is there, the writer knows from then on that it must tell (see 4). */
  #hasMore(): boolean {
    this.#head = Atomics.load(this.#control, HEAD)
    if (this.#tail !== this.#head) return true
    if (Atomics.load(this.#control, TOLD) === 0) return false
    Atomics.store(this.#control, TOLD, 0)
    // Once more, or a record between the load above and the store would go unnoticed by both. If there is one now, TOLD stays
    // cleared: that costs one ring for nothing.
    this.#head = Atomics.load(this.#control, HEAD)
    return this.#tail !== this.#head
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

function recordBytes({ memory, offset, capacity }: RingPlace): Buffer {
  return Buffer.from(memory, offset + CONTROL, capacity)
}
