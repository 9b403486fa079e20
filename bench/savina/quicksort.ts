/** Quicksort: an object gives the lesser half to one new object, the greater half to another. What moving large arrays costs. */

import assert from 'node:assert/strict'
import { Actor, actor, transfer, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

const SEED = 1_024

class Sorter extends Actor {
  /** The values in order; they are moved to and fro, not copied. */
  async sort(values: Int32Array<ArrayBuffer>, cutOff: number): Promise<Int32Array<ArrayBuffer>> {
    const sorted = values.length < cutOff ? values.toSorted() : await this.#sortInParts(values, cutOff)
    this.stop()
    return transfer(sorted)
  }

  async #sortInParts(values: Int32Array<ArrayBuffer>, cutOff: number): Promise<Int32Array<ArrayBuffer>> {
    const pivot = values[values.length >> 1]!
    const parts = [values.filter((value) => value < pivot), values.filter((value) => value > pivot)]
    const [less, more] = await Promise.all(
      parts.map((part) => (this.spawn('sorter') as Remote<Sorter>).sort(transfer(part), cutOff)),
    )
    const sorted = new Int32Array(values.length).fill(pivot)
    sorted.set(less!)
    sorted.set(more!, values.length - more!.length)
    return sorted
  }
}

export const quicksort = benchmark({
  name: 'Quicksort',
  url: import.meta.url,
  sizes: {
    full: { values: 1_000_000, cutOff: 2_048 },
    quick: { values: 100_000, cutOff: 2_048 },
    tiny: { values: 1_000, cutOff: 400 },
  },
  own: { values: 20_000 },
  define: (thread) => ({ sorter: actor(Sorter, { thread, count: 0 }) }),
  async run(system, { values: length, cutOff }) {
    const random = new PseudoRandom(SEED)
    const values = Int32Array.from({ length }, () => random.next())
    const expected = values.toSorted()
    assert.deepEqual(await system.spawn('sorter').sort(transfer(values), cutOff), expected)
  },
})
if (import.meta.main) await measure(quicksort)
