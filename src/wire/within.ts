/**
 * What a value becomes within a thread: a copy (copy.ts). Where something in it moves (transfer.ts) it goes the way of one that leaves the thread,
 * by bytes: so nothing moves before all of it is known to cross.
 */

import { decodeOrMisread, encodeHere, takenOver, type References } from './codec.ts'
import { copyValue, MOVES, type PassOn } from './copy.ts'
import type { Place } from './refusal.ts'
import { isScalar } from './scalars.ts'
import { movesOn } from './transfer.ts'

/** How this thread passes on, and writes, what travels by reference. */
export interface Passing {
  readonly passOn: PassOn
  readonly references: References
  /** Others get the value, too: what should move is copied. */
  readonly keeps?: boolean | undefined
  /** Wants to know as how many bytes a value would leave: then it goes by bytes here as well. */
  readonly copied?: ((bytes: number) => void) | undefined
}

/**
 * Getters, and codecs, of a value with something that moves run twice. Gives a Misread if an instance in it could not be made again by its codec;
 * then what has moved is closed.
 *
 * @throws NotCloneable if something in it cannot cross; then nothing has moved
 */
export function sentWithin(value: unknown, passing: Passing, place: Place): unknown {
  const { passOn, keeps, copied } = passing
  if (copied !== undefined && typeof value === 'object') return sentAsBytes(value, passing, place)
  try {
    return copyValue(value, { passOn, place, stopsAtMoves: keeps !== true })
  } catch (error) {
    if (error !== MOVES) throw error
    return sentAsBytes(value, passing, place)
  }
}

/** The same for a copy that leaves later: what its sender changes meanwhile is not in it, and what it has taken from the sender moves on. */
export function keptToSend(value: unknown, passing: Passing, place: Place): unknown {
  if (isScalar(value)) return value
  const copy = sentWithin(value, passing, place)
  movesOn(copy)
  return copy
}

function sentAsBytes(value: unknown, { references, keeps, copied }: Passing, place: Place): unknown {
  const encoded = takenOver(encodeHere(value, { references, place, moves: keeps !== true }))
  copied?.(encoded.bytes.length)
  return decodeOrMisread(encoded, references)
}
