/**
 * Whose code is running: the object, and the turn that it is in.
 *
 * An incarnation of an object has one Scope for its life, in which `turn` changes (so that entering a turn costs no AsyncLocalStorage.run). An object
 * with interleaved methods gets one for each turn, since several are open at once.
 *
 * The price of the one Scope: code that a handler has left running (a promise that it did not await) is taken for part of whatever
 * turn is open when it goes on.
 */

import type { FutureHome } from './future.ts'
import type { Turn } from './turn.ts'

export interface Scope {
  /** The object's pid. */
  readonly pid: number
  /** The message in hand; undefined between messages, where callbacks of the object's own making may run. */
  turn: Turn | undefined
  readonly keeper: FutureHome
  readonly owner: ScopeOwner
  /** What the host enters it by. */
  entry?: unknown
}

/** Where an error goes that was thrown where nobody could catch it: in a callback of a timer or a socket, or as a promise left alone. */
export type StrayOrigin = 'uncaughtException' | 'unhandledRejection'

/** The incarnation that the code belongs to: the pid alone would give an error of an old one to its successor. */
export interface ScopeOwner {
  readonly name: string
  /** Whether this incarnation has ended: what its code still does is not heard of. */
  readonly isOver: boolean
  /** Takes an error that its code has thrown outside any handler (S33); never throws. */
  strayed(origin: StrayOrigin, error: unknown): void
}
