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
      const listening = async (key: 'listener_own' | 'mortal') => {
        const [remote, begun, until] = [system.spawn(faults[key]), new Future<void>(), new Future<'go on' | 'die'>()]
        await remote.listen(nameOf(speaker), begun, until)
        return { remote, begun, until }
      }
      const [slow, mortal] = [await listening('listener_own'), await listening('mortal')]
      assert.equal(await speaker.say(), 1)
      await Promise.all([slow.begun, mortal.begun])
      // Both stand in their first one: the notifier does not wait.
      for (let n = 2; n <= 100; n++) assert.equal(await speaker.say(), n)

      const died = system.watch(mortal.remote)
      mortal.until.set('die')
      assert.match(await died, /exited with code 1/)
      // It is taken off once the notifier's thread has heard of it: from then on nothing is sent there.
      let [n, before, after] = [100, -1, 0]
      while (after !== before) {
        before = dropped(await answeredSnapshot(system), 'receiver dead')
        for (let more = 0; more < 5; more++) assert.equal(await speaker.say(), ++n)
        after = dropped(await answeredSnapshot(system), 'receiver dead')
      }

      slow.until.set('go on')
      // What the notifier has sent may come after what this program asks (S2 is not transitive), but comes.
      let heard = await slow.remote.heard()
      while (heard.length < n) heard = await slow.remote.heard()
      assert.deepEqual(
        heard,
        Array.from({ length: n }, (_, index) => index + 1),
      )
    } finally {
      await system.stop()
    }
  })
