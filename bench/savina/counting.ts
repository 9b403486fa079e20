/** Counting: one object tells another a million times, then asks. What a message costs that many others follow. */

import assert from 'node:assert/strict'
import { Actor, actor, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'

class Producer extends Actor {
  async produce(increments: number, counter: Remote<Counter>): Promise<number> {
    for (let n = 0; n < increments; n++) tell(counter).increment()
    return await counter.count()
  }
}

class Counter extends Actor {
  #count = 0

  increment(): void {
    this.#count++
  }
  count(): number {
    return this.#count
  }
}

export const counting = benchmark({
  name: 'Counting',
  url: import.meta.url,
  sizes: { full: { increments: 1_000_000 }, quick: { increments: 100_000 }, tiny: { increments: 2_000 } },
  define: (thread) => ({ producer: actor(Producer, { thread }), counter: actor(Counter, { thread }) }),
  async run(system, { increments }) {
    assert.equal(await system.actor('producer').produce(increments, system.actor('counter')), increments)
  },
})
if (import.meta.main) await measure(counting)
