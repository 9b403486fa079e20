/**
 * First in, first out, both in constant time, which an array's shift() is not once the array is long.
 *
 *    push ─▶ [ 6 5 4 ]  turned over when the other is empty  [ 1 2 3 ] ─▶ take
 */
export class Fifo<T> {
  #entrance: T[] = []
  #exit: T[] = []

  get size(): number {
    return this.#entrance.length + this.#exit.length
  }

  push(item: T): void {
    this.#entrance.push(item)
  }

  /** The oldest one, which stays. */
  peek(): T | undefined {
    if (this.#exit.length === 0) {
      this.#exit = this.#entrance.toReversed()
      this.#entrance = []
    }
    return this.#exit.at(-1)
  }

  take(): T | undefined {
    this.peek()
    return this.#exit.pop()
  }

  clear(): void {
    this.#entrance = []
    this.#exit = []
  }
}
