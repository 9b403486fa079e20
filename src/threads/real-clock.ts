/**
 * Real time: Node's monotonic clock, which is the same in all threads of the process (`performance.now()` starts anew in each), and
 * its timers.
 */

import { hrtime } from 'node:process'
import { setTimeout as startTimer, clearTimeout as stopTimer } from 'node:timers'
import type { Clock, ClockTimer } from '../core/clock.ts'

class RealTimer implements ClockTimer {
  readonly #timer: NodeJS.Timeout

  constructor(ms: number, fire: () => void) {
    this.#timer = startTimer(fire, ms)
    // What keeps a thread alive is its line to the kernel, not a timeout that happens to run.
    this.#timer.unref()
  }

  cancel(): void {
    stopTimer(this.#timer)
  }
}

let lastRead = 0

export const realClock: Clock = {
  now(): number {
    const [seconds, nanoseconds] = hrtime()
    return (lastRead = seconds * 1_000 + nanoseconds / 1e6)
  },
  lastRead: () => lastRead,
  after: (ms, fire) => new RealTimer(ms, fire),
}
