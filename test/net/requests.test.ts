/** Requests and what answers them, by a model: each is settled once, by its answer, its time, or the end; on virtual time. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { Owner } from '../../src/core/belongings.ts'
import { outcomeOf, type Future } from '../../src/core/future.ts'
import { ConnectionLost } from '../../src/net/index.ts'
import { Requests } from '../../src/net/requests.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'

class Bench {
  readonly clock = new VirtualClock()
  late = 0
  counted = 0
  readonly requests: Requests<string>

  constructor() {
    const keeper = { clock: this.clock, failedUnasked: () => {}, late: () => this.late++ }
    this.requests = new Requests<string>(
      { clock: this.clock, keeper } as unknown as Owner,
      'a peer',
      () => this.counted++,
    )
  }
}

/** How a Future has ended: its value, the name of its error, or nothing. */
function shown(future: Future<string>): string | undefined {
  const outcome = outcomeOf(future)
  if (outcome === undefined) return undefined
  return outcome.ok ? String(outcome.value) : (outcome.error as Error).name
}

/** A request by its number in the model: whom it expects, and how it has ended. */
interface Expected {
  readonly future: Future<string>
  readonly id: number | undefined
  readonly due: number
  ended: string | undefined
  isOpen: boolean
}

const ops = fc.array(
  fc.oneof(
    fc.record({
      op: fc.constant('request' as const),
      timeout: fc.integer({ min: 1, max: 50 }),
      // In order, or by a number that its answer begins with.
      id: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    }),
    fc.record({ op: fc.constant('answer' as const), id: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ op: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 60 }) }),
    fc.record({ op: fc.constant('cancel' as const), which: fc.nat(20) }),
    fc.record({ op: fc.constant('end' as const) }),
  ),
  { maxLength: 60 },
)

describe('requests', () => {
  it('are settled once each, as the model says', () => {
    fc.assert(
      fc.property(ops, (all) => {
        const bench = new Bench()
        const model: Expected[] = []
        let late = 0
        let now = 0
        for (const [index, one] of all.entries())
          switch (one.op) {
            case 'request': {
              const { id, timeout } = one
              const isAnswer = id === undefined ? {} : { isAnswer: (text: string) => text.startsWith(`${id}`) }
              const future = bench.requests.add({ timeout, ...isAnswer })
              model.push({ future, id, due: now + timeout, ended: undefined, isOpen: true })
              break
            }
            case 'answer': {
              const text = `${one.id} ${index}`
              const fits = model.filter(({ isOpen, id }) => isOpen && (id === undefined || id === one.id))
              // The oldest that waits and may have it; but of those in order none is passed by.
              const inOrder = fits.findIndex(({ id, ended }) => id === undefined && ended !== undefined)
              const before = inOrder < 0 ? fits : fits.slice(0, inOrder + 1)
              const taker = before.find(({ ended }) => ended === undefined) ?? before[0]
              assert.equal(bench.requests.take(text), taker !== undefined)
              if (taker === undefined) break
              taker.isOpen = false
              if (taker.ended === undefined) taker.ended = text
              else late++
              break
            }
            case 'wait':
              now += one.ms
              bench.clock.advance(one.ms)
              for (const expected of model)
                if (expected.due <= now && expected.ended === undefined) expected.ended = 'FutureShock'
              break
            case 'cancel': {
              const expected = model[one.which]
              expected?.future.cancel()
              if (expected !== undefined) expected.ended ??= 'AbortError'
              break
            }
            case 'end':
              bench.requests.fail(new ConnectionLost('gone'))
              for (const expected of model) {
                expected.ended ??= 'ConnectionLost'
                expected.isOpen = false
              }
          }
        assert.deepEqual(
          model.map(({ future }) => shown(future)),
          model.map(({ ended }) => ended),
        )
        assert.deepEqual([bench.late, bench.counted], [late, late])
        assert.equal(bench.requests.open, model.filter(({ ended }) => ended === undefined).length)
      }),
      { numRuns: 1_000 },
    )
  })

  it('of which isAnswer throws fail with that, and the telegram is not theirs', () => {
    const bench = new Bench()
    const failing = bench.requests.add({
      timeout: 10,
      isAnswer: () => {
        throw new RangeError('no')
      },
    })
    const next = bench.requests.add({ timeout: 10 })
    assert.equal(bench.requests.take('x'), true)
    assert.equal(shown(failing), 'RangeError')
    assert.equal(shown(next), 'x')
  })

  it('that were given up are remembered for a late answer, 1,000 of them', () => {
    const bench = new Bench()
    for (let times = 0; times < 1_500; times++) void bench.requests.add({ timeout: 1 })
    bench.clock.advance(1)
    for (let times = 0; times < 1_000; times++) assert.equal(bench.requests.take('late'), true)
    assert.equal(bench.requests.take('a telegram'), false)
    assert.equal(bench.late, 1_000)
  })

  it('are given up with their signal, also where that has aborted already', () => {
    const bench = new Bench()
    const controller = new AbortController()
    const one = bench.requests.add({ timeout: 10, signal: controller.signal })
    controller.abort()
    const two = bench.requests.add({ timeout: 10, signal: controller.signal })
    assert.deepEqual([shown(one), shown(two)], ['AbortError', 'AbortError'])
    assert.equal(bench.requests.open, 0)
  })

  it('cannot be blocked for: their answer comes to the thread that would be blocked', () => {
    const { requests } = new Bench()
    assert.throws(() => requests.add({ timeout: 10 }).get(), { name: 'CannotBlockHere', message: /await it$/ })
  })
})
