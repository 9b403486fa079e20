/** Cigarette Smokers: an arbiter lets one of two hundred smoke, then the next. What a message costs to one who has long been asleep. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { busyWait } from './computation.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

class Arbiter extends Actor {
  readonly #smokers = this.actors('smoker') as Remote<Smoker>[]
  readonly #random = new PseudoRandom()
  readonly #done = new Future<number>()
  #roundsLeft = 0
  #smoked = 0
  #left = 0

  /** How many cigarettes were smoked, once all smokers have left. */
  open(rounds: number): Future<number> {
    this.#roundsLeft = rounds
    this.#chooseOne()
    return this.#done
  }
  smoking(): void {
    this.#smoked++
    if (--this.#roundsLeft > 0) this.#chooseOne()
    else for (const smoker of this.#smokers) tell(smoker).leave()
  }
  left(): void {
    if (++this.#left === this.#smokers.length) this.#done.set(this.#smoked)
  }

  #chooseOne(): void {
    const smoker = this.#smokers[this.#random.below(this.#smokers.length)]!
    tell(smoker).smoke(this.#random.below(1_000) + 10)
  }
}

class Smoker extends Actor {
  readonly #arbiter = this.actor('arbiter') as Remote<Arbiter>

  smoke(steps: number): void {
    tell(this.#arbiter).smoking()
    busyWait(steps)
  }
  leave(): void {
    tell(this.#arbiter).left()
    this.stop()
  }
}

export const cigaretteSmokers = benchmark({
  name: 'Cigarette Smokers',
  url: import.meta.url,
  sizes: {
    full: { smokers: 200, rounds: 1_000 },
    quick: { smokers: 200, rounds: 200 },
    tiny: { smokers: 4, rounds: 50 },
  },
  own: { smokers: 31 },
  define: (thread, { smokers }) => ({
    arbiter: actor(Arbiter, { thread }),
    smoker: actor(Smoker, { thread, count: smokers }),
  }),
  async run(system, { rounds }) {
    assert.equal(await system.actor('arbiter').open(rounds), rounds)
  },
})
if (import.meta.main) await measure(cigaretteSmokers)
