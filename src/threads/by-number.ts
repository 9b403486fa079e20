/**
 * ByNumber: what is open, by a number that only grows: calls without an answer.
 *
 *   slots, a power of two:   ┌────┬────┬────┬────┐
 *                            │ 8  │    │ 14 │ 7  │ …   number & mask ─▶ its slot, if it is that one's
 *                            └────┴────┴────┴────┘
 *   others:                  whose slot was taken by an older one that is open for longer
 *
 * Most are settled in about the order in which they were opened, so the slot of a new one is free; and to store and to forget one there
 * costs a tenth of what it does in a Map. The slots grow with what is open, up to MOST_SLOTS, and stay.
 */

const FIRST_SLOTS = 64
const MOST_SLOTS = 16_384

export class ByNumber<T extends { readonly id: number }> {
  #slots: (T | undefined)[] = []
  readonly #others = new Map<number, T>()
  #inSlots = 0

  get size(): number {
    return this.#inSlots + this.#others.size
  }

  get(id: number): T | undefined {
    const one = this.#slots[id & (this.#slots.length - 1)]
    if (one?.id === id) return one
    return this.#others.size === 0 ? undefined : this.#others.get(id)
  }

  /** Of that number there is none yet. */
  add(one: T): void {
    if (this.#inSlots * 2 >= this.#slots.length && this.#slots.length < MOST_SLOTS) this.#grow()
    this.#put(one)
  }

  /** False if there is none of that number. */
  delete(id: number): boolean {
    const at = id & (this.#slots.length - 1)
    if (this.#slots[at]?.id !== id) return this.#others.delete(id)
    this.#slots[at] = undefined
    this.#inSlots--
    return true
  }

  /** All, by number. */
  values(): T[] {
    return [...this.#slots.filter((one) => one !== undefined), ...this.#others.values()].toSorted((a, b) => a.id - b.id)
  }

  #put(one: T): void {
    const at = one.id & (this.#slots.length - 1)
    if (this.#slots[at] === undefined) {
      this.#slots[at] = one
      this.#inSlots++
    } else this.#others.set(one.id, one)
  }

  #grow(): void {
    const all = this.values()
    this.#slots = Array.from({ length: Math.max(FIRST_SLOTS, 2 * this.#slots.length) }, () => undefined)
    this.#others.clear()
    this.#inSlots = 0
    for (const one of all) this.#put(one)
  }
}
