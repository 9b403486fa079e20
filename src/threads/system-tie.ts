/**
 * What a Future is tied to that tsworks itself settles, and no handler: whoever waits for it waits for no object, so it is no edge of who
 * waits for whom (S18).
 */

import { CannotBlockHere } from '../core/errors.ts'
import type { FutureTie } from '../core/future.ts'

/** `block`: how to block for it; without one it cannot be blocked for, since what the kernel does is heard of in the event loop only. */
export function systemTie(what: string, block?: FutureTie['block']): FutureTie {
  const refuse = (): never => {
    throw new CannotBlockHere(`future.get() cannot wait for ${what}; await it`)
  }
  return {
    what,
    settable: false,
    asked: () => undefined,
    block: block ?? refuse,
    cancelled: () => {},
  }
}
