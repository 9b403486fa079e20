/**
 * The timers of one object (S26).
 *
 *   periodic   every(ms)             again and again; one firing for a missed stretch; stands still while a State has a timeout of
 *                                    its own
 *   state      setTimeout(ms)        once; gone with any change of State
 *   named      timer(name, ms, fn)   once; a second one of the name takes its place; gone with the State that set it
 *
 * A timer that fires becomes a message, so it runs between messages and never beside one. Between firing and its turn it can still be
 * cancelled: the message then finds `isCurrent()` false and does nothing.
 */

import type { Clock, ClockTimer } from './clock.ts'
import type { FiredTimer } from './message.ts'

/** Puts a timer that has fired into the object's mailbox; `label` is its name in logs and errors. */
export type PutFired = (label: string, fired: FiredTimer) => void

export class Timers {
  readonly #clock: Clock
  readonly #put: PutFired
  #periodic: Periodic | undefined
  #state: OneShot | undefined
  #named: Map<string, OneShot> | undefined

  constructor(clock: Clock, put: PutFired) {
    this.#clock = clock
    this.#put = put
  }

  /** Starts the periodic timeout, or gives it another period; it calls `run` each time. */
  every(ms: number, run: () => unknown): void {
    this.#periodic?.cancel()
    this.#periodic = new Periodic(this.#clock, this.#put, { ms, run })
    if (this.#state !== undefined) this.#periodic.pause()
  }

  stopEvery(): void {
    this.#periodic?.cancel()
    this.#periodic = undefined
  }

  get hasPeriodic(): boolean {
    return this.#periodic !== undefined
  }

  /** Sets the timeout of the current State; the periodic one stands still from now until the State is left. */
  setState(ms: number, run: () => unknown): void {
    this.#state?.cancel()
    this.#state = new OneShot('onTimeout', run, undefined)
    this.#state.start(this.#clock, ms, this.#put)
    this.#periodic?.pause()
  }

  /** The State is left: its own timers are gone. */
  leaveState(state: object): void {
    this.#state?.cancel()
    this.#state = undefined
    for (const [name, timer] of this.#named ?? [])
      if (timer.owner === state) {
        timer.cancel()
        this.#named!.delete(name)
      }
    this.#periodic?.resume()
  }

  /** Sets a timer of that name, in place of the one before. `owner` is the State that it is gone with, if any. */
  setNamed(name: string, ms: number, fire: { readonly run: () => unknown; readonly owner: object | undefined }): ClockTimer {
    this.#named ??= new Map()
    this.#named.get(name)?.cancel()
    const timer = new OneShot(`timer ${name}`, fire.run, fire.owner)
    this.#named.set(name, timer)
    timer.start(this.#clock, ms, this.#put)
    return timer
  }

  /** Cancels all: the object, or this incarnation of it, has ended. */
  clear(): void {
    this.stopEvery()
    this.#state?.cancel()
    this.#state = undefined
    for (const timer of this.#named?.values() ?? []) timer.cancel()
    this.#named = undefined
  }
}

/** A timer that fires once. Its message is current until it has run or was cancelled. */
class OneShot implements ClockTimer, FiredTimer {
  readonly label: string
  readonly owner: object | undefined
  readonly #run: () => unknown
  #clockTimer: ClockTimer | undefined
  #current = true

  constructor(label: string, run: () => unknown, owner: object | undefined) {
    this.label = label
    this.owner = owner
    this.#run = run
  }

  start(clock: Clock, ms: number, put: PutFired): void {
    this.#clockTimer = clock.after(ms, () => put(this.label, this))
  }

  isCurrent(): boolean {
    return this.#current
  }

  run(): unknown {
    this.#current = false
    return this.#run()
  }

  cancel(): void {
    this.#current = false
    this.#clockTimer?.cancel()
  }
}

/** Fires on a grid of `ms`. The next firing is set when this one runs, so at most one message of it waits. */
class Periodic implements FiredTimer {
  readonly #clock: Clock
  readonly #put: PutFired
  readonly #ms: number
  readonly #run: () => unknown
  #due: number
  #clockTimer: ClockTimer | undefined
  /** Time that was left when it was paused. */
  #left: number | undefined
  #cancelled = false

  constructor(clock: Clock, put: PutFired, period: { readonly ms: number; readonly run: () => unknown }) {
    this.#clock = clock
    this.#put = put
    this.#ms = period.ms
    this.#run = period.run
    this.#due = clock.now() + period.ms
    this.#arm()
  }

  isCurrent(): boolean {
    return !this.#cancelled && this.#left === undefined
  }

  run(): unknown {
    const missed = Math.max(0, Math.floor((this.#clock.now() - this.#due) / this.#ms))
    this.#due += (missed + 1) * this.#ms
    this.#arm()
    return this.#run()
  }

  pause(): void {
    if (this.#left !== undefined || this.#cancelled) return
    // A firing that waits in the mailbox is not current any longer; the time left is then 0, so it comes again right after resume().
    this.#left = Math.max(0, this.#due - this.#clock.now())
    this.#clockTimer?.cancel()
  }

  resume(): void {
    if (this.#left === undefined || this.#cancelled) return
    this.#due = this.#clock.now() + this.#left
    this.#left = undefined
    this.#arm()
  }

  cancel(): void {
    this.#cancelled = true
    this.#clockTimer?.cancel()
  }

  #arm(): void {
    const left = Math.max(0, this.#due - this.#clock.now())
    this.#clockTimer = this.#clock.after(left, () => this.#put('onTimeout', this))
  }
}
