/** F21: an answer of an incarnation that is over is counted, and nobody hears it (S13, S39). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Future, nameOf } from '../../src/index.ts'
import { PLACEMENTS } from '../clauses/support/placements.ts'
import { startQuietly } from '../clauses/support/running.ts'
import { answeredSnapshot, dropped, snapshotWhere } from '../clauses/support/snapshot.ts'
import { together } from './fixtures/faults.ts'

for (const placement of PLACEMENTS)
  test(`F21: S39: an answer of an incarnation that is over is dropped and counted, on ${placement}`, async () => {
    // Its group restarts, with its call in hand: it is given up after 50 ms.
    const system = await startQuietly(together, { stopTimeout: 50 })
    try {
      const holder = system.actor(together[`holder_${placement}`])
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const owed = holder.hold(begun, until)
      await begun
      const restarted = new Promise<void>((resolve) =>
        system.on('restarted', ({ name }) => name === nameOf(holder) && resolve()),
      )
      await assert.rejects(system.actor(together.burner).burn(), /burnt/)
      await assert.rejects(owed, { code: 'ACTOR_DEAD', executed: 'maybe' })
      await restarted
      const before = dropped(await answeredSnapshot(system), 'late answer')
      until.set()
      await snapshotWhere(system, (snapshot) => dropped(snapshot, 'late answer') === before + 1)
      assert.equal(await holder.hello(), 'hello')
    } finally {
      await system.stop()
    }
  })
