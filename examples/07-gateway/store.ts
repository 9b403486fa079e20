import { Task } from 'tsworks'

/** Keeps what was measured; what it has answered is kept. In a product: a database. */
export class Store extends Task {
  readonly #last = new Map<number, number>()
  #telegrams = 0
  #again = 0

  /** Keeps a measurement, once, though it may come twice: from a device whose acknowledgement was lost. */
  keep(device: number, number: number, _value: number): void {
    const last = this.#last.get(device) ?? 0
    if (number > last + 1)
      throw new RangeError(`of device ${device} the measurements after ${last} are missing: ${number} came`)
    if (number <= last) this.#again++
    else {
      this.#last.set(device, number)
      this.#telegrams++
    }
  }

  /** The number of the last one. */
  last(device: number): number {
    return this.#last.get(device) ?? 0
  }

  count(): { telegrams: number; again: number } {
    return { telegrams: this.#telegrams, again: this.#again }
  }

  all(): Map<number, number> {
    return this.#last
  }
}
