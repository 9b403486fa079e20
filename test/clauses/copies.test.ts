import assert from 'node:assert/strict'
import { it } from 'node:test'
import { values } from './fixtures/values.ts'
import { PAIRS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot } from './support/snapshot.ts'

describeSystem({ title: 'what is sent', program: values, links: 'default' }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const sender = () => running.system.actor(values[`sender_${caller}`])
    const keeper = `keeper_${callee}` as const

    it(`S5: is copied at the call, whatever the sender and the receiver do with it then, ${shown}`, async () => {
      const received = (await sender().mutateAfterwards(keeper)).slice(-2)
      assert.deepEqual(received, [{ items: ['sent'] }, { items: ['sent', 'after the call'] }])
    })

    it(`S5: results are copies too, ${shown}`, () => sender().mutateResult(keeper))

    it(`S6: arrives equal, each kind of value, both ways, ${shown}`, () => sender().roundTrip(keeper))

    it(`S6: shared memory stays shared, ${shown}`, async () => {
      assert.deepEqual(await sender().shareMemory(keeper), [7, 7])
    })

    it(`S6: Remotes and Futures travel at any depth, ${shown}`, () => sender().references(keeper))

    it(`F10, S6: what cannot travel is refused with its path, and nothing was sent, ${shown}`, async () => {
      const before = await answeredSnapshot(running.system)
      await sender().refusals(keeper)
      const after = await answeredSnapshot(running.system)
      const handled = (snapshot: typeof before) => snapshot.objects.find(({ name }) => name === keeper)?.handled
      assert.equal(handled(after), handled(before))
    })

    it(`S11: a result that cannot travel says that the method ran, ${shown}`, async () => {
      await assert.rejects(sender().askForWhatCannotTravel(keeper), {
        code: 'NOT_CLONEABLE',
        executed: 'yes',
        path: 'result.deep[0]',
        message: new RegExp(`^${keeper}\\.giveWhatCannotTravel: result\\.deep\\[0\\]: .* cannot cross; `),
      })
    })
  }
})
