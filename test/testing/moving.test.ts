/** What is shared and what moves, in a simulation: within its one thread, and to real threads in lock-step. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { testSystem, type TestSettings } from '../../src/testing/index.ts'
import { moving } from '../clauses/fixtures/moving.ts'

const start = (settings: TestSettings) => testSystem(moving, { log: { level: 'silent' }, ...settings })

const LOCK_STEP = [
  { shown: 'in one thread', lockStep: [] },
  { shown: 'to one in lock-step', lockStep: ['holder_own'] },
  { shown: 'from one in lock-step', lockStep: ['mover_own'] },
  { shown: 'between two in lock-step', lockStep: ['mover_own', 'holder_own'] },
]

for (const { shown, lockStep } of LOCK_STEP)
  describe(`S5: in a simulation, ${shown}`, () => {
    it('buffers move, as arguments and as results', async () => {
      const sim = await start({ lockStep })
      const [mover, holder] = [sim.actor('mover_own'), sim.actor('holder_own')]
      await sim.run(mover.move(holder))
      assert.deepEqual(await sim.run(mover.moveResult(holder)), [5, 9, 0])
      assert.deepEqual(await sim.run(mover.answered(holder)), [5, 0])
      assert.equal(await sim.run(mover.moveBadResult(holder)), 5)
      await sim.run(mover.refused(holder))
      await sim.stop()
    })

    it('ports and files move, and are closed with a message that is not handled', async () => {
      const sim = await start({ lockStep })
      const [mover, holder] = [sim.actor('mover_own'), sim.actor('holder_own')]
      assert.equal(await sim.run(mover.movePort(holder)), 'taken')
      await sim.run(mover.moveFile(holder))
      await sim.run(mover.unknownMethod(holder))
      await sim.run(mover.notHandled(holder, 'cancelled'))
      await sim.run(mover.unclaimed(holder))
      await sim.stop()
    })

    it('what is shared arrives frozen', async () => {
      const sim = await start({ lockStep })
      const seen = await sim.run(sim.actor('mover_own').shareWith(sim.actor('holder_own'), 'own'))
      assert.deepEqual(seen, { frozen: true, same: false })
      await sim.stop()
    })
  })
