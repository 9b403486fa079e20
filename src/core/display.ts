/**
 * Display: where a cell shows what it is doing, for those who look from outside its thread while that stands still (S41).
 *
 * A port: in a thread it is a row of shared memory, elsewhere nothing. The cell alone writes, whenever something changes, so each of these
 * must cost next to nothing.
 */

import type { Inspection } from './inspection.ts'

export interface Display {
  mode(mode: Inspection['mode']): void
  className(name: string): void
  /** undefined: the object itself handles messages. */
  state(name: string | undefined): void
  /** The handler in hand, its awaits included, and since when; undefined for none. */
  handling(method: string | undefined, since: number): void
  /** How many messages are not begun, and how many of those are postponed. */
  mail(queue: number, postponed: number): void
}

/** For an incarnation that is over, and where nobody looks from outside. */
export const NO_DISPLAY: Display = {
  mode: () => {},
  className: () => {},
  state: () => {},
  handling: () => {},
  mail: () => {},
}
