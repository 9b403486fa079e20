/** What one socket brings, by a model: whatever comes, however it is handled, is told once, in order, and little of it at a time. */

import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { Owner } from '../../src/core/belongings.ts'
import { Incoming, type Taker, type Tidings } from '../../src/net/incoming.ts'
import { lines } from '../../src/net/index.ts'

/** Told at once, at most; incoming.ts has it. */
const MOST_TOLD = 32

const NEITHER = { isFull: false, awaitsAnswer: false }

/** An object and a socket, as far as Incoming sees them. */
class Bench {
  isPaused = false
  isFull = false
  awaitsAnswer = false
  /** What stands in the mailbox. */
  mailbox: Tidings[] = []
  postponed: Tidings[] = []
  readonly handled: string[] = []
  readonly incoming: Incoming<string>
  #pushed = 0

  constructor() {
    const socket = { pause: () => (this.isPaused = true), resume: () => (this.isPaused = false) }
    const owner = { tell: (_: string, tidings: Tidings) => this.mailbox.push(tidings) }
    const taker: Taker<string> = {
      owner: owner as unknown as Owner,
      ...NEITHER,
      takesAnswer: () => false,
      handle: (telegram) => this.handled.push(telegram),
      overlong: () => assert.fail('nothing is too long'),
      garbage: () => assert.fail('nothing is garbage'),
      broken: () => assert.fail('nothing is broken'),
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

  /** Begins the next message; `true` ends by postpone(). */
  begin(postpones: boolean): void {
    const tidings = this.mailbox.shift()
    if (tidings === undefined) return
    tidings.begun()
    if (postpones) {
      tidings.postponed()
      this.postponed.push(tidings)
    } else tidings.run()
  }

  restore(): void {
    this.mailbox.unshift(...this.postponed)
    this.postponed = []
  }

  look(): void {
    const told = this.mailbox.length + this.postponed.length
    // One more where the one in hand was postponed: the next one had been told when it was begun.
    assert.ok(told <= MOST_TOLD + 1, `${told} were told`)
    const waits = this.handled.length + told < this.#pushed
    assert.equal(this.isPaused, !this.awaitsAnswer && (waits || this.isFull), 'reads, or does not')
  }
}

const ops = fc.array(
  fc.oneof(
    fc.record({ op: fc.constant('push' as const), count: fc.integer({ min: 1, max: 100 }) }),
    fc.record({ op: fc.constant('begin' as const), postpones: fc.boolean() }),
    fc.record({ op: fc.constant('restore' as const) }),
    fc.record({ op: fc.constantFrom('isFull' as const, 'awaitsAnswer' as const), value: fc.boolean() }),
  ),
  { maxLength: 200 },
)

describe('what a socket brings', () => {
  it('is told once each, in order, at most 32 at once, and nothing is read meanwhile', () => {
    fc.assert(
      fc.property(ops, (all) => {
        const bench = new Bench()
        for (const one of all) {
          if (one.op === 'push') bench.push(one.count)
          else if (one.op === 'begin') bench.begin(one.postpones)
          else if (one.op === 'restore') bench.restore()
          else {
            bench[one.op] = one.value
            bench.incoming.flow()
          }
          bench.look()
        }
        bench.restore()
        while (bench.mailbox.length > 0) bench.begin(false)
        // Those that were postponed come back before newer ones, so all are in order once each has run.
        assert.deepEqual(
          bench.handled.map(Number).toSorted((a, b) => a - b),
          bench.pushed.map(Number),
        )
        if (!all.some((one) => one.op === 'begin' && one.postpones)) assert.deepEqual(bench.handled, bench.pushed)
      }),
    )
  })

  it('is all put into the mailbox when its object comes to rest, and no more is read', () => {
    const bench = new Bench()
    bench.push(100)
    assert.equal(bench.mailbox.length, MOST_TOLD)
    bench.incoming.rest()
    assert.equal(bench.mailbox.length, 100)
    while (bench.mailbox.length > 0) bench.begin(false)
    assert.deepEqual(bench.handled, bench.pushed)
    assert.equal(bench.isPaused, true)
  })

  it('is dropped once the object has closed the connection, and read all the same, so that the peer can close its side', () => {
    const bench = new Bench()
    bench.push(100)
    assert.equal(bench.incoming.drop(), 100 - MOST_TOLD)
    assert.equal(bench.isPaused, false)
    bench.push(5)
    assert.equal(bench.mailbox.length, MOST_TOLD)
  })
})
