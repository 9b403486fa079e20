/** What travels by reference, as this thread writes and reads it: Remotes, Futures, and what is lent: functions and AbortSignals. */

import { isFuture } from '../core/future.ts'
import { targetOf } from '../core/remote.ts'
import type { References } from '../wire/codec.ts'
import type { PassOn } from '../wire/copy.ts'
import type { RemoteReference } from './directory.ts'
import type { FutureReference } from './future-table.ts'
import type { LentReference } from './lending.ts'
import type { Parts } from './parts.ts'

/** Asked for when they are needed: they need these in their turn. */
export type Tables = () => Pick<Parts, 'directory' | 'futures' | 'lending'>

export function referencesOf(tables: Tables): References {
  return {
    write: (value) => {
      const { directory, futures, lending } = tables()
      const target = targetOf(value)
      if (target !== undefined) return directory.write(target)
      return isFuture(value) ? futures.write(value) : lending.write(value)
    },
    read: (reference, passesOn) => {
      const { directory, futures, lending } = tables()
      const one = reference as RemoteReference | FutureReference | LentReference
      if (one[0] === 'remote') return directory.read(one)
      return one[0] === 'future' ? futures.read(one) : lending.read(one, passesOn)
    },
  }
}

/** The same for copies within this thread: Remotes and Futures are passed on as they are. */
export function passOnOf(tables: Tables): PassOn {
  return (value) => {
    if (isFuture(value)) tables().futures.meet(value)
    else if (targetOf(value) === undefined) return tables().lending.pass(value)
    return value
  }
}
