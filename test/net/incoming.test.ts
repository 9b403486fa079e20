/** What one socket brings, by a model: whatever comes, however it is handled, is told once, in order, and little of it at a time. */

import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { News, Owner } from '../../src/core/belongings.ts'
import { Happening, Incoming, type Taker } from '../../src/net/incoming.ts'
import { lines } from '../../src/net/index.ts'

/** Telegrams that one turn handles, and that may wait, and be postponed; incoming.ts has it. */
const MOST = 32

class Postponed extends Error {}

/** An object and a socket, as far as Incoming sees them. */
class Bench {
  isPaused = false
  isFull = false
  awaitsAnswer = false
  /** Whether a turn may go on, as the object says. */
  takesAnother = true
  /** What stands in the mailbox. */
  mailbox: News[] = []
  postponed: News[] = []
  readonly handled: string[] = []
  readonly incoming: Incoming<string>
  /** The next telegram is postponed. */
  #postpones = false
  #pushed = 0

  constructor() {
    const socket = { pause: () => (this.isPaused = true), resume: () => (this.isPaused = false) }
    const owner = {
      clock: { now: () => 0, lastRead: () => 0 },
      tell: (_: string, news: News) => this.mailbox.push(news),
      takesAnother: () => this.takesAnother,
    }
    const taker: Taker<string> = {
      owner: owner as unknown as Owner,
      isFull: false,
      awaitsAnswer: false,
      takesAnswer: () => false,
      handle: (telegram) => this.#handle(telegram),
      overlong: () => assert.fail('nothing is too long'),
      garbage: () => assert.fail('nothing is garbage'),
      broken: () => assert.fail('nothing is broken'),
      failed: (reason) => assert.fail(reason),
    }
    Object.defineProperties(taker, {
      isFull: { get: () => this.isFull },
      awaitsAnswer: { get: () => this.awaitsAnswer },
    })
    this.incoming = new Incoming(socket as unknown as Socket, taker, { framing: lines(), limit: 100 })
  }

  get pushed(): string[] {
    return Array.from({ length: this.#pushed }, (_, index) => String(index))
  }

  push(telegrams: number): void {
    // A socket that is paused brings nothing.
    if (this.isPaused) return
    this.incoming.push(Buffer.from(Array.from({ length: telegrams }, () => `${this.#pushed++}\n`).join('')))
  }

  /** The turn of the next message, of which the first telegram may be postponed. */
  turn(postpones: boolean): void {
    const news = this.mailbox.shift()
    if (news === undefined) return
    const before = this.handled.length
    this.#postpones = postpones
    news.begun()
    try {
      news.run()
    } catch (error) {
      if (!(error instanceof Postponed)) throw error
      news.postponed()
      this.postponed.push(news)
    }
    assert.ok(this.handled.length - before <= MOST, 'a turn has an end')
    if (!this.takesAnother) assert.ok(this.handled.length - before <= 1, 'and none goes on that may not')
  }

  restore(): void {
    this.mailbox.unshift(...this.postponed)
    this.postponed = []
  }

  look(): void {
    assert.ok(this.mailbox.length - MOST <= 1, `${this.mailbox.length} messages stand in the mailbox`)
    const { length } = this.handled
    const wait = this.#pushed - length - this.postponed.length
    const again = this.mailbox.filter((news) => 'kept' in news && news.kept !== undefined).length
    const queued = wait - again
    const full = queued > MOST || this.postponed.length + again >= MOST || this.isFull
    assert.equal(this.isPaused, !this.awaitsAnswer && full, 'reads, or does not')
  }

  #handle(telegram: string): void {
    if (this.#postpones) {
      this.#postpones = false
      throw new Postponed()
    }
    this.handled.push(telegram)
  }
}

const ops = fc.array(
  fc.oneof(
    fc.record({ op: fc.constant('push' as const), count: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ op: fc.constant('turn' as const), postpones: fc.boolean() }),
    fc.record({ op: fc.constant('restore' as const) }),
    fc.record({
      op: fc.constantFrom('isFull' as const, 'awaitsAnswer' as const, 'takesAnother' as const),
      value: fc.boolean(),
    }),
  ),
  { maxLength: 200 },
)

describe('what a socket brings', () => {
  it('is told once each, in order, at most 32 in a turn, and nothing is read while more wait', () => {
    fc.assert(
      fc.property(ops, (all) => {
        const bench = new Bench()
        for (const one of all) {
          if (one.op === 'push') bench.push(one.count)
          else if (one.op === 'turn') bench.turn(one.postpones)
          else if (one.op === 'restore') bench.restore()
          else {
            bench[one.op] = one.value
            bench.incoming.flow()
          }
          bench.look()
        }
        bench.restore()
        while (bench.mailbox.length > 0) bench.turn(false)
        // Those that were postponed come back before newer ones, so all are in order once each has run.
        assert.deepEqual(
          bench.handled.map(Number).toSorted((a, b) => a - b),
          bench.pushed.map(Number),
        )
        if (!all.some((one) => one.op === 'turn' && one.postpones)) assert.deepEqual(bench.handled, bench.pushed)
      }),
    )
  })

  it('is handled when its object comes to rest, and no more is read', () => {
    const bench = new Bench()
    bench.push(100)
    bench.incoming.rest()
    while (bench.mailbox.length > 0) bench.turn(false)
    assert.deepEqual(bench.handled, bench.pushed)
    assert.equal(bench.isPaused, true)
  })

  it('is dropped once the object has closed the connection, and read all the same, so that the peer can close its side', () => {
    const bench = new Bench()
    bench.push(100)
    bench.turn(false)
    bench.incoming.tell(new Happening('onNetDown', () => bench.handled.push('down')))
    assert.equal(bench.incoming.drop(), 100 - MOST)
    assert.equal(bench.isPaused, false)
    bench.push(5)
    while (bench.mailbox.length > 0) bench.turn(false)
    assert.deepEqual(bench.handled, [...bench.pushed.slice(0, MOST), 'down'])
  })

  it('S25: changes what it changes once, though its hook may be postponed and asked again', () => {
    const seen: string[] = []
    const happening = new Happening(
      'onNetDown',
      () => seen.push('asked'),
      () => seen.push('changed'),
    )
    happening.run()
    happening.run()
    assert.deepEqual(seen, ['changed', 'asked', 'asked'])
  })

  it('is in the order of what happens to the connection, each of which has a turn of its own', () => {
    const bench = new Bench()
    const happens = (what: string): void =>
      bench.incoming.tell(new Happening('onNetUp', () => bench.handled.push(what)))
    happens('up')
    bench.push(3)
    happens('down')
    let turns = 0
    for (; bench.mailbox.length > 0; turns++) bench.turn(false)
    assert.deepEqual([turns, bench.handled], [3, ['up', '0', '1', '2', 'down']])
  })
})
