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
import type { OwnEvent } from './message.ts'

/** Puts a timer that has fired into the object's mailbox; `label` is its name in logs and errors. */
export type PutFired = (label: string, fired: OwnEvent) => void

const ON_TIMEOUT = 'onTimeout'

export class Timers {
  readonly #clock: Clock
  readonly #put: PutFired
  /** Asks the object, or its State, for its `onTimeout`. */
  readonly #onTimeout: () => unknown
  /** What `every()` has asked for. */
  #period: number | undefined
  /** Whether the periodic timeout may run: the object handles messages. */
  #isOpen = false
  #periodic: Periodic | undefined
  #state: OneShot | undefined
  #named: Map<string, OneShot> | undefined

  constructor(clock: Clock, put: PutFired, onTimeout: () => unknown) {
    this.#clock = clock
    this.#put = put
    this.#onTimeout = onTimeout
  }

  /** Gives the periodic timeout another period, from now on; 0 ends it. */
  every(ms: number): void {
    this.#period = ms
    this.#periodic?.cancel()
    this.#periodic = undefined
    if (this.#isOpen) this.open(0)
  }

  /** Lets the periodic timeout run, if it does not yet: every `byDefault` ms where `every()` has not said otherwise. */
  open(byDefault: number): void {
    this.#isOpen = true
    const ms = this.#period ?? byDefault
    if (ms === 0 || this.#periodic !== undefined) return
    this.#periodic = new Periodic(this.#clock, {
      ms,
      put: (fired) => this.#put(ON_TIMEOUT, fired),
      run: this.#onTimeout,
    })
    if (this.#state !== undefined) this.#periodic.pause()
  }

  /** Sets the timeout of the current State; the periodic one stands still from now until the State is left. */
  setState(ms: number): void {
    this.#state?.cancel()
    this.#state = new OneShot({ run: this.#onTimeout, owner: undefined })
    this.#state.start(this.#clock, ms, (fired) => this.#put(ON_TIMEOUT, fired))
    this.#periodic?.pause()
  }

  /** The State is left: its own timers are gone. */
  leaveState(state: object): void {
    this.#state?.cancel()
    this.#state = undefined
    for (const timer of [...(this.#named?.values() ?? [])]) if (timer.owner === state) timer.cancel()
    this.#periodic?.resume()
  }

  /** Sets a timer of that name, in place of the one before. `owner` is the State that it is gone with, if any. */
  setNamed(name: string, ms: number, fire: Fire): ClockTimer {
    const named = (this.#named ??= new Map<string, OneShot>())
    named.get(name)?.cancel()
    const timer = new OneShot(fire, () => named.delete(name))
    named.set(name, timer)
    timer.start(this.#clock, ms, (fired) => this.#put(`timer ${name}`, fired))
    return timer
  }

  /** Cancels all, and begins no periodic timeout any more: the object, or this incarnation of it, is ending. */
  clear(): void {
    this.#isOpen = false
    this.#periodic?.cancel()
    this.#periodic = undefined
    this.#state?.cancel()
    this.#state = undefined
    for (const timer of [...(this.#named?.values() ?? [])]) timer.cancel()
  }
}

/** What a timer does, and the State that it is gone with, if any. */
interface Fire {
  readonly run: () => unknown
  readonly owner: object | undefined
}

/** A timer that fires once. Its message is current until it has run or was cancelled. */
class OneShot implements ClockTimer, OwnEvent {
  readonly owner: object | undefined
  readonly #run: () => unknown
  readonly #forget: (() => void) | undefined
  #clockTimer: ClockTimer | undefined
  #current = true

  constructor({ run, owner }: Fire, forget?: () => void) {
    this.owner = owner
    this.#run = run
    this.#forget = forget
  }

  start(clock: Clock, ms: number, put: (fired: OwnEvent) => void): void {
    this.#clockTimer = clock.after(ms, () => put(this))
  }

  isCurrent(): boolean {
    return this.#current
  }

  run(): unknown {
    this.#end()
    return this.#run()
  }

  cancel(): void {
    if (!this.#current) return
    this.#clockTimer?.cancel()
    this.#end()
  }

  #end(): void {
    this.#current = false
    this.#forget?.()
  }
}

/**
 * Fires on a grid of `ms`, from when it is made. The next firing is set when this one runs, so at most one message of it waits.
 *
 * Each firing is an object of its own: one that waited in the mailbox when the timer was paused stays void when it goes on.
 */
class Periodic {
  readonly #clock: Clock
  readonly #wish: PeriodicWish
  #due: number
  #clockTimer: ClockTimer | undefined
  /** The firing that is set, or waits in the mailbox. */
  #firing: OwnEvent | undefined
  /** Time that was left when it was paused; undefined while it goes. */
  #left: number | undefined

  constructor(clock: Clock, wish: PeriodicWish) {
    this.#clock = clock
    this.#wish = wish
    this.#due = clock.now() + wish.ms
    this.#set()
  }

  /** Stands still. A firing that waits in the mailbox is void, and comes again right after resume(). */
  pause(): void {
    if (this.#left !== undefined) return
    this.#left = Math.max(0, this.#due - this.#clock.now())
    this.cancel()
  }

  resume(): void {
    if (this.#left === undefined) return
    this.#due = this.#clock.now() + this.#left
    this.#left = undefined
    this.#set()
  }

  cancel(): void {
    this.#firing = undefined
    this.#clockTimer?.cancel()
  }

  #set(): void {
    const firing: OwnEvent = { isCurrent: () => this.#firing === firing, run: () => this.#run() }
    this.#firing = firing
    this.#clockTimer = this.#clock.after(Math.max(0, this.#due - this.#clock.now()), () => this.#wish.put(firing))
  }

  #run(): unknown {
    const missed = Math.max(0, Math.floor((this.#clock.now() - this.#due) / this.#wish.ms))
    this.#due += (missed + 1) * this.#wish.ms
    this.#set()
    return this.#wish.run()
  }
}

interface PeriodicWish {
  readonly ms: number
  readonly put: (fired: OwnEvent) => void
  readonly run: () => unknown
}
