/**
 * The words in shared memory that all threads of a system see.
 *
 *   of the system:    NEXT_PID        the last pid given out; any thread adds               OPENED_LEVEL   levels up to it have started;
 *                     ENDS_HEARD      1: somebody listens to `ended`; the main thread writes                 the kernel alone writes
 *   of each thread:   [ counts ][ calls begun ]                                         its own thread alone writes
 *                     [ bell ][ IN_HAND pid ][ WORD of the method ][ SINCE ms ][ BEGINS ]   its own thread alone writes
 *                     [ HEARD ]   the last probe of the kernel that its event loop has seen   its own thread alone writes
 *                     [ FENCE ]   1: the thread was given up, and may begin and send nothing  the kernel alone writes, once
 *                     [ room in the mailboxes of its objects … ]                            see room-counters.ts
 *
 * IN_HAND, WORD and SINCE tell whose code has been running since when without a return to the event loop: from the call of a method until it
 * returns, at its first await if it has one; or until the next begins, or the turn ends, which saves a store for each (user-code.ts). BEGINS
 * counts them, modulo 2^32. They are a sample: pid, method and time are written one after the other, and a reader may see the pid of one run
 * with the method of the next. What a handler does after an await, and callbacks of an object's own making, run without a mark (watchdog.ts says
 * how such code is seen).
 *
 * FENCE. The owner stores IN_HAND, then loads FENCE; the kernel stores FENCE, then looks at what was begun. All are sequentially consistent, so
 * either the owner sees the fence and does not begin, or the kernel sees what it has begun.
 */

import { BegunCalls } from './begun-calls.ts'
import { Bell } from './bell.ts'
import { Counts } from './counts.ts'
import { RoomCounters } from './room-counters.ts'

const NEXT_PID = 0
const OPENED_LEVEL = 1
const ENDS_HEARD = 2
const SYSTEM_WORDS = 3

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

  /** So many pids that nobody had before; gives the first one. */
  takePids(count: number): number {
    return Atomics.add(this.#words, NEXT_PID, count) + 1
  }

  /** Whether each end of an object is to be told of, also of those that the kernel knows nothing of. */
  get endsAreHeard(): boolean {
    return Atomics.load(this.#words, ENDS_HEARD) !== 0
  }

  set endsAreHeard(on: boolean) {
    Atomics.store(this.#words, ENDS_HEARD, on ? 1 : 0)
  }

  /** The level up to which all objects have started; -1 before the first. */
  get openedLevel(): number {
    return Atomics.load(this.#words, OPENED_LEVEL)
  }

  set openedLevel(level: number) {
    Atomics.store(this.#words, OPENED_LEVEL, level)
  }
}

/** Words in a cache line. What others write often (the bell, room) stands in none that the thread itself writes for each message. */
const LINE = 16
const IN_HAND = LINE
const WORD = IN_HAND + 1
const SINCE = IN_HAND + 2
const BEGINS = IN_HAND + 3
const HEARD = IN_HAND + 4
const FENCE = IN_HAND + 5
const BEGUN = IN_HAND + 6
const THREAD_WORDS = BEGUN + BegunCalls.words
const LINE_BYTES = LINE * Int32Array.BYTES_PER_ELEMENT
const atLine = (bytes: number): number => Math.ceil(bytes / LINE_BYTES) * LINE_BYTES
const WORDS_AT = atLine(Counts.bytes)
const ROOMS_AT = atLine(WORDS_AT + THREAD_WORDS * Int32Array.BYTES_PER_ELEMENT)

/** What a thread is doing, as seen from outside. */
export interface ThreadSample {
  readonly pid: number
  readonly word: number
  /** Clock time in ms, its last 32 bits; as of the thread's last look at its clock (mark-ages.ts). */
  readonly since: number
  /** The number of the mark. */
  readonly begins: number
}

export class ThreadMemory {
  readonly buffer: SharedArrayBuffer
  readonly bell: Bell
  /** The room that is taken in each mailbox, by its slot. */
  readonly rooms: RoomCounters
  readonly counts: Counts
  readonly begun: BegunCalls
  readonly #words: Int32Array

  static create(): ThreadMemory {
    return new ThreadMemory(RoomCounters.createMemory(ROOMS_AT))
  }

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.counts = new Counts(buffer, 0)
    this.#words = new Int32Array(buffer, WORDS_AT, THREAD_WORDS)
    this.begun = new BegunCalls(this.#words.subarray(BEGUN, BEGUN + BegunCalls.words))
    this.bell = new Bell(this.#words.subarray(0, Bell.words))
    this.rooms = new RoomCounters(buffer, ROOMS_AT)
  }

  /** Owner: code of `pid` begins. */
  begin(pid: number, word: number, now: number): void {
    this.#words[WORD] = word
    this.#words[SINCE] = now
    this.#words[BEGINS]!++
    // Publishes these as well, and what the panel shows.
    Atomics.store(this.#words, IN_HAND, pid)
  }

  /** Owner: that code has come back, and other code of the same object begins, which is not to be blamed for how long it took. */
  again(now: number): void {
    this.begin(this.#words[IN_HAND]!, this.#words[WORD]!, now)
  }

  /** Owner: that code has come back. */
  rest(): void {
    Atomics.store(this.#words, IN_HAND, 0)
  }

  /** Owner: the running code has waited, and holds the thread anew from now on. */
  waited(now: number): void {
    Atomics.store(this.#words, SINCE, now)
  }

  /** Owner: the event loop, or a blocking wait, has seen that probe. */
  hear(probe: number): void {
    Atomics.store(this.#words, HEARD, probe)
  }

  /** Kernel: the last probe that was seen. */
  get heard(): number {
    return Atomics.load(this.#words, HEARD)
  }

  /** Kernel: from now on the thread begins and sends nothing, should it ever come back. */
  fence(): void {
    Atomics.store(this.#words, FENCE, 1)
  }

  /** Owner: whether this thread was given up. */
  get isFenced(): boolean {
    return Atomics.load(this.#words, FENCE) !== 0
  }

  /** Anybody: whose code is running; undefined where none is that has a mark. */
  sample(): ThreadSample | undefined {
    const pid = Atomics.load(this.#words, IN_HAND)
    if (pid === 0) return undefined
    return {
      pid,
      word: Atomics.load(this.#words, WORD),
      since: Atomics.load(this.#words, SINCE),
      begins: Atomics.load(this.#words, BEGINS),
    }
  }
}
