/** Chameneos: a hundred creatures meet in pairs at one place and change their colours. What it costs when all want the same object. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'

/** Blue, red, yellow. */
type Colour = 0 | 1 | 2

/** Two of one colour keep it; two of different ones take the third. */
function complement(one: Colour, other: Colour): Colour {
  return one === other ? one : ((3 - one - other) as Colour)
}

class Mall extends Actor {
  readonly #chameneos = this.actors('chameneo') as Remote<Chameneo>[]
  readonly #done = new Future<number>()
  #meetingsLeft = 0
  #waiting: Remote<Chameneo> | undefined
  #faded = 0
  #sum = 0

  /** The sum of what each has counted: two for each meeting. */
  open(meetings: number): Future<number> {
    this.#meetingsLeft = meetings
    const me = this.self<Mall>()
    for (const [n, one] of this.#chameneos.entries()) tell(one).go(me, (n % 3) as Colour)
    return this.#done
  }
  meet(colour: Colour, sender: Remote<Chameneo>): void {
    if (this.#meetingsLeft === 0) tell(sender).fade()
    else if (this.#waiting === undefined) this.#waiting = sender
    else {
      this.#meetingsLeft--
      tell(this.#waiting).meet(colour, sender)
      this.#waiting = undefined
    }
  }
  faded(meetings: number): void {
    this.#sum += meetings
    if (++this.#faded === this.#chameneos.length) this.#done.set(this.#sum)
  }
}

class Chameneo extends Actor {
  readonly #me = this.self<Chameneo>()
  #mall!: Remote<Mall>
  #colour: Colour = 0
  #meetings = 0

  go(mall: Remote<Mall>, colour: Colour): void {
    this.#mall = mall
    this.#colour = colour
    tell(mall).meet(colour, this.#me)
  }
  /** The mall passes on what another has told it. */
  meet(colour: Colour, sender: Remote<Chameneo>): void {
    const changed = complement(this.#colour, colour)
    tell(sender).change(changed)
    this.change(changed)
  }
  change(colour: Colour): void {
    this.#colour = colour
    this.#meetings++
    tell(this.#mall).meet(colour, this.#me)
  }
  fade(): void {
    tell(this.#mall).faded(this.#meetings)
    this.stop()
  }
}

export const chameneos = benchmark({
  name: 'Chameneos',
  url: import.meta.url,
  sizes: {
    full: { chameneos: 100, meetings: 200_000 },
    quick: { chameneos: 100, meetings: 20_000 },
    tiny: { chameneos: 4, meetings: 200 },
  },
  own: { chameneos: 31 },
  define: (thread, { chameneos: count }) => ({
    mall: actor(Mall, { thread }),
    chameneo: actor(Chameneo, { thread, count }),
  }),
  async run(system, { meetings }) {
    assert.equal(await system.actor('mall').open(meetings), 2 * meetings)
  },
})
if (import.meta.main) await measure(chameneos)
