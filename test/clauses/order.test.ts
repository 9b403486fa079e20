import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Future, pidOf, tell } from '../../src/index.ts'
import { order } from './fixtures/order.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot, snapshotWhere } from './support/snapshot.ts'

describeSystem({ title: 'messages of one sender', program: order }, (running) => {
  for (const { caller, callee, shown } of PAIRS)
    it(`S2: arrive in order, calls, tells, notifications and large values together, ${shown}`, async () => {
      const { system } = running
      const speaker = system.actor(`speaker_${caller}`)
      const recorder = system.actor(`recorder_${callee}`)
      await recorder.observeSpeaker(`speaker_${caller}`)
      const sent = await speaker.speak(`recorder_${callee}`, 60)
      assert.deepEqual(await recorder.take(), sent)
      await recorder.unobserveSpeaker(`speaker_${caller}`)
    })

  for (const { caller, callee, shown } of PAIRS)
    it(`S2: arrive in order while the name is still being located, ${shown}`, async () => {
      const { system } = running
      const name = `new-${caller}-${callee}`
      const stranger = system.spawn(order[`recorder_${callee}`], { name })
      await stranger.take()
      const sent = await system.actor(`speaker_${caller}`).speakToStranger(name)
      assert.deepEqual(await stranger.take(), sent)
      await system.stopObject(stranger)
    })

  for (const placement of PLACEMENTS)
    it(`S2: arrive in order at one that is being spawned, ${placement}`, async () => {
      const { system } = running
      const recorder = system.spawn(order[`recorder_${placement}`])
      tell(recorder).told(1)
      void recorder.called(2)
      tell(recorder).told(3)
      await recorder.called(4)
      assert.deepEqual(await recorder.take(), ['tell 1', 'call 2', 'tell 3', 'call 4'])
      await system.stopObject(recorder)
    })

  for (const placement of PLACEMENTS)
    it(`S4: wait until a handler has ended, its awaits included, but for methods that may interleave, ${placement}`, async () => {
      const { system } = running
      const recorder = system.actor(`recorder_${placement}`)
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const held = recorder.hold(begun, until)
      await begun
      assert.deepEqual(await recorder.peek(), ['hold'])
      tell(recorder).told(1)
      const called = recorder.called(2)
      // peek() overtakes nothing of its own sender, so it waits behind the two; another sender's does not.
      const peeked = recorder.peek()
      until.set()
      await held
      assert.equal(await called, 2)
      assert.deepEqual(await peeked, ['hold', 'held', 'tell 1', 'call 2'])
      await recorder.take()
    })

  for (const placement of PLACEMENTS)
    it(`S3: are overtaken by stop and inspection, ${placement}`, async () => {
      const { system } = running
      const recorder = system.spawn(order[`recorder_${placement}`])
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const held = recorder.hold(begun, until)
      await begun
      const queued = [recorder.called(1), recorder.called(2), recorder.called(3)]
      const { objects } = await snapshotWhere(system, (one) =>
        one.objects.some(({ pid, queue }) => pid === pidOf(recorder) && queue === 3),
      )
      assert.equal(objects.find(({ pid }) => pid === pidOf(recorder))?.handling?.method, 'hold')
      const stopped = system.stopObject(recorder)
      // It knows by now that it shall stop.
      await answeredSnapshot(system)
      until.set()
      await stopped
      await held
      for (const call of queued) await assert.rejects(call, { code: 'ACTOR_DEAD', executed: 'no' })
    })
})
