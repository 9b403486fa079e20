/** Futures of what a socket of this thread will bring: only an await can see them settled. */

import type { Owner } from '../core/belongings.ts'
import { CannotBlockHere } from '../core/errors.ts'
import { Future, tieFuture } from '../core/future.ts'

/** A Future of `what`; `cancelled` hears when nobody wants it any more. */
export function pending<T>(owner: Owner, what: string, cancelled: () => void): Future<T> {
  const future = new Future<T>()
  const block = (): never => {
    throw new CannotBlockHere(
      `future.get() of ${what}: it comes by a socket of this very thread, which would not hear it; await it`,
    )
  }
  tieFuture(future, { what, settable: false, asked: () => undefined, block, cancelled }, owner.keeper)
  return future
}
