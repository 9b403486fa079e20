/**
 * What a thread knows of the code that is running in it now.
 *
 * A Remote is one object per target and thread, and a Future can be made by hand anywhere, so neither can carry the object that uses
 * it: they ask here whose turn it is. The core has no way to know (that takes AsyncLocalStorage), so the layer that runs threads says so.
 * Without it there is no turn, no time, and nothing that can wait.
 *
 * Several systems may share one real thread: two on the main thread, any number of simulated ones. What belongs to an object comes from
 * its Scope; only code outside any object, with a Future that belongs to no system yet, gets what the last one has installed that is
 * still there.
 */

import type { FutureHome } from './future.ts'
import type { Scope } from './scope.ts'

export interface Ambient {
  /** The object that the running code belongs to, also after its awaits; undefined outside any object. */
  scope(): Scope | undefined
  /** Who looks after Futures that code outside any object makes by hand, and what time it is there. */
  readonly keeper: FutureHome
}

const installed: Ambient[] = []

/** Adds an Ambient to this thread; gives what takes it away again. */
export function installAmbient(ambient: Ambient): () => void {
  installed.push(ambient)
  return () => {
    const at = installed.indexOf(ambient)
    if (at >= 0) installed.splice(at, 1)
  }
}

/** Who looks after a Future that is made here. */
export function ambientKeeper(): FutureHome | undefined {
  const ambient = installed.at(-1)
  return ambient?.scope()?.keeper ?? ambient?.keeper
}
