/** Concurrent Dictionary: twenty objects read and write in the one that has the data. What calls cost that wait for their answers. */

import assert from 'node:assert/strict'
import { Actor, actor, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

const WRITES_IN_100 = 10

/** Each value is its key, or its key and a multiple of the number of entries, so that an answer shows whose it is. */
class Dictionary extends Actor {
  readonly #data = new Map<number, number>()

  constructor(entries: number) {
    super()
    for (let key = 0; key < entries; key++) this.#data.set(key, key)
  }
  read(key: number): number | undefined {
    return this.#data.get(key)
  }
  write(key: number, value: number): number {
    this.#data.set(key, value)
    return value
  }
}

class Worker extends Actor {
  readonly #dictionary = this.actor('dictionary') as Remote<Dictionary>

  /** How many right answers it got. */
  async work(requests: number, entries: number): Promise<number> {
    const random = new PseudoRandom(this.index + requests + WRITES_IN_100)
    let right = 0
    for (let n = 1; n <= requests; n++) {
      const isWrite = random.below(100) < WRITES_IN_100
      const key = random.below(entries)
      const answer = await (isWrite ? this.#dictionary.write(key, key + n * entries) : this.#dictionary.read(key))
      if (answer !== undefined && answer % entries === key) right++
    }
    return right
  }
}

export const concurrentDictionary = benchmark({
  name: 'Concurrent Dictionary',
  url: import.meta.url,
  sizes: {
    full: { workers: 20, requestsEach: 10_000, entries: 524_287 },
    quick: { workers: 20, requestsEach: 1_000, entries: 524_287 },
    tiny: { workers: 3, requestsEach: 100, entries: 1_000 },
  },
  define: (thread, { workers, entries }) => ({
    dictionary: actor(Dictionary, { thread, args: [entries] }),
    worker: actor(Worker, { thread, count: workers }),
  }),
  async run(system, { workers, requestsEach, entries }) {
    const right = await Promise.all(system.actors('worker').map((worker) => worker.work(requestsEach, entries)))
    assert.deepEqual(right, Array<number>(workers).fill(requestsEach))
  },
})
if (import.meta.main) await measure(concurrentDictionary)
