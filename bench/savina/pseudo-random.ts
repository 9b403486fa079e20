/** The suite's random numbers, from 0 to 65,535: with the same seed the same in every language, so that outcomes can be compared. */
export class PseudoRandom {
  #last: number

  constructor(seed = 74_755) {
    this.#last = seed
  }

  next(): number {
    return (this.#last = (this.#last * 1_309 + 13_849) & 65_535)
  }

  /** Below `limit`. */
  below(limit: number): number {
    return this.next() % limit
  }

  /** More than 0, at most 1. */
  fraction(): number {
    return 1 / (this.next() + 1)
  }
}
