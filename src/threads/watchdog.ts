/**
 * Watchdog: which threads are held, for how long? (S37) Pure: it is given looks at the threads at regular times, and says what has changed.
 *
 *   free ──held for `busy` ms──▶ busy ──for `stuck` ms──▶ stuck          a sign of life makes any of them free again
 *     ╰──in a blocking get()──▶ waiting                                  a wait is not held time
 *
 * A thread is *held* since the last moment at which its event loop is known to have had its turn. A handler that waits at an `await` holds
 * nothing, since the loop turns meanwhile; a handler, a continuation after an await, a callback of an object's own making that does not
 * come back holds it, and so does an endless chain of microtasks. How this is seen from outside, in the order in which it is looked for:
 *
 *   it waits in get()           the mood of its bell says so
 *   it runs a method            IN_HAND is set from the call of a method until it returns: held since then, exactly
 *   its loop was idle           Node counts the time that the loop of a Worker sleeps; that has grown since the last look
 *   it has heard a probe        what is in none of these is *asked*: one message, which its event loop answers by a word in shared memory;
 *                               it is held as long as it does not answer
 *
 * So an idle thread, or one whose handlers all wait, is never woken (but for the main thread, whose loop the kernel cannot see, so that it is
 * asked each time), and code that has no mark of its own is still seen. It errs to the side of patience: such code is taken to hold its
 * thread from the look on at which it was asked, which is up to two looks late.
 *
 * A look that comes too late means that the whole process stood still (SIGSTOP, a machine that sleeps, or one that has no time even for the
 * kernel): what it is late by is nobody's held time. So all is reckoned in *watched* time, which is the clock's without such pauses.
 */

import type { Place, ThreadStatus, WatchdogTimes } from '../wire/kernel-protocol.ts'

/** One look at a thread. */
export interface Look {
  readonly place: Place
  readonly isWaiting: boolean
  /** How long the code that is running has been, in ms; undefined where none is that has a mark. */
  readonly runningMs: number | undefined
  /** How long its event loop has slept in all, in ms; undefined where nobody can tell. */
  readonly idleMs: number | undefined
  /** The last probe that it has heard. */
  readonly heard: number
}

/** How a thread stands. */
export interface Standing {
  readonly status: ThreadStatus
  /** How long it has been held, or has waited, in ms; 0 for one that is free. */
  readonly sinceMs: number
}

/** A thread whose status has changed. */
export interface Change extends Standing {
  readonly place: Place
  readonly before: ThreadStatus
  /** How long it had been held, for one that is free again; it may have come back at any time since the look before. */
  readonly heldMs: number
}

interface WatchedThread {
  status: ThreadStatus
  /** The last moment at which it is known to have been free, in watched time. */
  freeAt: number
  waitsSince: number | undefined
  idleMs: number | undefined
  /** The last probe that it was sent. */
  probe: number
}

/** A look that comes later than this many periods after the one before is late. */
const LATE_PERIODS = 2
/** Pauses that are remembered: more than can matter for code that began before them. */
const MOST_PAUSES = 1_000

export class Watchdog {
  readonly times: WatchdogTimes
  /** How often it wants to look, in ms. */
  readonly period: number
  readonly #threads = new Map<Place, WatchedThread>()
  #lastLook: number
  #excusedAt = -Infinity
  /** When pauses ended, and how much time was lost until then, altogether. */
  readonly #pauses: { readonly at: number; readonly lost: number }[] = []
  #lastProbe = 0

  constructor(times: WatchdogTimes, how: { readonly period: number; readonly now: number }) {
    this.times = times
    this.period = how.period
    this.#lastLook = how.now
  }

  /** Takes in what is seen at `now`; gives what has changed, and who is to be sent which probe. */
  look(now: number, looks: readonly Look[]): { readonly changes: Change[]; readonly probes: Map<Place, number> } {
    const changes: Change[] = []
    const probes = new Map<Place, number>()
    this.#noteLateness(now)
    const places = new Set(looks.map(({ place }) => place))
    for (const place of this.#threads.keys()) if (!places.has(place)) this.#threads.delete(place)
    for (const look of looks) {
      const change = this.#look(now, look, probes)
      if (change !== undefined) changes.push(change)
    }
    return { changes, probes }
  }

  /** Nobody was held until now, whatever it looks like: a debugger may have halted a thread. */
  excuseAll(now: number): void {
    this.#excusedAt = this.#watched(now)
    for (const thread of this.#threads.values()) thread.freeAt = this.#excusedAt
  }

  standingOf(place: Place, now: number): Standing {
    const thread = this.#threads.get(place)
    if (thread === undefined || thread.status === 'free') return { status: 'free', sinceMs: 0 }
    return { status: thread.status, sinceMs: this.#watched(now) - (thread.waitsSince ?? thread.freeAt) }
  }

  /** How long a thread has been held, though that may be too short to call it busy. */
  heldMs(place: Place, now: number): number {
    const thread = this.#threads.get(place)
    return thread === undefined || thread.waitsSince !== undefined ? 0 : this.#watched(now) - thread.freeAt
  }

  /** A time of the clock in watched time. */
  #watched(time: number): number {
    return time - (this.#pauses.findLast(({ at }) => at <= time)?.lost ?? 0)
  }

  #noteLateness(now: number): void {
    const passed = now - this.#lastLook
    this.#lastLook = now
    if (passed <= LATE_PERIODS * this.period) return
    this.#pauses.push({ at: now, lost: (this.#pauses.at(-1)?.lost ?? 0) + passed - this.period })
    if (this.#pauses.length > MOST_PAUSES) this.#pauses.shift()
  }

  #look(now: number, look: Look, probes: Map<Place, number>): Change | undefined {
    const { place, isWaiting, runningMs, idleMs, heard } = look
    const thread = this.#threads.get(place)
    const time = this.#watched(now)
    if (thread === undefined) {
      this.#threads.set(place, { status: 'free', freeAt: time, waitsSince: undefined, idleMs, probe: heard })
      return undefined
    }
    const before = thread.status
    const heldMs = time - thread.freeAt
    const wasIdle = idleMs !== undefined && thread.idleMs !== undefined && idleMs > thread.idleMs
    thread.idleMs = idleMs
    if (isWaiting) {
      thread.waitsSince ??= time
      thread.freeAt = time
    } else {
      thread.waitsSince = undefined
      const hasHeard = thread.probe === heard
      if (runningMs !== undefined) thread.freeAt = Math.max(this.#watched(now - runningMs), this.#excusedAt)
      else if (wasIdle || hasHeard) thread.freeAt = time
      // What is unanswered is not asked again.
      if (runningMs === undefined && !wasIdle && hasHeard) probes.set(place, (thread.probe = ++this.#lastProbe))
    }
    thread.status = isWaiting ? 'waiting' : this.#statusOf(time - thread.freeAt)
    if (thread.status === before) return undefined
    return { place, before, heldMs, ...this.standingOf(place, now) }
  }

  #statusOf(heldMs: number): ThreadStatus {
    if (heldMs >= this.times.stuck) return 'stuck'
    return heldMs >= this.times.busy ? 'busy' : 'free'
  }
}
