/** Bounded Buffer: producers that are held while it is full, consumers while it is empty. What answers cost that come later. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

/** Of one item, for its producer as for its consumer. */
const COST = 25

function processed(item: number): number {
  const random = new PseudoRandom(COST)
  let result = item
  for (let n = 0; n < COST * 100; n++) result += Math.log(random.fraction() + 0.01)
  return result
}

class Buffer extends Actor {
  readonly #items: number[] = []
  readonly #producers: Future<void>[] = []
  readonly #consumers: Future<number | undefined>[] = []
  readonly #limit: number
  #most = 0
  #isClosed = false

  /** Each producer may bring one item more when it is told to wait. */
  constructor(size: number, producers: number) {
    super()
    this.#limit = size - producers
  }
  /** Answers when the producer may bring the next one. */
  put(item: number): Future<void> | undefined {
    const consumer = this.#consumers.shift()
    if (consumer === undefined) this.#most = Math.max(this.#most, this.#items.push(item))
    else consumer.set(item)
    if (this.#items.length < this.#limit) return undefined
    const room = new Future<void>()
    this.#producers.push(room)
    return room
  }
  /** Answers when there is an item; with undefined when none will come any more. */
  take(): Future<number | undefined> | number | undefined {
    const item = this.#items.shift()
    this.#producers.shift()?.set()
    if (item !== undefined || this.#isClosed) return item
    const next = new Future<number | undefined>()
    this.#consumers.push(next)
    return next
  }
  /** No more items come. The most that there were at any time. */
  close(): number {
    this.#isClosed = true
    for (const consumer of this.#consumers.splice(0)) consumer.set(undefined)
    return this.#most
  }
}

class Producer extends Actor {
  async produce(items: number, buffer: Remote<Buffer>): Promise<void> {
    let item = 0
    for (let n = 0; n < items; n++) {
      item = processed(item)
      await buffer.put(item)
    }
  }
}

class Consumer extends Actor {
  /** How many it has consumed. */
  async consume(buffer: Remote<Buffer>): Promise<number> {
    let last = 0
    for (let count = 0; ; count++) {
      const item = await buffer.take()
      if (item === undefined) return count
      last = processed(last + item)
    }
  }
}

export const boundedBuffer = benchmark({
  name: 'Bounded Buffer',
  url: import.meta.url,
  sizes: {
    full: { size: 50, producers: 40, consumers: 40, itemsEach: 1_000 },
    quick: { size: 50, producers: 40, consumers: 40, itemsEach: 100 },
    tiny: { size: 4, producers: 3, consumers: 2, itemsEach: 20 },
  },
  own: { producers: 15, consumers: 15 },
  define: (thread, { size, producers, consumers }) => ({
    buffer: actor(Buffer, { thread, args: [size, producers] }),
    producer: actor(Producer, { thread, count: producers }),
    consumer: actor(Consumer, { thread, count: consumers }),
  }),
  async run(system, { size, producers, itemsEach }) {
    const buffer = system.actor('buffer')
    const consumed = Promise.all(system.actors('consumer').map((consumer) => consumer.consume(buffer)))
    await Promise.all(system.actors('producer').map((producer) => producer.produce(itemsEach, buffer)))
    const most = await buffer.close()
    assert.equal(
      (await consumed).reduce((sum, one) => sum + one),
      producers * itemsEach,
    )
    assert.ok(most <= size, `expected at most ${size} items in the buffer, found ${most}`)
  },
})
if (import.meta.main) await measure(boundedBuffer)
