/** Fork-Join create: objects that are made for one message, and end. What an object costs. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { sineSquared } from './computation.ts'
import { measure } from './measure.ts'

class Forker extends Actor {
  readonly #allEnded = new Future<number>()
  #workers = 0
  #ended = 0

  /** How many have ended, once all have. */
  fork(workers: number): Future<number> {
    this.#workers = workers
    for (let n = 0; n < workers; n++) {
      const worker = this.spawn('worker') as Remote<Worker>
      this.watch(worker)
      tell(worker).work()
    }
    return this.#allEnded
  }
  onDown(): void {
    if (++this.#ended === this.#workers) this.#allEnded.set(this.#ended)
  }
}

class Worker extends Actor {
  work(): void {
    sineSquared(37.2)
    this.stop()
  }
}

export const forkJoinCreate = benchmark({
  name: 'Fork-Join create',
  url: import.meta.url,
  sizes: { full: { workers: 40_000 }, quick: { workers: 4_000 }, tiny: { workers: 5 } },
  own: { workers: 31 },
  define: (thread) => ({ forker: actor(Forker, { thread }), worker: actor(Worker, { thread, count: 0 }) }),
  async run(system, { workers }) {
    assert.equal(await system.actor('forker').fork(workers), workers)
    assert.deepEqual(
      (await system.snapshot()).objects.map(({ name }) => name),
      ['forker'],
    )
  },
})
if (import.meta.main) await measure(forkJoinCreate)
