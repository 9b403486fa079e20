/**
 * The one source of time (S38). All timeouts, deadlines and ages in tsworks come from here; a wall clock never does.
 *
 * A port: real time is implemented in `threads/`, virtual time in `testing/`.
 */

import { BadDefinition } from './errors.ts'

/** A timer that has been set; cancelling one that has fired, or twice, is harmless. */
export interface ClockTimer {
  cancel(): void
}

export interface Clock {
  /** Milliseconds since some moment in the past that is the same for all threads of the process; never goes back. */
  now(): number
  /**
   * What now() was when it was last asked in this thread: for what begins soon after that, since to ask again costs as much as a short handler. Where
   * messages are short, it is some of them old (threads/engine.ts).
   */
  lastRead(): number
  /** Calls `fire` once, `ms` from now or a little later, in this thread and never before `after` has returned. */
  after(ms: number, fire: () => void): ClockTimer
}

/** The longest time that a timer takes, about 24.8 days in ms: Node fires a longer one at once. */
export const LONGEST_MS = 2_147_483_647

/** Whether a timer can wait that long. */
export function isMs(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && ms <= LONGEST_MS
}

/** Returns `ms`, or throws a BadDefinition that names the `call` if it is not a time that a timer can wait. */
export function checkedMs(ms: number, call: string): number {
  if (isMs(ms)) return ms
  throw new BadDefinition(`${call}: expected a time from 0 to ${LONGEST_MS} ms, found ${String(ms)}`)
}
