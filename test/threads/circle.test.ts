import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { searchCircle, type Behind, type Edge, type Verdict } from '../../src/threads/circle.ts'

/** An object of the model: it waits for what its waits say, and is kept by all of them. */
interface ModelWait extends Edge {
  /** The object that waits; it lives in the thread `place`. */
  readonly from: number
  readonly to: number
}

/**
 * Objects that wait for each other, in several threads, on a clock that all share. Who waits at a moment is exactly known here; a search
 * learns it hop by hop, while others go on.
 */
class Model {
  readonly waits = new Set<ModelWait>()
  now = 0
  #number = 0

  /** `from` waits for `to`. */
  begin(from: number, to: number): ModelWait {
    const wait = { from, to, place: from % 3, number: ++this.#number, since: this.now }
    this.waits.add(wait)
    return wait
  }

  behind(wait: ModelWait): Behind<ModelWait> {
    return { waits: [...this.waits].filter(({ from }) => from === wait.to), isUnsure: false }
  }

  /** Whether there is a way along waits from one object to another, that takes only waits for which `may` is true. */
  leads(from: number, to: number, may: (wait: ModelWait) => boolean): boolean {
    const seen = new Set<number>()
    const open = [from]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === to) return true
      if (seen.has(at)) continue
      seen.add(at)
      for (const wait of this.waits) if (wait.from === at && may(wait)) open.push(wait.to)
    }
    return false
  }
}

const comesBefore = (a: Edge, b: Edge): boolean =>
  a.since !== b.since ? a.since < b.since : a.place === b.place ? a.number < b.number : a.place < b.place

/** Steps: an object begins to wait for another, a wait ends, time goes on, or a search hears the answer to its question. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('begin' as const), from: fc.nat(3), to: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('end' as const), nth: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const), nth: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tick' as const) }) },
)

describe('the search for a circle', () => {
  it('S18: finds only what stands: every wait of a circle stood when the youngest began, and stands still', () => {
    let circles = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 30, maxLength: 120 }), (steps) => {
        const model = new Model()
        const questions: (() => void)[] = []
        /** What the search of a wait has found; the last of its answers may come long after the first. */
        const search = (start: ModelWait): void =>
          searchCircle<ModelWait>(
            start,
            // The answer is true when it is given, not when it is asked for, nor when the search ends.
            (wait, answer) => void questions.push(() => answer(model.behind(wait))),
            (verdict) => {
              if (verdict.kind !== 'circle' || !model.waits.has(start)) return
              circles++
              const { circle } = verdict
              assert.equal(circle[0], start)
              for (const [index, wait] of circle.entries()) {
                assert.equal(wait.to, circle[(index + 1) % circle.length]!.from)
                assert.ok(wait === start || comesBefore(wait, start))
                assert.ok(model.waits.has(wait), 'a wait that stands no more')
              }
            },
          )
        for (const one of steps)
          if (one.kind === 'begin') model.begin(one.from, one.to)
          else if (one.kind === 'tick') model.now++
          else if (one.kind === 'end') {
            // Who stands in a circle cannot go on, so its waits do not end; that is what a circle is.
            const free = [...model.waits].filter((wait) => !model.leads(wait.to, wait.from, () => true))
            if (free.length > 0) model.waits.delete(free[one.nth % free.length]!)
          } else if (one.kind === 'look') {
            // Looked at is what is old; so of things that began at the same time as it, it does not matter which was first.
            const all = [...model.waits].filter(({ since }) => since < model.now)
            if (all.length > 0) search(all[one.nth % all.length]!)
          } else if (questions.length > 0) questions.splice(one.nth % questions.length, 1)[0]!()
        while (questions.length > 0) questions.shift()!()
      }),
      { numRuns: 2_000, seed: 18 },
    )
    assert.ok(circles > 500, `too few circles were met: ${circles}`)
  })

  it('S18: no phantom: waits that stood one after the other are no circle', () => {
    // a waits for b, then no more; then b waits for a. Asked in between, both are seen.
    const model = new Model()
    const b = model.begin(1, 0)
    const questions: (() => void)[] = []
    model.now++
    const c = model.begin(2, 1)
    let verdict: Verdict<ModelWait> | undefined
    searchCircle<ModelWait>(
      c,
      (wait, answer) => void questions.push(() => answer(model.behind(wait))),
      (told) => (verdict = told),
    )
    // What keeps 1: its wait for 0, which ends right then; and 0 begins to wait for 2.
    questions.shift()!()
    model.waits.delete(b)
    model.now++
    model.begin(0, 2)
    questions.shift()!()
    assert.deepEqual(verdict, { kind: 'none' })
  })

  it('S18: of the waits in a circle exactly the youngest finds it, and it does find it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ from: fc.nat(7), to: fc.nat(7), later: fc.boolean() }), { maxLength: 25 }),
        (edges) => {
          const model = new Model()
          for (const { from, to, later } of edges) {
            if (later) model.now++
            model.begin(from, to)
          }
          for (const start of model.waits) {
            let verdict: Verdict<ModelWait> | undefined
            searchCircle<ModelWait>(
              start,
              (wait, answer) => answer(model.behind(wait)),
              (told) => {
                assert.equal(verdict, undefined, 'told once')
                verdict = told
              },
            )
            const isYoungestOfOne = model.leads(start.to, start.from, (wait) => comesBefore(wait, start))
            assert.equal(verdict!.kind, isYoungestOfOne ? 'circle' : 'none')
          }
        },
      ),
      { numRuns: 1_000, seed: 18 },
    )
  })

  it('S18: says that it could not tell, where somebody on the way could not', () => {
    const model = new Model()
    const a = model.begin(0, 1)
    model.begin(1, 2)
    model.now++
    const start = model.begin(3, 0)
    const verdicts: Verdict<ModelWait>[] = []
    searchCircle<ModelWait>(
      start,
      (wait, answer) => answer({ ...model.behind(wait), isUnsure: wait === a }),
      (told) => void verdicts.push(told),
    )
    assert.deepEqual(verdicts, [{ kind: 'unsure' }])
  })

  it('S18: goes along a chain of any length', () => {
    const model = new Model()
    const LENGTH = 100_000
    const next = new Map<number, ModelWait>()
    for (let n = 0; n < LENGTH; n++) next.set(n, model.begin(n, n + 1))
    model.now++
    const start = model.begin(LENGTH, 0)
    let length = 0
    searchCircle<ModelWait>(
      start,
      ({ to }, answer) => answer({ waits: [next.get(to) ?? start], isUnsure: false }),
      (told) => (length = told.kind === 'circle' ? told.circle.length : 0),
    )
    assert.equal(length, LENGTH + 1)
  })
})
