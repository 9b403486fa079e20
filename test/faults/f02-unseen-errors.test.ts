/** F2: an error that no caller sees is a failure of its object (S31), and nothing to anybody else. */

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Future, nameOf, tell } from '../../src/index.ts'
import { PAIRS } from '../clauses/support/placements.ts'
import { describeSystem } from '../clauses/support/running.ts'
import { answeredSnapshot } from '../clauses/support/snapshot.ts'
import { faults } from './fixtures/faults.ts'

const FAILURES = {
  failNow: 'failNow: boom',
  failInTimer: 'timer fuse: boom',
  enterBad: 'onEnter: boom',
  leaveBad: 'onLeave: boom',
} as const

describeSystem({ title: 'an error that no caller sees', program: faults }, (running) => {
  // `caller`: where its neighbour lives, or whom it observes.
  for (const { caller, callee, shown } of PAIRS) {
    const two = async () => {
      const { system } = running
      const made = [system.spawn(faults[`fallible_${caller}`]), system.spawn(faults[`fallible_${callee}`])] as const
      for (const one of made) await one.hello()
      return made
    }
    const failedOf = async (name: string) =>
      (await answeredSnapshot(running.system)).objects.find((object) => object.name === name)!.failed

    for (const [method, told] of Object.entries(FAILURES))
      it(`F2: S31: of ${method} is told to onException, and the object and its neighbour go on, ${shown}`, async () => {
        const [neighbour, fallible] = await two()
        const failure = new Future<string>()
        await fallible.tellNext(failure)
        void tell(fallible)[method as keyof typeof FAILURES]()
        assert.equal(await failure, told)
        assert.deepEqual([await fallible.hello(), await neighbour.hello()], ['hello', 'hello'])
        assert.equal(await failedOf(nameOf(fallible)), 1)
        assert.equal(await failedOf(nameOf(neighbour)), 0)
      })

    it(`F2: S31: of an observer's method is the observer's, and nothing to whom it observes, ${shown}`, async () => {
      const [observed, fallible] = await two()
      await fallible.listenTo(nameOf(observed))
      const failure = new Future<string>()
      await fallible.tellNext(failure)
      await observed.notifyAll()
      assert.equal(await failure, 'happened: boom')
      assert.deepEqual([await fallible.hello(), await observed.hello()], ['hello', 'hello'])
      assert.equal(await failedOf(nameOf(fallible)), 1)
      assert.equal(await failedOf(nameOf(observed)), 0)
    })
  }
})
