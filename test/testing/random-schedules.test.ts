/**
 * Random programs under random schedules: what tsworks promises holds in each (sim.stop() checks it), and every call that the test makes is
 * settled. What fails is shrunk to a small program and a seed.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { ActorDead, task, type Future, type ThreadOption } from '../../src/index.ts'
import { OUTSIDE } from '../../src/core/address.ts'
import type { Recorded } from '../../src/testing/recorder.ts'
import { testSystem } from '../../src/testing/index.ts'
import { Node, type Op } from './fixtures/node.ts'

const NODES = 4

const ops: fc.Arbitrary<readonly Op[]> = fc.letrec<{ ops: readonly Op[]; op: Op }>((tie) => ({
  ops: fc.array(tie('op'), { maxLength: 4, depthIdentifier: 'ops' }),
  op: fc.oneof(
    { depthIdentifier: 'ops', depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('pause' as const), ms: fc.nat(100) }),
    fc.constantFrom<Op>({ kind: 'flip' }, { kind: 'throw' }, { kind: 'crash' }, { kind: 'stop' }),
    fc.record({
      kind: fc.constantFrom('tell', 'call', 'ask', 'notify'),
      to: fc.nat(NODES - 1),
      ops: tie('ops'),
    }),
  ),
})).ops

const placement = fc.constantFrom<ThreadOption>('own', 'shared', 'main', { group: 'pair', threads: 1 })

interface Stimulus {
  readonly to: number
  readonly ops: readonly Op[]
  /** What happens then, before the next one. */
  readonly next: 'nothing' | 'settle' | 'advance' | 'kill' | 'cancel'
}

const stimuli = fc.array(
  fc.record<Stimulus>({
    to: fc.nat(NODES),
    ops,
    next: fc.constantFrom('nothing', 'nothing', 'settle', 'advance', 'cancel', 'kill'),
  }),
  { maxLength: 6 },
)

test('S1, S2, S4, S10, S12, S39: hold in random programs on random schedules', async () => {
  await fc.assert(
    fc.asyncProperty(placement, stimuli, fc.nat(), fc.boolean(), async (thread, given, seed, isSlow) => {
      const options = { thread, failure: { action: 'restart' } } as const
      const sim = await testSystem(
        { node: task(Node, { count: NODES, ...options }), spare: task(Node, { count: 0, ...options }) },
        { seed, log: { level: 'silent' }, patience: 1, groupBudget: { restarts: 3, within: 1_000 } },
      )
      if (isSlow && thread === 'own') sim.link('node#0', 'node#1').delay(30)
      const nodes = [...sim.actors('node'), sim.spawn('spare')]
      const calls: Future<unknown>[] = []
      for (const [n, { to, ops: what, next }] of given.entries()) {
        const answer = nodes[to]!.act(n, what)
        calls.push(answer)
        if (next === 'settle') await sim.settle()
        if (next === 'advance') await sim.advance(40)
        if (next === 'cancel') answer.cancel()
        if (next === 'kill' && thread === 'own' && to < NODES) sim.kill(`node#${to}`)
      }
      const outcomes = await sim.run(Promise.allSettled(calls))
      await sim.advance(1_000)
      await sim.stop()
      for (const [n, outcome] of outcomes.entries())
        if (outcome.status === 'rejected' && outcome.reason instanceof ActorDead)
          assert.ok(
            !wasAnswered(sim.events, n),
            `S12: act(${n}) was answered, and then told dead: ${outcome.reason.message}`,
          )
    }),
    { numRuns: 300 },
  )
})

/** Whether the handler of the test's call number `n` ended, so that its answer had left; not by putting the call back. */
function wasAnswered(events: readonly Recorded[], n: number): boolean {
  let isAnswered = false
  let isPostponed = false
  for (const event of events) {
    if (event.kind !== 'end' && event.kind !== 'postpone' && event.kind !== 'begin') continue
    const { from, method, args } = event.message
    if (from !== OUTSIDE || method !== 'act' || args[0] !== n) continue
    if (event.kind === 'end') isAnswered = !isPostponed
    isPostponed = event.kind === 'postpone'
  }
  return isAnswered
}
