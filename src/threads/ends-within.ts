/** Waiting for somebody else no longer than a time: nothing in the kernel depends on a thread that may never answer. */

import type { Clock } from '../core/clock.ts'

/** Whether `work` ends, well or not, within `ms`. */
export function endsWithin(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = clock.after(ms, () => resolve(false))
    const ended = (): void => {
      timer.cancel()
      resolve(true)
    }
    work.then(ended, ended)
  })
}
