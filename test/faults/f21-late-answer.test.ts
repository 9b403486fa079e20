/** F21: an answer of an incarnation that is over is counted, and nobody hears it (S13, S39). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defineConfig, Future, nameOf } from '../../src/index.ts'
import { PLACEMENTS } from '../clauses/support/placements.ts'
import { startQuietly } from '../clauses/support/running.ts'
import { answeredSnapshot, counted, dropped } from '../clauses/support/snapshot.ts'
import { faults, together } from './fixtures/faults.ts'

for (const placement of PLACEMENTS)
  test(`F21: S39: an answer of an incarnation that is over is dropped and counted, on ${placement}`, async () => {
    // Its group restarts, with its call in hand: it is given up after 50 ms.
    const system = await startQuietly(defineConfig({ subsystems: [together, faults], stopTimeout: 50 }))
    try {
      const holder = system.actor(together[`holder_${placement}`])
      const [begun, until] = [new Future<void>(), new Future<void>()]
      // `until` is tied to those that hold it: one of them must live on, or it fails with `holder` (S10), and what comes late is a failure.
      const witnessed = new Future<void>()
      const witness = system.actor(faults.leaving_own).hold(witnessed, until)
      await witnessed
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
      await witness
      await counted(system, (snapshot) => dropped(snapshot, 'late answer'), before + 1)
      assert.equal(await holder.hello(), 'hello')
    } finally {
      await system.stop()
    }
  })
