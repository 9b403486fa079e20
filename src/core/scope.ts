/**
 * Whose code is running: the object, and the turn that it is in.
 *
 * An object has one Scope for its life, in which `turn` changes (so that entering a turn costs no AsyncLocalStorage.run). An object
 * with interleaved methods gets one for each turn, since several are open at once.
 *
 * The price of the one Scope: code that a handler has left running (a promise that it did not await) is taken for part of whatever
 * turn is open when it goes on.
 */

import type { FutureKeeper } from './future.ts'
import type { Turn } from './turn.ts'

export interface Scope {
  /** The object's pid. */
  readonly pid: number
  /** The message in hand; undefined between messages, where callbacks of the object's own making may run. */
  turn: Turn | undefined
  readonly keeper: FutureKeeper
}
