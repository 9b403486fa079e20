/** F13: an observer that is slow, and one that dies in the middle, are nothing to the notifier (S21). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Future, nameOf } from '../../src/index.ts'
import { PLACEMENTS } from '../clauses/support/placements.ts'
import { startQuietly } from '../clauses/support/running.ts'
import { answeredSnapshot, dropped } from '../clauses/support/snapshot.ts'
import { faults } from './fixtures/faults.ts'

for (const placement of PLACEMENTS)
  test(`F13: S21: a notifier goes on beside an observer that stands still, and one that dies in its handler, on ${placement}`, async () => {
    const system = await startQuietly(faults)
    try {
      const speaker = system.actor(faults[`speaker_${placement}`])
      const listening = async () => {
        const [remote, begun, until] = [
          system.spawn(faults.listener_own),
          new Future<void>(),
          new Future<'go on' | 'die'>(),
        ]
        await remote.listen(nameOf(speaker), begun, until)
        return { remote, begun, until }
      }
      const [slow, mortal] = [await listening(), await listening()]
      assert.equal(await speaker.say(), 1)
      await Promise.all([slow.begun, mortal.begun])
      // Both stand in their first one: the notifier does not wait.
      for (let n = 2; n <= 100; n++) assert.equal(await speaker.say(), n)

      const died = system.watch(mortal.remote)
      mortal.until.set('die')
      assert.match(await died, /exited with code 1/)
      assert.equal(await speaker.say(), 101)
      const before = dropped(await answeredSnapshot(system), 'receiver dead')
      for (let n = 102; n <= 110; n++) assert.equal(await speaker.say(), n)
      assert.equal(dropped(await answeredSnapshot(system), 'receiver dead'), before, 'the dead one was taken off')

      slow.until.set('go on')
      assert.deepEqual(
        await slow.remote.heard(),
        Array.from({ length: 110 }, (_, n) => n + 1),
      )
    } finally {
      await system.stop()
    }
  })
