/** Which thread gives which pids to those that are born in it (threads/births.ts): blocks of pids, by their first one. */

import type { Place } from '../wire/kernel-protocol.ts'

interface Block {
  readonly first: number
  readonly end: number
  readonly place: Place
}

export class PidBlocks {
  /** In rising order. */
  readonly #blocks: Block[] = []

  add(place: Place, { first, count }: { readonly first: number; readonly count: number }): void {
    const block = { first, end: first + count, place }
    // At the end, or close to it: blocks are told of in about the order in which they were taken.
    let at = this.#blocks.length
    while (at > 0 && this.#blocks[at - 1]!.first > first) at--
    this.#blocks.splice(at, 0, block)
  }

  /** The thread that gives that pid; undefined for one of an object that the kernel was to make. */
  placeOf(pid: number): Place | undefined {
    let [low, high] = [0, this.#blocks.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#blocks[middle]!.end <= pid) low = middle + 1
      else high = middle
    }
    const block = this.#blocks[low]
    return block !== undefined && block.first <= pid ? block.place : undefined
  }
}
