/** What has come of a telegram that is not complete: its bytes in one piece, never more than a limit. */
export class PartialTelegram {
  #bytes = EMPTY
  #length = 0
  readonly #limit: number

  constructor(limit: number) {
    this.#limit = limit
  }

  get length(): number {
    return this.#length
  }

  /** Adds some; false, and nothing is kept any more, if that is too much. */
  add(bytes: Uint8Array): boolean {
    const length = this.#length + bytes.length
    if (length > this.#limit) {
      this.clear()
      return false
    }
    if (length > this.#bytes.length) this.#grow(length)
    this.#bytes.set(bytes, this.#length)
    this.#length = length
    return true
  }

  /** All of it, and whatever comes last; then it is empty. Without a copy where nothing had come before. */
  complete(last: Buffer): Buffer | undefined {
    if (this.#length === 0) {
      // Of very many that are empty none has an object of its own.
      if (last.length === 0) return EMPTY
      return last.length <= this.#limit ? last : undefined
    }
    if (!this.add(last)) return undefined
    const all = this.#bytes.subarray(0, this.#length)
    // The next one gets memory of its own: this is the telegram's.
    this.#bytes = EMPTY
    this.#length = 0
    return all
  }

  clear(): void {
    this.#bytes = EMPTY
    this.#length = 0
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(this.#limit, Math.max(needed, 2 * this.#bytes.length, 64)))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}

const EMPTY = Buffer.alloc(0)
