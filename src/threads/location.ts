/** Where an object lives, as others get it: without what only its own thread has of it. */

import type { Bound } from '../core/mailbox.ts'
import type { Location } from '../wire/kernel-protocol.ts'

/** Spelled out, so that all have one shape, in one piece: what has come as bytes takes half as much again, and there may be very many. */
export function locationOf({ name, pid, place, level, bound, callTimeout }: Location): Location {
  return { name, pid, place, level, bound: plainBound(bound), callTimeout }
}

export function plainBound(bound: Bound | undefined): Bound | undefined {
  return bound && { capacity: bound.capacity, overflow: bound.overflow, slot: bound.slot }
}
