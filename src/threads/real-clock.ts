/**
 * Real time: Node's monotonic clock, which is the same in all threads of the process (`performance.now()` starts anew in each), and
 * its timers.
 */

import { hrtime } from 'node:process'
import { setTimeout as startTimer, clearTimeout as stopTimer } from 'node:timers'
import type { Clock, ClockTimer } from '../core/clock.ts'

/** Node counts in whole ms from a whole ms, and so fires up to 2 ms early: a deadline that a handler is told of before its caller's has passed is none. */
class RealTimer implements ClockTimer {
  #timer: NodeJS.Timeout
  readonly #due: number
  readonly #fire: () => void

  constructor(ms: number, fire: () => void) {
    this.#due = read() + ms
    this.#fire = fire
    this.#timer = this.#startTimer(ms)
  }

  cancel(): void {
    stopTimer(this.#timer)
  }

  #startTimer(ms: number): NodeJS.Timeout {
    const timer = startTimer(() => {
      const left = this.#due - read()
      if (left > 0) this.#timer = this.#startTimer(left)
      else this.#fire()
    }, ms)
    // What keeps a thread alive is its line to the kernel, not a timeout that happens to run.
    return timer.unref()
  }
}

function read(): number {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1_000 + nanoseconds / 1e6
}

let lastRead = 0

export const realClock: Clock = {
  now: () => (lastRead = read()),
  lastRead: () => lastRead,
  after: (ms, fire) => new RealTimer(ms, fire),
}
