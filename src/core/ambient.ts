/**
 * What a thread knows of the code that is running in it now.
 *
 * A Remote is one object per target and thread, and a Future can be made by hand anywhere, so neither can carry the object that uses
 * it: they ask here whose turn it is. The core has no way to know (that takes AsyncLocalStorage), so the layer that runs threads
 * installs an implementation once. Without one there is no turn, no time, and nothing that can wait.
 */

import type { Clock } from './clock.ts'
import type { FutureHome } from './future.ts'
import type { Scope } from './scope.ts'

export interface Ambient {
  /** The object that the running code belongs to, also after its awaits; undefined outside any object. */
  scope(): Scope | undefined
  /** The time to use outside any object. */
  readonly clock: Clock
  /** Who looks after Futures that code outside any object makes by hand. */
  readonly keeper: FutureHome | undefined
}

let installed: Ambient | undefined

/** Installs this thread's Ambient; the last one wins. */
export function installAmbient(ambient: Ambient): void {
  installed = ambient
}

/** The object, and its turn, that the running code belongs to. */
export function currentScope(): Scope | undefined {
  return installed?.scope()
}

/** The time to use here. */
export function ambientClock(): Clock {
  if (installed === undefined) throw new Error('tsworks has no clock in this thread: it was loaded without its runtime')
  return installed.clock
}

/** Who looks after a Future that is made here. */
export function ambientKeeper(): FutureHome | undefined {
  return installed?.scope()?.keeper ?? installed?.keeper
}
