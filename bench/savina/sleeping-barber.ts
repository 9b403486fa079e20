/**
 * Sleeping Barber: customers wait in a room that has an end, and come back while it is full. Each is an object that ends with its haircut; the
 * room has a State for a barber who sleeps, and one for a barber who cuts.
 */

import assert from 'node:assert/strict'
import { Actor, actor, Future, State, Task, task, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { busyWait } from './computation.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

/** Steps of work, less than that and 10 more: of a haircut, and between two customers. */
const WORK = 1_000

class Room extends Task {
  static states = () => [Asleep, Cutting] as const
  readonly barber = this.actor('barber') as Remote<Barber>
  readonly me = this.self<Cutting>()
  readonly waiting: Remote<Customer>[] = []
  readonly chairs: number

  constructor(chairs: number) {
    super()
    this.chairs = chairs
  }
  onInit(): void {
    this.become(Asleep)
  }
}
class Asleep extends State<Room> {
  enter(customer: Remote<Customer>): void {
    this.task.waiting.push(customer)
    this.become(Cutting)
    tell(this.task.me).next()
  }
}
class Cutting extends State<Room> {
  enter(customer: Remote<Customer>): void {
    const { waiting, chairs } = this.task
    if (waiting.length === chairs) return void tell(customer).full()
    waiting.push(customer)
    tell(customer).wait()
  }
  next(): void {
    const customer = this.task.waiting.shift()
    if (customer !== undefined) return void tell(this.task.barber).cut(customer)
    tell(this.task.barber).sleep()
    this.become(Asleep)
  }
}

class Barber extends Actor {
  readonly #room = this.actor('room') as Remote<Room, Asleep | Cutting>
  readonly #random = new PseudoRandom()

  cut(customer: Remote<Customer>): void {
    tell(customer).begin()
    busyWait(this.#random.below(WORK) + 10)
    tell(customer).done()
    tell(this.#room).next()
  }
  sleep(): void {}
}

class Customer extends Actor {
  readonly #factory = this.actor('factory') as Remote<Factory>

  full(): void {
    tell(this.#factory).returned(this.self<Customer>())
  }
  wait(): void {}
  begin(): void {}
  done(): void {
    tell(this.#factory).done()
    this.stop()
  }
}

class Factory extends Actor {
  readonly #room = this.actor('room') as Remote<Room, Asleep | Cutting>
  readonly #random = new PseudoRandom()
  readonly #allDone = new Future<number>()
  #haircuts = 0
  #done = 0

  /** How many haircuts there were, once all customers have theirs. */
  open(haircuts: number): Future<number> {
    this.#haircuts = haircuts
    for (let n = 0; n < haircuts; n++) {
      tell(this.#room).enter(this.spawn('customer') as Remote<Customer>)
      busyWait(this.#random.below(WORK) + 10)
    }
    return this.#allDone
  }
  returned(customer: Remote<Customer>): void {
    tell(this.#room).enter(customer)
  }
  done(): void {
    if (++this.#done === this.#haircuts) this.#allDone.set(this.#done)
  }
}

export const sleepingBarber = benchmark({
  name: 'Sleeping Barber',
  url: import.meta.url,
  sizes: {
    full: { haircuts: 5_000, chairs: 1_000 },
    quick: { haircuts: 500, chairs: 100 },
    tiny: { haircuts: 5, chairs: 2 },
  },
  own: { haircuts: 29, chairs: 5 },
  // The room's `wait` may come to a customer whom the barber has done meanwhile.
  mayDrop: ['receiver dead'],
  define: (thread, { chairs }) => ({
    room: task(Room, { thread, args: [chairs] }),
    barber: actor(Barber, { thread }),
    factory: actor(Factory, { thread }),
    customer: actor(Customer, { thread, count: 0 }),
  }),
  async run(system, { haircuts }) {
    assert.equal(await system.actor('factory').open(haircuts), haircuts)
  },
})
if (import.meta.main) await measure(sleepingBarber)
