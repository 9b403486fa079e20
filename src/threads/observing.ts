/** Who observes whom, seen from the observed ones of this thread (S21, S22). Survives their restart: it hangs on the pid. */

import type { Location, Place } from '../wire/kernel-protocol.ts'

export class Observing {
  readonly #observersOf = new Map<number, Map<number, Location>>()

  /** Twice is harmless; false if it was so already. */
  add(observed: number, observer: Location): boolean {
    let observers = this.#observersOf.get(observed)
    if (observers === undefined) this.#observersOf.set(observed, (observers = new Map()))
    if (observers.has(observer.pid)) return false
    observers.set(observer.pid, observer)
    return true
  }

  remove(observed: number, observer: number): void {
    const observers = this.#observersOf.get(observed)
    if (observers?.delete(observer) === true && observers.size === 0) this.#observersOf.delete(observed)
  }

  /** In the order in which they began. */
  of(observed: number): Iterable<Location> {
    return this.#observersOf.get(observed)?.values() ?? []
  }

  /** An object is dead: it observes nobody and is observed by nobody. */
  died(pid: number): void {
    this.#observersOf.delete(pid)
    for (const observed of [...this.#observersOf.keys()]) this.remove(observed, pid)
  }

  placeDied(place: Place): void {
    for (const [observed, observers] of [...this.#observersOf])
      for (const observer of [...observers.values()]) if (observer.place === place) this.remove(observed, observer.pid)
  }
}
