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

  constructor(most = MOST) {
    this.#most = most
  }

  /** The oldest one that is remembered, where others may have been forgotten for want of room. */
  get oldest(): K | undefined {
    return this.#notes.size < this.#most ? undefined : this.#notes.keys().next().value
  }

  has(key: K): boolean {
    return this.#notes.has(key)
  }

  get(key: K): V | undefined {
    return this.#notes.get(key)
  }

  dig(key: K, note: V): void {
    this.#notes.set(key, note)
    if (this.#notes.size > this.#most) this.#notes.delete(this.#notes.keys().next().value!)
  }
}
