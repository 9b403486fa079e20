/** Thread Ring: a token goes round. What a message costs whose receiver has been asleep, among many. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'

class Knot extends Actor {
  #next!: Remote<Knot>
  #done!: Future<void>
  #hops = 0

  join(next: Remote<Knot>, done: Future<void>): void {
    this.#next = next
    this.#done = done
  }
  token(hopsLeft: number): void {
    this.#hops++
    if (hopsLeft > 1) tell(this.#next).token(hopsLeft - 1)
    else this.#done.set()
  }
  hops(): number {
    return this.#hops
  }
}

export const threadRing = benchmark({
  name: 'Thread Ring',
  url: import.meta.url,
  sizes: { full: { knots: 100, hops: 100_000 }, quick: { knots: 100, hops: 10_000 }, tiny: { knots: 4, hops: 201 } },
  own: { knots: 32 },
  define: (thread, { knots }) => ({ knot: actor(Knot, { thread, count: knots }) }),
  async run(system, { knots: count, hops }) {
    const knots = system.actors('knot')
    const done = new Future<void>()
    await Promise.all(knots.map((knot, n) => knot.join(knots[(n + 1) % count]!, done)))
    tell(knots[0]!).token(hops)
    await done
    const each = await Promise.all(knots.map((knot) => knot.hops()))
    assert.deepEqual(
      each,
      each.map((_, n) => Math.ceil((hops - n) / count)),
    )
  },
})
if (import.meta.main) await measure(threadRing)
