/**
 * What a thread does when it hears that another has died, in this order:
 *
 *   names      who asks now where those live that lived there waits for their next incarnation (S19)
 *   roads      what the dead one had sent is read and handled, its answers first of all (S12)
 *   accounts   what is lost with it is counted (S1)
 *   calls      those that it has not answered fail: 'maybe' if it may have begun them, 'no' if not (S11, S33)
 *   the rest   those who watch, hold Futures, or stand in line for room there are told; what was lent there is given back
 */

import { ActorDead } from '../core/errors.ts'
import type { Loss } from '../wire/kernel-protocol.ts'
import type { Drops } from './drops.ts'
import type { Inbound } from './inbound.ts'
import type { News } from './kernel-line.ts'
import type { Parts } from './parts.ts'

/** Settles all that has to do with a dead thread; gives what its death means to this one. */
export function settleDeath(
  parts: Parts,
  { inbound, drops }: { readonly inbound: Inbound; readonly drops: Drops },
  { place, reason, hadLeft }: Extract<News, { readonly kind: 'threadDied' }>,
): Loss {
  parts.directory.placeDied(place, { isEmpty: hadLeft })
  const { messages, mayHaveBegun } = parts.routes.died(place, reason)
  drops.lost(messages, hadLeft ? 'receiver dead' : 'thread died', `thread ${place}`)
  inbound.placeDied(place)
  const calls = { maybe: 0, no: 0 }
  parts.calls.failPlace(place, ({ id, name, what }) => {
    const executed = mayHaveBegun(id) ? 'maybe' : 'no'
    calls[executed]++
    const why = hadLeft ? `it has ended, and ${reason}` : reason
    return new ActorDead(name, executed === 'no' ? `${why}; ${what} was not begun` : `${why}, with ${what} in hand`, {
      executed,
    })
  })
  parts.lending.placeDied(place, reason)
  parts.watches.placeDied(place, reason)
  parts.rooms.placeDied(
    place,
    (name, method) => new ActorDead(name, `${reason}; ${method} was not sent`, { executed: 'no' }),
  )
  return { ...calls, messages }
}
