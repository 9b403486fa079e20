/**
 * Graves: what is remembered of the last ones that have ended, for the errors of those who still ask for them.
 *
 *   dig ─▶ [ young, at most so many ] ──full──▶ [ old ] ──the next ones are old──▶ forgotten
 *
 * Bounded, so a text may be missing; whether somebody is dead may not hang on it alone. Nothing is taken out one by one: in a Map
 * that costs more than all else at the end of an object.
 */

/** Of so many the notes are kept at least, unless told otherwise, and of twice as many at most. */
const LEAST = 10_000

export class Graves<K, V> {
  readonly #least: number
  #young = new Map<K, V>()
  #old = new Map<K, V>()
  #hasForgotten = false

  constructor(least = LEAST) {
    this.#least = least
  }

  /** The oldest one that is remembered, where others may have been forgotten for want of room. */
  get oldest(): K | undefined {
    return this.#hasForgotten ? this.#old.keys().next().value : undefined
  }

  has(key: K): boolean {
    return this.#young.has(key) || this.#old.has(key)
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key)
  }

  dig(key: K, note: V): void {
    if (this.#young.size === this.#least) {
      this.#hasForgotten ||= this.#old.size > 0
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, note)
  }
}
