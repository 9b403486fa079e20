/** Big: everybody sends pings to everybody, each one at a time. What messages cost between many pairs of objects. */

import assert from 'node:assert/strict'
import { Actor, actor, Future, tell, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'
import { PseudoRandom } from './pseudo-random.ts'

class Sink extends Actor {
  readonly #done = new Future<{ readonly pongs: number; readonly wrong: number }>()
  #peersLeft = 0
  #pongs = 0
  #wrong = 0

  play(pingsEach: number): Future<{ readonly pongs: number; readonly wrong: number }> {
    const peers = this.actors('peer') as Remote<Peer>[]
    this.#peersLeft = peers.length
    for (const peer of peers) tell(peer).begin(pingsEach, this.self<Sink>())
    return this.#done
  }
  finished(pongs: number, wrong: number): void {
    this.#pongs += pongs
    this.#wrong += wrong
    if (--this.#peersLeft === 0) this.#done.set({ pongs: this.#pongs, wrong: this.#wrong })
  }
}

class Peer extends Actor {
  readonly #peers = this.actors('peer') as Remote<Peer>[]
  readonly #random = new PseudoRandom(this.index)
  #sink!: Remote<Sink>
  #pingsLeft = 0
  #asked = -1
  #pongs = 0
  #wrong = 0

  begin(pings: number, sink: Remote<Sink>): void {
    this.#pingsLeft = pings
    this.#sink = sink
    this.#goOn()
  }
  ping(from: number): void {
    tell(this.#peers[from]!).pong(this.index)
  }
  pong(from: number): void {
    this.#pongs++
    if (from !== this.#asked) this.#wrong++
    this.#goOn()
  }

  #goOn(): void {
    if (this.#pingsLeft === 0) return void tell(this.#sink).finished(this.#pongs, this.#wrong)
    this.#pingsLeft--
    this.#asked = this.#random.below(this.#peers.length)
    tell(this.#peers[this.#asked]!).ping(this.index)
  }
}

export const big = benchmark({
  name: 'Big',
  url: import.meta.url,
  sizes: {
    full: { peers: 120, pingsEach: 20_000 },
    quick: { peers: 120, pingsEach: 500 },
    tiny: { peers: 4, pingsEach: 50 },
  },
  own: { peers: 31 },
  define: (thread, { peers }) => ({ sink: actor(Sink, { thread }), peer: actor(Peer, { thread, count: peers }) }),
  async run(system, { peers, pingsEach }) {
    assert.deepEqual(await system.actor('sink').play(pingsEach), { pongs: peers * pingsEach, wrong: 0 })
  },
})
if (import.meta.main) await measure(big)
