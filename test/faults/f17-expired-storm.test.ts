/** F17: a callee that is far slower than its callers' deadlines, under a storm of calls (S13, S15). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Future } from '../../src/index.ts'
import { answeredSnapshot, dropped, snapshotWhere } from '../clauses/support/snapshot.ts'
import { LINKS, startQuietly } from '../clauses/support/running.ts'
import { definitions } from './fixtures/slow.ts'

const STORMS = 5
const CALLS = 2_000

for (const link of LINKS)
  for (const from of ['callerNear', 'callerFar'] as const)
    test(`F17: S15: what has expired is not run, and the queue does not grow; S13: nothing that is late is delivered, ${from} (${link})`, async () => {
      const system = await startQuietly(definitions, { link })
      try {
        const [slow, caller] = [system.actor(definitions.slow), system.actor(definitions[from])]
        const [begun, until] = [new Future<void>(), new Future<void>()]
        const gate = slow.gate(begun, until)
        await begun
        // It has a handler in hand all the while: each storm expires as a whole, however fast the machine is.
        for (let n = 0; n < STORMS; n++) await caller.storm(CALLS, 1)
        const outcomes = await caller.storm(0, 1)
        assert.deepEqual(outcomes, { 'shock maybe': STORMS * CALLS })
        // Whoever gives up takes its call back: nothing of the storms waits.
        const snapshot = await snapshotWhere(
          system,
          ({ objects }) => objects.find(({ name }) => name === 'slow')!.queue === 0,
        )
        const before = dropped(snapshot, 'cancelled') + dropped(snapshot, 'expired')
        assert.equal(before, STORMS * CALLS)
        until.set()
        await gate
        assert.deepEqual(await slow.ran(), [])
        assert.equal(await slow.run(1), 1)
        const after = await answeredSnapshot(system)
        assert.equal(dropped(after, 'late answer'), 0)
      } finally {
        await system.stop()
      }
    })
