/**
 * How long the code has been running that the mark of a thread shows (S37), for the kernel, which looks at it now and then.
 *
 * The time in a mark is that of the thread's last look at its clock, which may have been up to MOST_UNTIMED messages before (engine.ts): where
 * those have taken long, the mark shows its code as older than it is. But each mark has a number. Code whose mark was not there at one look has
 * begun after that look; so no age is too high by more than the time between two looks, and none is too low.
 */

import type { Place } from '../wire/kernel-protocol.ts'
import { ageOf } from './panel.ts'
import type { ThreadSample } from './shared-state.ts'

/** A mark that is there, and the last look at which it was not. */
interface SeenMark {
  readonly begins: number
  readonly notBefore: number
}

export class MarkAges {
  #seen: ReadonlyMap<Place, SeenMark> = new Map()
  #lastLook = -Infinity

  /** The age in ms of the code that a mark shows, at `now`. */
  ageOf(place: Place, { begins, since }: ThreadSample, now: number): number {
    return Math.min(ageOf(since, now), now - this.#notBefore(place, begins))
  }

  /** A look at all threads: those whose code is running, with their marks. */
  looked(now: number, marks: Iterable<readonly [Place, ThreadSample]>): void {
    const seen = new Map<Place, SeenMark>()
    for (const [place, { begins }] of marks) seen.set(place, { begins, notBefore: this.#notBefore(place, begins) })
    this.#seen = seen
    this.#lastLook = now
  }

  #notBefore(place: Place, begins: number): number {
    const seen = this.#seen.get(place)
    return seen?.begins === begins ? seen.notBefore : this.#lastLook
  }
}
