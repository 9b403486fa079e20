/** Sets of things by what they belong to; none of them is kept empty. */
export class Groups<K, T> {
  readonly #groups = new Map<K, Set<T>>()

  /** Those of one group, as it is now. */
  of(key: K): readonly T[] {
    return [...(this.#groups.get(key) ?? [])]
  }

  add(key: K, thing: T): void {
    const group = this.#groups.get(key)
    if (group === undefined) this.#groups.set(key, new Set([thing]))
    else group.add(thing)
  }

  /** Whether it was there. */
  delete(key: K, thing: T): boolean {
    const group = this.#groups.get(key)
    if (group?.delete(thing) !== true) return false
    if (group.size === 0) this.#groups.delete(key)
    return true
  }

  /** All, each with its group, as they are now. */
  entries(): readonly (readonly [key: K, thing: T])[] {
    return [...this.#groups].flatMap(([key, group]) => [...group].map((thing) => [key, thing] as const))
  }
}
