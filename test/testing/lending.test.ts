/**
 * What is lent under random programs, schedules, kills and drops: it is given back, whatever happens to messages, objects and threads; and
 * what was called before an answer has begun when the answer is heard of.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { task, tell, type Future, type ThreadOption } from '../../src/index.ts'
import { testSystem } from '../../src/testing/index.ts'
import { LendingTask, takeWrong, type Deed } from './fixtures/lender.ts'

const PEERS = 4

const deeds: fc.Arbitrary<readonly Deed[]> = fc.letrec<{ deeds: readonly Deed[]; deed: Deed }>((tie) => ({
  deeds: fc.array(tie('deed'), { maxLength: 5, depthIdentifier: 'deeds' }),
  deed: fc.oneof(
    { depthIdentifier: 'deeds', depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Deed>(
      { kind: 'call' },
      { kind: 'fire' },
      { kind: 'keep' },
      { kind: 'callKept' },
      { kind: 'letGo' },
    ),
    fc.record({ kind: fc.constant('pause' as const), ms: fc.nat(100) }),
    fc.constantFrom<Deed>({ kind: 'throw' }, { kind: 'crash' }, { kind: 'stop' }),
    fc.record({
      kind: fc.constantFrom('tell', 'ask', 'ask', 'notify', 'cancel'),
      to: fc.nat(PEERS - 1),
      deeds: tie('deeds'),
    }),
  ),
})).deeds

const stimuli = fc.array(
  fc.record({
    to: fc.nat(PEERS - 1),
    deeds,
    next: fc.constantFrom('nothing', 'settle', 'advance', 'abort', 'kill', 'cancel'),
  }),
  { maxLength: 6 },
)

const placement = fc.constantFrom<ThreadOption>('own', 'own', 'shared', 'main', { group: 'pair', threads: 1 })
const bound = fc.constantFrom(
  {},
  { mailbox: { capacity: 1, overflow: 'wait' } } as const,
  { mailbox: { capacity: 1, overflow: 'drop-newest' } } as const,
  { mailbox: { capacity: 1, overflow: 'drop-oldest' } } as const,
)

test('S6, S2, S10: what is lent is given back in random programs on random schedules', async () => {
  await fc.assert(
    fc.asyncProperty(placement, bound, stimuli, fc.nat(), async (thread, mailbox, given, seed) => {
      const sim = await testSystem(
        { peer: task(LendingTask, { count: PEERS, thread, ...mailbox, failure: { action: 'restart' } }) },
        { seed, log: { level: 'silent' }, patience: 1, groupBudget: { restarts: 1_000, within: 1_000 } },
      )
      takeWrong()
      const controller = new AbortController()
      const peers = sim.actors('peer')
      const calls: Future<unknown>[] = []
      for (const { to, deeds: what, next } of given) {
        const answer = peers[to]!.use(what, (n) => n, controller.signal)
        calls.push(answer)
        if (next === 'settle') await sim.settle()
        if (next === 'advance') await sim.advance(40)
        if (next === 'abort') controller.abort()
        if (next === 'cancel') answer.cancel()
        if (next === 'kill' && thread === 'own') sim.kill(`peer#${to}`)
      }
      await sim.run(Promise.allSettled(calls))
      // Long enough for restarts of the whole group, which wait for what their members have in hand.
      await sim.advance(60_000)
      for (const peer of peers) tell(peer).letGo()
      await sim.settle()
      const { threads } = await sim.snapshot()
      assert.deepEqual(
        threads.filter(({ lent }) => lent !== 0).map(({ label, lent }) => ({ label, lent })),
        [],
      )
      await sim.stop()
      assert.deepEqual(takeWrong(), [])
    }),
    { numRuns: 300 },
  )
})
