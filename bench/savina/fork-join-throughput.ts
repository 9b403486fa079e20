/** Fork-Join throughput: one object tells sixty others in turn. What a message costs among many mailboxes that all have mail. */

import assert from 'node:assert/strict'
import { Actor, actor, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { sineSquared } from './computation.ts'
import { measure } from './measure.ts'

class Forker extends Actor {
  /** How many messages each worker has handled. */
  async fork(messagesEach: number): Promise<number[]> {
    const workers = this.actors('worker') as Remote<Worker>[]
    for (let n = 0; n < messagesEach; n++) for (const worker of workers) tell(worker).work()
    return await Promise.all(workers.map((worker) => worker.handled()))
  }
}

class Worker extends Actor {
  #handled = 0

  work(): void {
    this.#handled++
    sineSquared(37.2)
  }
  handled(): number {
    return this.#handled
  }
}

export const forkJoinThroughput = benchmark({
  name: 'Fork-Join throughput',
  url: import.meta.url,
  sizes: {
    full: { workers: 60, messagesEach: 10_000 },
    quick: { workers: 60, messagesEach: 1_000 },
    tiny: { workers: 3, messagesEach: 200 },
  },
  own: { workers: 31 },
  define: (thread, { workers }) => ({
    forker: actor(Forker, { thread }),
    worker: actor(Worker, { thread, count: workers }),
  }),
  async run(system, { workers, messagesEach }) {
    const handled = await system.actor('forker').fork(messagesEach)
    assert.deepEqual(handled, Array<number>(workers).fill(messagesEach))
  },
})
if (import.meta.main) await measure(forkJoinThroughput)
