/**
 * RingLink: a Link in shared memory. Two rings per direction, and a MessagePort for what does not fit into one.
 *
 *    one SharedArrayBuffer per pair of threads:
 *    ┌────────────────────────┬───────────────┬──────────────┬───────────────┬──────────────┐
 *    │ closed, spilled, taken │ 0 ▶ 1 request │ 0 ▶ 1 answer │ 1 ▶ 0 request │ 1 ▶ 0 answer │
 *    └────────────────────────┴───────────────┴──────────────┴───────────────┴──────────────┘
 *
 *    small:            send ─▶ (waiting, while the ring is full) ─▶ ring ════════════════════▶ read
 *    large, attached:  send ─▶ port ══ parcel number n ═══════════════════════════▶ inbox ─┬─▶ read
 *                           └▶ (waiting) ─▶ ring ══ tag n, an empty record in its place ═══┘
 *
 *    larger:           send ─▶ the lane's large ring ═══ number n ════════════════════════════┬─▶ read
 *                           └▶ ring ══ tag -n, an empty record in its place ════════════════┘
 *
 * A record that is too large for its ring, and not very large, goes through another ring in shared memory, which is made when first
 * needed and comes to the peer by the port: large messages by port cost two new pieces of memory each, and twice the waking. It is published
 * before its stand-in, as a parcel is posted before its own. Where the two do not find room at once it goes by port.
 *
 * A record that goes by port is posted at once and its stand-in published afterwards, per lane in the same order. So the
 * reader that meets a stand-in finds the parcel in the inbox or in the port. A writer that is killed between the two has
 * sent nothing: a parcel without a stand-in is never read. Nor is one whose send() failed between the two (a stack
 * overflow): the next stand-in has another number.
 *
 * A full ring: requests wait in this thread's memory and die with it, unless they are handed over first. Answers must not (S12: what
 * was answered before the death arrives), so they are never held. What has no room and must leave *spills*: it is posted, without a
 * stand-in, and the lane's ring goes on only when all that was spilled has been taken. So the order of a lane is: the ring to its end,
 * what was spilled, the ring again. What has been posted with a stand-in that still waits spills as its number.
 *  - The writer posts, then stores SPILLED; it writes the ring only while TAKEN equals it.
 *  - The reader loads SPILLED and *then* finds the ring empty: all that was in the ring before that spill has been read
 *    then, and nothing has been written to it since. It takes the parcel, then stores TAKEN.
 *
 * Room is given back when a read() ends, not when a message begins (a ring freed at the begin deadlocks). A writer that
 * found none is rung then, and flushes.
 *
 * The peer's bell is rung for a record in a ring that the peer has found empty, and for what was spilled. The others it finds anyway: a
 * reading goes on to the end of the ring, or its caller knows that there may be more. One that ends by an error asks for another turn.
 */

import type { MessagePort } from 'node:worker_threads'
import type { ByteWriter } from './byte-writer.ts'
import { Fifo } from './fifo.ts'
import { ENOUGH, type Lane, type Link, type LinkOptions, type Receive, type WireRecord } from './link.ts'
import { dropMoves } from './movables.ts'
import { ParcelPort } from './parcel-port.ts'
import { RECORD_HEADER, RingReader, RingRecord, RingWriter, ringSize, startRing, type RingPlace } from './ring.ts'

/** The capacity of the ring of each lane, in bytes: a power of two. What is larger than a quarter of it goes by port. */
export type RingSizes = Readonly<Record<Lane, number>>

/**
 * Some 500 requests of 100 bytes, a few milliseconds of a busy reader's absence, before the sender must hold any; answers are
 * shorter, and as many as the calls. Records to 16 KiB, or 8, are faster copied than posted. A pair takes 193 KiB.
 */
export const DEFAULT_RING_SIZES: RingSizes = { request: 64 * 1024, answer: 32 * 1024 }

/**
 * The capacity of a large ring, of which each lane and direction has one that has carried records from a quarter of its own ring to a quarter of
 * this: 64 KB and what goes with it are among them.
 */
const LARGE_CAPACITY = 512 * 1024

/** One end of a RingLink. Structured-cloneable; its transfer list is `[half.port]`. */
export interface RingHalf {
  readonly kind: 'ring'
  readonly memory: SharedArrayBuffer
  readonly sizes: RingSizes
  readonly side: 0 | 1
  readonly port: MessagePort
}

/** The tag of a record that is itself in the ring. One above is the number of a parcel, one below SKIP that of a large record, negative. */
const IN_RING = 0
const FIRST_LARGE = -2
const LAST_LARGE = -(2 ** 31)
const LAST_PARCEL = 2 ** 31 - 1

/** Words before the rings, each one for side 0 and one for side 1. */
const CLOSED = 0
/** How many records of a lane that side has spilled, modulo 2^32; it alone writes it. */
const SPILLED: Readonly<Record<Lane, number>> = { request: 2, answer: 4 }
/** How many of those that *that side spilled* have been taken; its peer writes it. */
const TAKEN: Readonly<Record<Lane, number>> = { request: 6, answer: 8 }
const WORDS = 10

/** Those of one lane, for one end. */
interface LaneWords {
  readonly spilled: number
  readonly takenByPeer: number
  readonly spilledByPeer: number
  readonly taken: number
}

function wordsOf(lane: Lane, side: 0 | 1, peerSide: 0 | 1): LaneWords {
  return {
    spilled: SPILLED[lane] + side,
    takenByPeer: TAKEN[lane] + side,
    spilledByPeer: SPILLED[lane] + peerSide,
    taken: TAKEN[lane] + peerSide,
  }
}

/** Where the rings begin: a cache line for these words. */
const RINGS_AT = 64

const NOTHING = new Uint8Array()
const NO_ATTACHMENTS: readonly unknown[] = []

interface Waiting {
  readonly tag: number
  readonly bytes: Uint8Array
}

/** A lane, as one end sees it. */
interface LaneEnd {
  readonly lane: Lane
  readonly writer: RingWriter
  readonly reader: RingReader
  /** Where its words are: by numbers, since a name that changes, as a key, makes the look-up several times as long. */
  readonly words: LaneWords
  /** What this side has spilled, how much of that the peer was last seen to have taken, and what this side has taken of the peer's. */
  spilled: number
  seenTaken: number
  taken: number
  /** For large records, once there were any. */
  largeWriter: RingWriter | undefined
  largeReader: RingReader | undefined
  /** The tag of the next of them. */
  nextLarge: number
}

/** The memory of a new pair. */
export function makeRingMemory(sizes: RingSizes): SharedArrayBuffer {
  const memory = new SharedArrayBuffer(RINGS_AT + 2 * (ringSize(sizes.request) + ringSize(sizes.answer)))
  for (const side of [0, 1] as const) {
    for (const lane of ['request', 'answer'] as const) {
      // One lap before positions wrap around 2^32, so that no program runs for days before it first does.
      startRing(placeOf({ memory, sizes }, side, lane), -sizes[lane])
    }
  }
  return memory
}

/** The ring that `side` writes. */
function placeOf({ memory, sizes }: Pick<RingHalf, 'memory' | 'sizes'>, side: 0 | 1, lane: Lane): RingPlace {
  const direction = RINGS_AT + side * (ringSize(sizes.request) + ringSize(sizes.answer))
  const offset = lane === 'request' ? direction : direction + ringSize(sizes.request)
  return { memory, offset, capacity: sizes[lane] }
}

export class RingLink implements Link {
  readonly #words: Int32Array
  readonly #side: 0 | 1
  readonly #peerSide: 0 | 1
  readonly #requests: LaneEnd
  readonly #answers: LaneEnd
  /** Requests that found no room. */
  readonly #waiting = new Fifo<Waiting>()
  readonly #parcels: ParcelPort
  readonly #ringPeer: () => void
  readonly #onReadable: () => void
  /** The number of the last parcel. */
  #parcel = 0
  /** How many readings are under way: more than one when receive() reads on. */
  #readings = 0
  /** The record in hand of the first of them. */
  readonly #record = new RingRecord()
  #isClosed = false
  #dropped = 0

  constructor(half: RingHalf, options: LinkOptions) {
    const { side } = half
    const peerSide = side === 0 ? 1 : 0
    this.#side = side
    this.#peerSide = peerSide
    this.#words = new Int32Array(half.memory, 0, WORDS)
    const endOf = (lane: Lane): LaneEnd => {
      const words = wordsOf(lane, side, peerSide)
      return {
        lane,
        writer: new RingWriter(placeOf(half, side, lane)),
        reader: new RingReader(placeOf(half, peerSide, lane)),
        words,
        spilled: Atomics.load(this.#words, words.spilled),
        seenTaken: Atomics.load(this.#words, words.takenByPeer),
        taken: Atomics.load(this.#words, words.taken),
        largeWriter: undefined,
        largeReader: undefined,
        nextLarge: FIRST_LARGE,
      }
    }
    this.#requests = endOf('request')
    this.#answers = endOf('answer')
    this.#parcels = new ParcelPort(half.port, options)
    const wake = () => this.#parcels.wake()
    this.#ringPeer = () => options.ringPeer(wake)
    this.#onReadable = options.onReadable
  }

  get held(): number {
    return this.#waiting.size
  }

  get dropped(): number {
    return this.#dropped
  }

  send(lane: Lane, record: WireRecord): void {
    if (!this.#isOpen()) {
      this.#dropped++
      dropMoves(record.transfer)
      this.#dropHeld()
      return
    }
    const end = this.#endOf(lane)
    const byPort = record.attachments.length > 0 || record.bytes.length > end.writer.largest
    if (lane === 'answer' && this.#mustSpill(byPort ? 0 : record.bytes.length)) {
      this.#spill(end, record, IN_RING)
      return this.#ringPeer()
    }
    const tag = byPort ? this.#post(lane, record) : IN_RING
    const bytes = byPort ? NOTHING : record.bytes
    const mayGo = lane === 'answer' || (this.#waiting.size === 0 && !this.#hasSpilled(end))
    if (mayGo && end.writer.put(tag, bytes)) {
      this.#tellPeer(end.writer)
    } else {
      this.#waiting.push({ tag, bytes: record.owned === true ? bytes : new Uint8Array(bytes) })
      this.flush()
    }
  }

  sendWritten(lane: Lane, writer: ByteWriter): boolean {
    const end = this.#endOf(lane)
    const isInOrder = !this.#hasSpilled(end) && (lane === 'answer' || this.#waiting.size === 0)
    if (!this.#isOpen() || !isInOrder) return false
    const isPut =
      writer.length <= end.writer.largest ? end.writer.putWritten(IN_RING, writer) : this.#putLarge(end, writer)
    if (isPut) this.#tellPeer(end.writer)
    return isPut
  }

  flush(): void {
    if (this.held === 0) return
    if (!this.#isOpen()) return this.#dropHeld()
    const { writer } = this.#requests
    if (this.#hasSpilled(this.#requests)) return
    const before = this.#waiting.size
    for (let next = this.#waiting.peek(); next !== undefined; next = this.#waiting.peek()) {
      if (!writer.put(next.tag, next.bytes)) break
      this.#waiting.take()
    }
    if (this.#waiting.size < before) this.#tellPeer(writer)
  }

  handOver(): void {
    this.flush()
    if (this.held === 0) return
    for (let next = this.#waiting.take(); next !== undefined; next = this.#waiting.take())
      this.#spill(this.#requests, { bytes: next.bytes, attachments: NO_ATTACHMENTS }, next.tag)
    this.#ringPeer()
  }

  read(receive: Receive, most: number): number {
    const answers = this.readAnswers(receive, most)
    return answers + this.#readLane(this.#requests, receive, most - answers)
  }

  readAnswers(receive: Receive, most: number): number {
    return this.#readLane(this.#answers, receive, most)
  }

  close(): void {
    this.#isClosed = true
    this.#dropHeld()
    Atomics.store(this.#words, CLOSED + this.#side, 1)
    this.#parcels.close()
  }

  /** Does this side still send, and the other, as far as is known, still read? */
  #isOpen(): boolean {
    return this.#parcels.isOpen && Atomics.load(this.#words, CLOSED + this.#peerSide) === 0
  }

  /** Not by its name as a key: a name that changes makes the look-up several times as long. */
  #endOf(lane: Lane): LaneEnd {
    return lane === 'answer' ? this.#answers : this.#requests
  }

  /** After a record was put into a ring. */
  #tellPeer(writer: RingWriter): void {
    if (!writer.mustTell()) return
    try {
      this.#ringPeer()
    } catch (error) {
      // A stack overflow: without this, nobody would ever ring for this record.
      writer.notTold()
      throw error
    }
  }

  #dropHeld(): void {
    this.#dropped += this.held
    this.#waiting.clear()
  }

  /** Puts a record into the large ring, and its stand-in; false, and nothing sent, where there is no room for either. */
  #putLarge(end: LaneEnd, writer: ByteWriter): boolean {
    if (writer.length > LARGE_CAPACITY / 4 - RECORD_HEADER || !end.writer.takes(0)) return false
    end.largeWriter ??= this.#makeLarge(end.lane)
    const tag = end.nextLarge
    // One that has failed between the two has used its number, so the reader passes over what it has left.
    end.nextLarge = tag === LAST_LARGE ? FIRST_LARGE : tag - 1
    return end.largeWriter.putWritten(tag, writer) && end.writer.put(tag, NOTHING)
  }

  #makeLarge(lane: Lane): RingWriter {
    const memory = new SharedArrayBuffer(ringSize(LARGE_CAPACITY))
    const writer = new RingWriter({ memory, offset: 0, capacity: LARGE_CAPACITY })
    this.#parcels.share(lane, memory)
    return writer
  }

  /** Posts a parcel and returns its number. */
  #post(lane: Lane, record: WireRecord): number {
    this.#parcel = this.#parcel === LAST_PARCEL ? 1 : this.#parcel + 1
    this.#parcels.post(lane, record, this.#parcel)
    return this.#parcel
  }

  /** Whether an answer of that length must go where there is always room. */
  #mustSpill(length: number): boolean {
    return this.#hasSpilled(this.#answers) || !this.#answers.writer.takes(length)
  }

  /** Whether something that this side has spilled has not been taken: until then its ring stands still. */
  #hasSpilled(end: LaneEnd): boolean {
    // What was taken stays taken, and only this side spills.
    if (end.seenTaken === end.spilled) return false
    end.seenTaken = Atomics.load(this.#words, end.words.takenByPeer)
    return end.seenTaken !== end.spilled
  }

  /** Posts a record in its place in the order; a parcel that was posted before, as its number. */
  #spill(end: LaneEnd, record: WireRecord, tag: number): void {
    // A post may fail; what follows it takes less stack than it did, so what was posted is always counted.
    this.#parcels.spill(end.lane, record, tag)
    end.spilled = (end.spilled + 1) | 0
    Atomics.store(this.#words, end.words.spilled, end.spilled)
  }

  #readLane(end: LaneEnd, receive: Receive, most: number): number {
    const { reader } = end
    let taken = 0
    // Not the one that is in hand where receive() reads on.
    const place = this.#readings === 0 ? this.#record : new RingRecord()
    this.#readings++
    try {
      while (taken < most && !this.#isClosed) {
        let record = reader.next(place)
        if (record === undefined) {
          if (Atomics.load(this.#words, end.words.spilledByPeer) === end.taken) break
          // Once more, now that it is known to have spilled: see above.
          record = reader.next(place)
        }
        taken++
        if (this.#receive(end, record, receive) === ENOUGH) break
      }
    } catch (error) {
      // What is behind it has been told of.
      this.#onReadable()
      throw error
    } finally {
      // Not inside another reading, whose record in hand lies in memory that the writer would get back.
      if (--this.#readings === 0) this.#release()
    }
    return taken
  }

  /** What was found in the ring, or what it stands for; where nothing was, what was spilled. */
  #receive(end: LaneEnd, found: RingRecord | undefined, receive: Receive): unknown {
    const { lane } = end
    if (found === undefined) return receiveParcel(lane, receive, this.#fetchSpilled(end))
    if (found.tag === IN_RING) return receive(lane, found)
    if (found.tag < IN_RING) return receive(lane, this.#fetchLarge(end, found))
    return receiveParcel(lane, receive, this.#fetch(lane, found.tag))
  }

  /** The parcel that a stand-in stands for. */
  #fetch(lane: Lane, number: number): WireRecord {
    let parcel = this.#parcels.take(lane)
    while (parcel !== undefined && parcel.number !== number) parcel = this.#parcels.take(lane)
    if (parcel === undefined)
      throw new Error(`parcel ${number} of the ${lane} lane is not in the port it was posted to`)
    return parcel
  }

  /** The large record that a stand-in stands for. */
  #fetchLarge(end: LaneEnd, standIn: RingRecord): WireRecord {
    end.largeReader ??= this.#openLarge(end.lane)
    const { tag } = standIn
    let record = end.largeReader.next(standIn)
    while (record !== undefined && record.tag !== tag) record = end.largeReader.next(standIn)
    if (record === undefined) throw new Error(`large record ${tag} of the ${end.lane} lane is not in the ring for them`)
    return record
  }

  #openLarge(lane: Lane): RingReader {
    const memory = this.#parcels.shared(lane)
    if (memory === undefined) throw new Error(`the memory for large records of the ${lane} lane is not in the port`)
    return new RingReader({ memory, offset: 0, capacity: LARGE_CAPACITY })
  }

  /** The next record that the peer has spilled. */
  #fetchSpilled(end: LaneEnd): WireRecord {
    const { lane } = end
    const parcel = this.#parcels.takeSpilled(lane)
    if (parcel === undefined)
      throw new Error(`what was spilled of the ${lane} lane is not in the port it was posted to`)
    end.taken = (end.taken + 1) | 0
    Atomics.store(this.#words, end.words.taken, end.taken)
    // All: its ring may go on.
    if (Atomics.load(this.#words, end.words.spilledByPeer) === end.taken) this.#ringPeer()
    return parcel.number === IN_RING ? parcel : this.#fetch(lane, parcel.number)
  }

  #release(): void {
    // Whoever finds no room in a large ring does not wait for it.
    this.#requests.largeReader?.release()
    this.#answers.largeReader?.release()
    const request = this.#requests.reader.release()
    const answer = this.#answers.reader.release()
    if (request || answer) this.#ringPeer()
  }
}

/** Its memory is given back at once: the garbage collector would keep it so long that the next one needs new pages, which cost more than the copy. */
function receiveParcel(lane: Lane, receive: Receive, parcel: WireRecord): unknown {
  const wish = receive(lane, parcel)
  ;(parcel.bytes.buffer as ArrayBuffer).transfer(0)
  return wish
}
