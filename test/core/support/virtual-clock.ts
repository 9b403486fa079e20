/** A clock that stands still until a test moves it. Timers of equal deadlines fire in the order they were set. */

import type { Clock, ClockTimer } from '../../../src/core/clock.ts'

interface VirtualTimer extends ClockTimer {
  readonly due: number
  readonly fire: () => void
}

export class VirtualClock implements Clock {
  #now = 0
  /** By deadline, and among equal ones by when they were set. */
  #timers: VirtualTimer[] = []

  now(): number {
    return this.#now
  }

  lastRead(): number {
    return this.#now
  }

  after(ms: number, fire: () => void): ClockTimer {
    const timer: VirtualTimer = {
      due: this.#now + ms,
      fire,
      cancel: () => {
        this.#timers = this.#timers.filter((one) => one !== timer)
      },
    }
    const at = this.#timers.findIndex(({ due }) => due > timer.due)
    this.#timers.splice(at < 0 ? this.#timers.length : at, 0, timer)
    return timer
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.length
  }

  /** Moves to the next deadline, if it is not after `until`, and fires that one timer; false if there is none. */
  fireNext(until: number): boolean {
    const [next] = this.#timers
    if (next === undefined || next.due > until) return false
    this.#timers.shift()
    this.#now = Math.max(this.#now, next.due)
    next.fire()
    return true
  }

  /** Moves on by `ms`, and fires what is due on the way. */
  advance(ms: number): void {
    const until = this.#now + ms
    while (this.fireNext(until));
    this.#now = until
  }

  /** Moves on by `ms` without firing anything: what a busy thread sees. */
  skip(ms: number): void {
    this.#now += ms
  }
}
