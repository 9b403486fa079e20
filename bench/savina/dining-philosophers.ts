/** Dining Philosophers: an arbitrator gives two forks or refuses; who is refused asks again. What it costs when all want the same object. */

import assert from 'node:assert/strict'
import { Actor, actor, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'

class Arbitrator extends Actor {
  readonly #isTaken: boolean[]

  constructor(forks: number) {
    super()
    this.#isTaken = Array<boolean>(forks).fill(false)
  }
  /** Whether it gives the philosopher both forks. */
  hungry(philosopher: number): boolean {
    const right = this.#rightOf(philosopher)
    if (this.#isTaken[philosopher] === true || this.#isTaken[right] === true) return false
    this.#isTaken[philosopher] = this.#isTaken[right] = true
    return true
  }
  done(philosopher: number): void {
    this.#isTaken[philosopher] = this.#isTaken[this.#rightOf(philosopher)] = false
  }
  taken(): number {
    return this.#isTaken.filter(Boolean).length
  }

  #rightOf(philosopher: number): number {
    return (philosopher + 1) % this.#isTaken.length
  }
}

class Philosopher extends Actor {
  readonly #arbitrator = this.actor('arbitrator') as Remote<Arbitrator>

  /** How many meals it has had. */
  async dine(rounds: number): Promise<number> {
    let meals = 0
    while (meals < rounds) {
      while (!(await this.#arbitrator.hungry(this.index)));
      meals++
      tell(this.#arbitrator).done(this.index)
    }
    // What it has told before has been handled once this is answered: order holds from one sender to one receiver, and who asks next is another (S2).
    await this.#arbitrator.taken()
    return meals
  }
}

export const diningPhilosophers = benchmark({
  name: 'Dining Philosophers',
  url: import.meta.url,
  sizes: {
    full: { philosophers: 20, rounds: 10_000 },
    quick: { philosophers: 20, rounds: 500 },
    tiny: { philosophers: 4, rounds: 30 },
  },
  define: (thread, { philosophers }) => ({
    arbitrator: actor(Arbitrator, { thread, args: [philosophers] }),
    philosopher: actor(Philosopher, { thread, count: philosophers }),
  }),
  async run(system, { philosophers, rounds }) {
    const meals = await Promise.all(system.actors('philosopher').map((philosopher) => philosopher.dine(rounds)))
    assert.deepEqual(meals, Array<number>(philosophers).fill(rounds))
    assert.equal(await system.actor('arbitrator').taken(), 0)
  },
})
if (import.meta.main) await measure(diningPhilosophers)
