/**
 * The counters of the mailboxes of one thread's objects, in shared memory (S8): three words for each.
 *
 *   slot      0                               1                               2
 *             ┌────────┬─────────────┬────────┬────────┬─────────────┬────────┬───────
 *             │ taken  │ warned at   │ missed │ taken  │ warned at   │ missed │ …        grows in place, for all who have the memory
 *             └────────┴─────────────┴────────┴────────┴─────────────┴────────┴───────
 *   taken       how much room messages have taken; senders add, the thread of the objects subtracts
 *   warned at   how many waited when somebody last warned of it; 0 before; senders alone write, by compare-and-exchange, so that each
 *               warning is given once however many of them see the same crowd
 *   missed      how many messages found no room, modulo 2^32; whoever turns one away adds it, before it sends a later one
 *
 * Even slots are the kernel's to give; the odd ones are the thread's own, for what the kernel does not know (`system.observe`). A slot
 * is told to others only after the memory reaches it. It is given again once its object has died, `taken` untouched: what was on its
 * way to that object gives its room back when it arrives.
 *
 * The view has a fixed length and is made anew where a slot lies beyond it: on one that grows with its memory V8's Atomics cost three
 * times as much (docs/decisions/0009).
 */

import { Fifo } from '../wire/fifo.ts'

/** Waiting messages that are worth the first warning; the next ones come at each doubling. */
const FIRST_WARNING = 10_000

const WORDS_PER_SLOT = 3
const WARNED = 1
const MISSED = 2
const SLOT_BYTES = WORDS_PER_SLOT * Int32Array.BYTES_PER_ELEMENT
/** Slots that there are from the beginning. */
const LEAST_SLOTS = 256
/** What the address space of one thread's memory is reserved for: 96 MiB, of which none is used before it is reached. */
const MOST_SLOTS = 8 * 1024 * 1024

/** How many objects known to the kernel may live in one thread. */
export const MOST_OBJECTS = MOST_SLOTS / 2

export class RoomCounters {
  readonly #buffer: SharedArrayBuffer
  readonly #offset: number
  #words: Int32Array
  #nextOwn = 0
  readonly #freeOwn = new Fifo<number>()

  /** Shared memory that begins with `offset` bytes for others, a multiple of 4. */
  static createMemory(offset: number): SharedArrayBuffer {
    return new SharedArrayBuffer(offset + LEAST_SLOTS * SLOT_BYTES, { maxByteLength: offset + MOST_SLOTS * SLOT_BYTES })
  }

  constructor(buffer: SharedArrayBuffer, offset: number) {
    this.#buffer = buffer
    this.#offset = offset
    this.#words = this.#view()
  }

  /** Sees that there is such a slot; any thread may. */
  reach(slot: number): void {
    const needed = this.#offset + (slot + 1) * SLOT_BYTES
    if (needed <= this.#buffer.byteLength) return
    if (needed > this.#buffer.maxByteLength) throw new RangeError(`expected a slot below ${MOST_SLOTS}, found ${slot}`)
    const doubled = this.#offset + 2 * (slot + 1) * SLOT_BYTES
    try {
      this.#buffer.grow(Math.min(doubled, this.#buffer.maxByteLength))
    } catch (error) {
      // Another thread has made it longer than that meanwhile; it never gets shorter.
      if (needed > this.#buffer.byteLength) throw error
    }
  }

  /** A slot for an object that the kernel does not know; for the thread whose memory this is. */
  takeOwn(): number {
    const slot = this.#freeOwn.take() ?? 2 * this.#nextOwn++ + 1
    this.reach(slot)
    this.renew(slot)
    return slot
  }

  /** That object has died; what the kernel has given is the kernel's to give again. */
  giveBackOwn(slot: number): void {
    if (slot % 2 === 1) this.#freeOwn.push(slot)
  }

  /** A slot gets a new object, of which nobody has warned yet, and which has missed nothing. */
  renew(slot: number): void {
    const words = this.#reaching(slot)
    Atomics.store(words, slot * WORDS_PER_SLOT + WARNED, 0)
    Atomics.store(words, slot * WORDS_PER_SLOT + MISSED, 0)
  }

  /** Takes room for one message; how much had been taken before. */
  take(slot: number): number {
    return Atomics.add(this.#reaching(slot), slot * WORDS_PER_SLOT, 1)
  }

  /** Gives back the room of so many messages; how much had been taken before. */
  giveBack(slot: number, messages: number): number {
    return Atomics.sub(this.#reaching(slot), slot * WORDS_PER_SLOT, messages)
  }

  /** Takes room for as many as are there already: what was postponed has come back. */
  takeAgain(slot: number, count: number): void {
    Atomics.add(this.#reaching(slot), slot * WORDS_PER_SLOT, count)
  }

  taken(slot: number): number {
    return Atomics.load(this.#reaching(slot), slot * WORDS_PER_SLOT)
  }

  /** So many messages have found no room. */
  miss(slot: number, count: number): void {
    Atomics.add(this.#reaching(slot), slot * WORDS_PER_SLOT + MISSED, count)
  }

  missed(slot: number): number {
    return Atomics.load(this.#reaching(slot), slot * WORDS_PER_SLOT + MISSED) >>> 0
  }

  /** Whether a warning is due, now that so many wait; true once for 10,000 and each doubling. */
  isCrowded(slot: number, waiting: number): boolean {
    if (waiting < FIRST_WARNING) return false
    const words = this.#reaching(slot)
    const at = slot * WORDS_PER_SLOT + WARNED
    const warned = Atomics.load(words, at)
    const next = Math.max(FIRST_WARNING, 2 * warned)
    return waiting >= next && Atomics.compareExchange(words, at, warned, next) === warned
  }

  #reaching(slot: number): Int32Array {
    if (slot * WORDS_PER_SLOT >= this.#words.length) this.#words = this.#view()
    return this.#words
  }

  #view(): Int32Array {
    const words = Math.floor((this.#buffer.byteLength - this.#offset) / SLOT_BYTES) * WORDS_PER_SLOT
    return new Int32Array(this.#buffer, this.#offset, words)
  }
}
