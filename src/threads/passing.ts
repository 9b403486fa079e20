/** What travels by reference, as this thread writes and reads it: Remotes and Futures. */

import { isFuture } from '../core/future.ts'
import { targetOf } from '../core/remote.ts'
import type { References } from '../wire/codec.ts'
import type { PassOn } from '../wire/copy.ts'
import type { Directory, RemoteReference } from './directory.ts'
import type { FutureReference, FutureTable } from './future-table.ts'

/** Asked for when they are needed: they need these in their turn. */
export interface Tables {
  readonly directory: () => Directory
  readonly futures: () => FutureTable
}

export function referencesOf({ directory, futures }: Tables): References {
  return {
    write: (value) => {
      const target = targetOf(value)
      if (target !== undefined) return directory().write(target)
      return isFuture(value) ? futures().write(value) : undefined
    },
    read: (reference) =>
      (reference as RemoteReference | FutureReference)[0] === 'remote'
        ? directory().read(reference as RemoteReference)
        : futures().read(reference as FutureReference),
  }
}

/** The same for copies within this thread: they are passed on as they are. */
export function passOnWith(futures: FutureTable): PassOn {
  return (value) => {
    if (isFuture(value)) futures.meet(value)
    else if (targetOf(value) === undefined) return undefined
    return value
  }
}
