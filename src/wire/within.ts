/**
 * What a value becomes within a thread: a copy (copy.ts). Where something in it moves (transfer.ts) it goes the way of one that leaves the thread,
 * by bytes: so nothing moves before all of it is known to cross.
 */

import { decodeOrMisread, encodeHere, takenOver, type References } from './codec.ts'
import { copyValue, MOVES, type PassOn } from './copy.ts'
import type { Place } from './refusal.ts'

/** How this thread passes on, and writes, what travels by reference. */
export interface Passing {
  readonly passOn: PassOn
  readonly references: References
  /** Others get the value, too: what should move is copied. */
  readonly keeps?: boolean | undefined
}

/**
 * Getters, and codecs, of a value with something that moves run twice. Gives a Misread if an instance in it could not be made again by its codec;
 * then what has moved is closed.
 *
 * @throws NotCloneable if something in it cannot cross; then nothing has moved
 */
export function sentWithin(value: unknown, { passOn, references, keeps }: Passing, place: Place): unknown {
  try {
    return copyValue(value, { passOn, place, stopsAtMoves: keeps !== true })
  } catch (error) {
    if (error !== MOVES) throw error
    return decodeOrMisread(takenOver(encodeHere(value, { references, place, moves: true })), references)
  }
}
