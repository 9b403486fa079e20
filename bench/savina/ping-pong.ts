/** Ping-Pong: two objects, one message under way. What a message costs whose receiver has been asleep. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'

class Ping extends Actor {
  readonly #me = this.self<Ping>()
  readonly #done = new Future<number>()
  #pong!: Remote<Pong>
  #left = 0
  #pongs = 0

  play(pings: number, pong: Remote<Pong>): Future<number> {
    this.#left = pings
    this.#pong = pong
    this.ping()
    return this.#done
  }
  ping(): void {
    this.#left--
    tell(this.#pong).ping(this.#me)
  }
  pong(): void {
    this.#pongs++
    if (this.#left > 0) tell(this.#me).ping()
    else this.#done.set(this.#pongs)
  }
}

class Pong extends Actor {
  #pings = 0

  ping(sender: Remote<Ping>): void {
    this.#pings++
    tell(sender).pong()
  }
  pings(): number {
    return this.#pings
  }
}

export const pingPong = benchmark({
  name: 'Ping-Pong',
  url: import.meta.url,
  sizes: { full: { pings: 40_000 }, quick: { pings: 4_000 }, tiny: { pings: 200 } },
  define: (thread) => ({ ping: actor(Ping, { thread }), pong: actor(Pong, { thread }) }),
  async run(system, { pings }) {
    const pong = system.actor('pong')
    assert.equal(await system.actor('ping').play(pings, pong), pings)
    assert.equal(await pong.pings(), pings)
  },
})
if (import.meta.main) await measure(pingPong)
