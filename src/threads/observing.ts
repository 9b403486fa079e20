/**
 * Who observes whom, seen from the observed ones of this thread (S21, S22). It hangs on the pids, so it survives a restart of either, where
 * they live then included: the kernel remembers it for the observed ones whose thread dies (S32).
 */

import type { Observer } from '../wire/kernel-protocol.ts'
import type { NamedTarget } from './directory.ts'

export interface Observation {
  readonly observed: number
  readonly observer: Observer
  readonly target: NamedTarget
}

export class Observing {
  readonly #observationsOf = new Map<number, Map<number, Observation>>()

  /** Twice is harmless; false if it was so already. */
  add(observation: Observation): boolean {
    const { observed, observer } = observation
    let observations = this.#observationsOf.get(observed)
    if (observations === undefined) this.#observationsOf.set(observed, (observations = new Map()))
    if (observations.has(observer.pid)) return false
    observations.set(observer.pid, observation)
    return true
  }

  remove(observed: number, observer: number): Observation | undefined {
    const observations = this.#observationsOf.get(observed)
    const removed = observations?.get(observer)
    if (observations?.delete(observer) === true && observations.size === 0) this.#observationsOf.delete(observed)
    return removed
  }

  count(observed: number): number {
    return this.#observationsOf.get(observed)?.size ?? 0
  }

  /** In the order in which they began. */
  of(observed: number): Iterable<Observation> {
    return this.#observationsOf.get(observed)?.values() ?? []
  }

  /** An object is dead: it observes nobody and is observed by nobody. Gives what it observed. */
  died(pid: number): Observation[] {
    this.#observationsOf.delete(pid)
    return [...this.#observationsOf.keys()].flatMap((observed) => this.remove(observed, pid) ?? [])
  }
}
