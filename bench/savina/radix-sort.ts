/** Radix Sort: a pipeline of one object for each bit; those whose bit is not set go first. What a stream of small messages costs. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

const SEED = 2_048

/** One that takes values, each with a message. */
interface Taker extends Actor {
  value(value: number): void
}

class Source extends Actor {
  /** The sum of what it has sent. */
  send(values: number, limit: number, first: Remote<Taker>): number {
    const random = new PseudoRandom(SEED)
    let sum = 0
    for (let n = 0; n < values; n++) {
      const value = random.below(limit)
      tell(first).value(value)
      sum += value
    }
    return sum
  }
}

class Sorter extends Actor {
  readonly #radix = 2 ** this.index
  readonly #set: number[] = []
  #next!: Remote<Taker>
  #left = 0

  join(next: Remote<Taker>, values: number): void {
    this.#next = next
    this.#left = values
  }
  value(value: number): void {
    if (Math.floor(value / this.#radix) % 2 === 1) this.#set.push(value)
    else tell(this.#next).value(value)
    if (--this.#left === 0) for (const one of this.#set) tell(this.#next).value(one)
  }
}

interface Received {
  readonly sum: number
  /** Values that were less than the one before. */
  readonly outOfOrder: number
}

class Validator extends Actor {
  readonly #done = new Future<Received>()
  readonly #received = { sum: 0, outOfOrder: 0 }
  #left: number
  #last = 0

  constructor(values: number) {
    super()
    this.#left = values
  }
  value(value: number): void {
    this.#received.sum += value
    if (value < this.#last) this.#received.outOfOrder++
    this.#last = value
    if (--this.#left === 0) this.#done.set(this.#received)
  }
  received(): Future<Received> {
    return this.#done
  }
}

export const radixSort = benchmark({
  name: 'Radix Sort',
  url: import.meta.url,
  sizes: { full: { bits: 60, values: 100_000 }, quick: { bits: 60, values: 2_000 }, tiny: { bits: 4, values: 100 } },
  own: { bits: 30 },
  define: (thread, { bits, values }) => ({
    source: actor(Source, { thread }),
    sorter: actor(Sorter, { thread, count: bits }),
    validator: actor(Validator, { thread, args: [values] }),
  }),
  async run(system, { bits, values }) {
    const validator = system.actor('validator')
    const takers = [...system.actors('sorter'), validator]
    await Promise.all(system.actors('sorter').map((sorter, n) => sorter.join(takers[n + 1]!, values)))
    const sum = await system.actor('source').send(values, 2 ** bits, takers[0]!)
    assert.deepEqual(await validator.received(), { sum, outOfOrder: 0 })
  },
})
if (import.meta.main) await measure(radixSort)
