/**
 * Which places are dead: as many as ever were, for ever, since a Remote or a message may name one at any time later.
 *
 * Places are given in rising order and never again (kernel.ts), so the dead ones stand in runs between those that live.
 *
 * Invariant: `#bounds` rises: from (with) and to (without) of the first run, of the second, …; no two runs touch. So it is as long as there
 * are threads that live, or that are dead and were never heard of, however many have died.
 */

import type { Place } from '../wire/kernel-protocol.ts'

/** Of so many threads it is remembered why they are dead. */
export const MOST_GRAVES = 1_000
/** Why, of the others. */
export const THREAD_DIED = 'its thread has died'

export class DeadPlaces {
  readonly #bounds: number[] = []

  /** How many runs are kept. */
  get runs(): number {
    return this.#bounds.length / 2
  }

  has(place: Place): boolean {
    return this.#boundsUpTo(place) % 2 === 1
  }

  /** That one is dead from now on; again is harmless. */
  add(place: Place): void {
    const at = this.#boundsUpTo(place)
    if (at % 2 === 1) return
    const bounds = this.#bounds
    const endsHere = bounds[at - 1] === place
    const beginsAfter = bounds[at] === place + 1
    // What touches is one run: its inner bounds go.
    const first = endsHere ? at - 1 : at
    const removed = Number(endsHere) + Number(beginsAfter)
    bounds.splice(first, removed, ...(endsHere ? [] : [place]), ...(beginsAfter ? [] : [place + 1]))
  }

  /** How many bounds are not above a place: within a run that is odd. */
  #boundsUpTo(place: Place): number {
    const bounds = this.#bounds
    let low = 0
    let high = bounds.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (bounds[middle]! <= place) low = middle + 1
      else high = middle
    }
    return low
  }
}
