/**
 * The words in shared memory that all threads of a system see.
 *
 *   of the system:    NEXT_PID        the last pid given out; any thread adds               OPENED_LEVEL   levels up to it have started;
 *                                                                                                          the kernel alone writes
 *   of each thread:   [ counts ][ calls begun ]                                         its own thread alone writes
 *                     [ bell ][ IN_HAND pid ][ WORD of the method ][ SINCE ms ]             its own thread alone writes
 *                     [ ROOM taken in the bounded mailboxes of its objects … ]              senders add, its own thread subtracts
 *
 * The words of a thread are how one that is blocked, or in an endless loop, is inspected from outside (S41). They are a sample: pid,
 * method and time are written one after the other, and a reader may see the pid of one turn with the method of the next.
 */

import { BegunCalls } from './begun-calls.ts'
import { Bell } from './bell.ts'
import { Counts } from './counts.ts'

const NEXT_PID = 0
const OPENED_LEVEL = 1
const SYSTEM_WORDS = 2

/** No level has started yet. */
const NONE = -1

export class SystemMemory {
  readonly buffer: SharedArrayBuffer
  readonly #words: Int32Array

  static create(): SystemMemory {
    const memory = new SystemMemory(new SharedArrayBuffer(SYSTEM_WORDS * Int32Array.BYTES_PER_ELEMENT))
    memory.openedLevel = NONE
    return memory
  }

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#words = new Int32Array(buffer)
  }

  /** A pid that nobody had before. */
  nextPid(): number {
    return Atomics.add(this.#words, NEXT_PID, 1) + 1
  }

  /** The level up to which all objects have started; -1 before the first. */
  get openedLevel(): number {
    return Atomics.load(this.#words, OPENED_LEVEL)
  }

  set openedLevel(level: number) {
    Atomics.store(this.#words, OPENED_LEVEL, level)
  }
}

const IN_HAND = Bell.words
const WORD = IN_HAND + 1
const SINCE = IN_HAND + 2
const ROOMS = IN_HAND + 3
/** How many objects with a bounded mailbox may live in one thread. */
export const MOST_BOUNDED = 4096
const BEGUN = ROOMS + MOST_BOUNDED
const THREAD_WORDS = BEGUN + BegunCalls.words

/** What a thread is doing, as seen from outside. */
export interface ThreadSample {
  readonly pid: number
  readonly word: number
  /** Clock time in ms, modulo 2^31. */
  readonly since: number
}

export class ThreadMemory {
  readonly buffer: SharedArrayBuffer
  readonly bell: Bell
  /** The room that is taken in each bounded mailbox, by its slot. */
  readonly rooms: Int32Array
  readonly counts: Counts
  readonly begun: BegunCalls
  readonly #words: Int32Array

  static create(): ThreadMemory {
    return new ThreadMemory(new SharedArrayBuffer(Counts.bytes + THREAD_WORDS * Int32Array.BYTES_PER_ELEMENT))
  }

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.counts = new Counts(buffer, 0)
    this.#words = new Int32Array(buffer, Counts.bytes)
    this.begun = new BegunCalls(this.#words.subarray(BEGUN, BEGUN + BegunCalls.words))
    this.bell = new Bell(this.#words.subarray(0, Bell.words))
    this.rooms = this.#words.subarray(ROOMS, ROOMS + MOST_BOUNDED)
  }

  /** Owner: a handler of `pid` was begun. */
  begin(pid: number, word: number, now: number): void {
    Atomics.store(this.#words, WORD, word)
    Atomics.store(this.#words, SINCE, now % 0x8000_0000)
    Atomics.store(this.#words, IN_HAND, pid)
  }

  /** Owner: the thread's event loop has its turn. */
  rest(): void {
    Atomics.store(this.#words, IN_HAND, 0)
  }

  /** Anybody: the handler that holds the thread; undefined while none does. */
  sample(): ThreadSample | undefined {
    const pid = Atomics.load(this.#words, IN_HAND)
    if (pid === 0) return undefined
    return { pid, word: Atomics.load(this.#words, WORD), since: Atomics.load(this.#words, SINCE) }
  }
}
