/** Whatever is done to a Future, in whatever order: S10, S13, S14, S16. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { AbortError, FutureSettled, FutureShock } from '../../src/core/errors.ts'
import { Future, giveUpFuture, outcomeOf, settleFuture, whenSettled, type Outcome } from '../../src/core/future.ts'
import { TestHost } from '../core/support/test-host.ts'
import { refuseUnhandled, runs } from './support/runs.ts'

const event = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('set', 'fail' as const), value: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), ok: fc.boolean(), value: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cancel', 'giveUp' as const) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('then', 'catch', 'finally', 'listen' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('within' as const),
      ms: fc.constantFrom(0, 10, 500, 3_000),
      /** Nobody waits for what it gives. */
      isDropped: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(0, 5, 400, 1_000) }) },
)

/** What an outcome is, in a word. */
function wordOf(outcome: Outcome): string {
  if (outcome.ok) return `value ${String(outcome.value)}`
  const { error } = outcome
  if (error instanceof AbortError) return 'cancelled'
  return error instanceof FutureShock ? 'too late' : `error ${String(error)}`
}

class Model {
  now = 0
  outcome: string | undefined
  isGivenUp = false
  wasAsked = false
  late = 0
  /** When it failed without anybody having asked, and the same of what `within` gave and nobody took. */
  readonly #unasked: { readonly at: number; readonly isAsked: () => boolean }[] = []
  /** Those of `within` that are pending. */
  #limited: { readonly id: number; readonly due: number; readonly isDropped: boolean }[] = []
  /** What each who waits hears, by its number. */
  readonly heard = new Map<number, string>()
  readonly #waiting: number[] = []
  unasked = 0

  /** Only what can still be too late, or asked for, is timed. */
  get timers(): number {
    return this.#limited.length + this.#unasked.length
  }

  settle(outcome: string): boolean {
    if (this.outcome !== undefined) return false
    this.outcome = outcome
    for (const id of this.#waiting) this.heard.set(id, outcome)
    for (const { id, isDropped } of this.#limited) this.#endLimited(id, outcome, isDropped)
    this.#limited = []
    if (!outcome.startsWith('value') && !this.wasAsked)
      this.#unasked.push({ at: this.now, isAsked: () => this.wasAsked })
    return true
  }
  wait(id: number): void {
    this.wasAsked = true
    if (this.outcome === undefined) this.#waiting.push(id)
    else this.heard.set(id, this.outcome)
  }
  within(id: number, ms: number, isDropped: boolean): void {
    this.wasAsked = true
    if (this.outcome === undefined) this.#limited.push({ id, due: this.now + ms, isDropped })
    else this.#endLimited(id, this.outcome, isDropped, true)
  }
  advance(ms: number): void {
    const until = this.now + ms
    for (const { id, due, isDropped } of this.#limited.toSorted((a, b) => a.due - b.due)) {
      if (due > until) continue
      this.now = due
      this.#endLimited(id, 'too late', isDropped)
    }
    this.#limited = this.#limited.filter(({ due }) => due > until)
    this.now = until
    for (const one of this.#unasked.filter(({ at }) => at + 1_000 <= until)) {
      this.#unasked.splice(this.#unasked.indexOf(one), 1)
      if (!one.isAsked()) this.unasked++
    }
  }
  /** `atOnce`: before anybody can have asked for what `within` gives. */
  #endLimited(id: number, outcome: string, isDropped: boolean, atOnce = false): void {
    if (!isDropped) this.heard.set(id, outcome)
    if ((isDropped || atOnce) && !outcome.startsWith('value'))
      this.#unasked.push({ at: this.now, isAsked: () => !isDropped })
  }
}

describe('any interleaving of what can happen to a Future', () => {
  refuseUnhandled()

  it('S10, S13, S14, S16: settles it once; all who wait hear it once, in order; who drops it is not alarmed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 25, size: 'max' }), async (events) => {
        const host = new TestHost()
        const future = new Future<number>()
        const model = new Model()
        /** What was heard, in order, by those who wait alike. */
        const heard = {
          listen: [] as [number, string][],
          awaited: [] as [number, string][],
          other: [] as [number, string][],
        }
        const all = [...events, { do: 'advance', ms: 5_000 } as const, { do: 'then' } as const]
        for (const [id, one] of all.entries()) {
          const hears = (how: keyof typeof heard) => (outcome: Outcome) => void heard[how].push([id, wordOf(outcome)])
          const waits = (promise: Promise<number>, how: keyof typeof heard): void =>
            void promise.then(
              (value) => hears(how)({ ok: true, value }),
              (error: unknown) => hears(how)({ ok: false, error }),
            )
          switch (one.do) {
            case 'set':
            case 'fail': {
              const word = `${one.do === 'set' ? 'value' : 'error'} ${one.value}`
              const does = (): void => (one.do === 'set' ? future.set(one.value) : future.fail(one.value))
              if (model.isGivenUp) model.late++
              if (model.isGivenUp || model.settle(word)) does()
              else assert.throws(does, FutureSettled)
              break
            }
            case 'settle': {
              const outcome: Outcome = one.ok ? { ok: true, value: one.value } : { ok: false, error: one.value }
              const isFirst = model.settle(wordOf(outcome))
              if (!isFirst && model.isGivenUp) model.late++
              assert.equal(settleFuture(future, outcome), isFirst)
              break
            }
            case 'cancel':
              future.cancel()
              if (model.outcome === undefined) model.wasAsked = model.isGivenUp = true
              model.settle('cancelled')
              break
            case 'giveUp':
              giveUpFuture(future, 'given up')
              if (model.settle('error given up')) model.isGivenUp = true
              break
            case 'then':
              waits(future, 'awaited')
              model.wait(id)
              break
            case 'catch':
              waits(
                future.catch((error: unknown) => {
                  throw error
                }),
                'other',
              )
              model.wait(id)
              break
            case 'finally':
              waits(future.finally(), 'other')
              model.wait(id)
              break
            case 'listen':
              whenSettled(future, hears('listen'))
              model.wait(id)
              break
            case 'within': {
              const limited = future.within(one.ms)
              if (!one.isDropped) waits(limited, 'other')
              model.within(id, one.ms, one.isDropped)
              break
            }
            case 'advance':
              await host.advance(one.ms)
              model.advance(one.ms)
              break
          }
          await host.settle()
          assert.equal(outcomeOf(future) === undefined ? undefined : wordOf(outcomeOf(future)!), model.outcome)
          for (const how of ['listen', 'awaited'] as const) {
            const ids = heard[how].map(([waiter]) => waiter)
            assert.deepEqual(
              ids,
              ids.toSorted((a, b) => a - b),
              how,
            )
          }
          const everybody = Object.values(heard).flat()
          assert.deepEqual(
            everybody.toSorted(([a], [b]) => a - b),
            [...model.heard].toSorted(([a], [b]) => a - b),
          )
          assert.deepEqual(
            { late: host.lateAnswers, unasked: host.unasked.length, timers: host.clock.pending },
            { late: model.late, unasked: model.unasked, timers: model.timers },
          )
        }
      }),
      runs(500),
    )
  })
})
