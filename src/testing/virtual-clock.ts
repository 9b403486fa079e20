/**
 * Virtual time: one `now` for a whole simulation, which stands still until the scheduler moves it, and a clock for each simulated thread.
 *
 *   VirtualTime.now ◀── all clocks read it; the scheduler moves it to the next deadline, when nothing else is left to do
 *   VirtualClock    the timers of one thread: by deadline, and among equal ones by when they were set
 *
 * A timer that is due fires in a step of its own, so what other threads do at the same time may come before or after. It fires in the
 * asynchronous context of whoever set it, as Node's timers do (S40).
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock, ClockTimer } from '../core/clock.ts'

export class VirtualTime {
  /** In ms since the simulation began. Only the scheduler writes it. */
  now = 0
}

interface VirtualTimer extends ClockTimer {
  readonly due: number
  readonly fire: () => void
}

const NEVER: ClockTimer = { cancel: () => {} }

export class VirtualClock implements Clock {
  readonly #time: VirtualTime
  readonly #onSet: () => void
  #timers: VirtualTimer[] = []
  #isClosed = false

  /** `onSet` is called for each timer that is set. */
  constructor(time: VirtualTime, onSet: () => void) {
    this.#time = time
    this.#onSet = onSet
  }

  /** Whether it shows that time. */
  shows(time: VirtualTime): boolean {
    return this.#time === time
  }

  now(): number {
    return this.#time.now
  }

  lastRead(): number {
    return this.#time.now
  }

  after(ms: number, fire: () => void): ClockTimer {
    if (this.#isClosed) return NEVER
    const inContext = AsyncLocalStorage.snapshot()
    const timer: VirtualTimer = {
      due: this.#time.now + ms,
      fire: () => inContext(fire),
      cancel: () => {
        const at = this.#timers.indexOf(timer)
        if (at >= 0) this.#timers.splice(at, 1)
      },
    }
    // From the end: most timers are set for later than those that are there.
    let at = this.#timers.length
    while (at > 0 && this.#timers[at - 1]!.due > timer.due) at--
    this.#timers.splice(at, 0, timer)
    this.#onSet()
    return timer
  }

  /** When the next timer is due; Infinity if none is set. */
  get nextDue(): number {
    return this.#timers[0]?.due ?? Infinity
  }

  /** Fires the next timer. */
  fireNext(): void {
    this.#timers.shift()?.fire()
  }

  /** Its thread has ended: nothing fires any more. */
  close(): void {
    this.#isClosed = true
    this.#timers = []
  }
}
