/**
 * Graves: what is remembered of the last ones that have ended, for the errors of those who still ask for them.
 *
 * Bounded, so a text may be missing; whether somebody is dead may not hang on it alone.
 */

/** Graves, unless told otherwise. */
const MOST = 10_000

export class Graves<K, V> {
  readonly #most: number
  readonly #notes = new Map<K, V>()
  /** The keys as they were dug, in a ring once there are as many as are remembered: a Map finds its first key slowly where many before it are gone. */
  readonly #order: K[] = []
  #next = 0

  constructor(most = MOST) {
    this.#most = most
  }

  /** The oldest one that is remembered, where others may have been forgotten for want of room. */
  get oldest(): K | undefined {
    return this.#order.length < this.#most ? undefined : this.#order[this.#next]
  }

  has(key: K): boolean {
    return this.#notes.has(key)
  }

  get(key: K): V | undefined {
    return this.#notes.get(key)
  }

  dig(key: K, note: V): void {
    const isKnown = this.#notes.has(key)
    this.#notes.set(key, note)
    if (isKnown) return
    if (this.#order.length < this.#most) return void this.#order.push(key)
    this.#notes.delete(this.#order[this.#next]!)
    this.#order[this.#next] = key
    this.#next = (this.#next + 1) % this.#most
  }
}
