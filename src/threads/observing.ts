/**
 * Who observes whom, seen from the observed ones of this thread (S21, S22). It hangs on the pids, so it survives a restart of either, where
 * they live then included: the kernel remembers it for the observed ones whose thread dies (S32).
 */

import type { NamedTarget } from './directory.ts'

export class Observing {
  readonly #observersOf = new Map<number, Map<number, NamedTarget>>()

  /** Twice is harmless; false if it was so already. */
  add(observed: number, observer: number, target: NamedTarget): boolean {
    let observers = this.#observersOf.get(observed)
    if (observers === undefined) this.#observersOf.set(observed, (observers = new Map()))
    if (observers.has(observer)) return false
    observers.set(observer, target)
    return true
  }

  remove(observed: number, observer: number): void {
    const observers = this.#observersOf.get(observed)
    if (observers?.delete(observer) === true && observers.size === 0) this.#observersOf.delete(observed)
  }

  /** In the order in which they began. */
  of(observed: number): Iterable<NamedTarget> {
    return this.#observersOf.get(observed)?.values() ?? []
  }

  /** An object is dead: it observes nobody and is observed by nobody. */
  died(pid: number): void {
    this.#observersOf.delete(pid)
    for (const observed of [...this.#observersOf.keys()]) this.remove(observed, pid)
  }
}
