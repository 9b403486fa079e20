/** What travels by reference, as this thread writes and reads it: Remotes and Futures. */

import { isFuture } from '../core/future.ts'
import { targetOf } from '../core/remote.ts'
import type { References } from '../wire/codec.ts'
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
