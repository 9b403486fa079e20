/** What two objects can do with each other, as somebody tries it first who comes from Comlink: docs/comlink.md. */

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { meeting } from './fixtures/meeting.ts'
import { PAIRS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'

describeSystem({ title: 'two objects', program: meeting, links: 'default' }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const key = `counter_${callee}` as const
    const one = () => running.system.actor(meeting[`caller_${caller}`])
    const made = (n: number) => running.system.spawn(meeting[key], { args: [n] })

    it(`S4: an object keeps its state between calls, and is the same one for all who call it, ${shown}`, async () => {
      const other = made(1)
      assert.deepEqual(await one().callTwice(other), [1, 2, 7, 8])
      assert.equal(await other.value(), 8)
      await running.system.stopObject(other)
    })

    it(`S6: a method that is bound to its Remote may be called alone, ${shown}`, async () => {
      const other = made(1)
      assert.equal(await one().callBound(other), 3)
      await running.system.stopObject(other)
    })

    it(`S6: undefined is an argument as any, for which a default stands in, ${shown}`, async () => {
      const parameters = await one().askParameters(running.system.actor(meeting[key]))
      assert.deepEqual(parameters, [
        [0, 4, 5],
        [1, 4, 5],
        [2, 4, 6],
      ])
    })

    it(`S17: what a method throws, at once, later, or no Error at all, is its caller's, ${shown}`, async () => {
      const ends = await one().failures(running.system.actor(meeting[key]))
      assert.deepEqual(ends, [{ test: true }, 'in time', 'later'])
    })

    it(`S6, S39: a method gives its caller an object that it has made, ${shown}`, async () => {
      const maker = running.system.actor(meeting[key])
      assert.deepEqual(await one().callMade(maker, key), [23, 24, 'ACTOR_DEAD'])
    })

    it(`S6: each of several functions in a call is called as itself, ${shown}`, async () => {
      assert.deepEqual(await one().lendThree(running.system.actor(meeting[key])), [1, 2, 3])
    })

    it(`S4, S6: two objects call each other, while one waits for the other, ${shown}`, async () => {
      const [waiting, other] = [running.system.spawn(meeting[`caller_${caller}`], { args: [1] }), made(1)]
      assert.deepEqual(await waiting.meet(other), [21, 21])
      assert.equal(await waiting.value(), 21)
      for (const each of [waiting, other]) await running.system.stopObject(each)
    })

    it(`S5, S6: in one value a Remote stays its object, and what is plain is a copy, ${shown}`, async () => {
      const other = made(1)
      assert.deepEqual(await one().partsOf(other), [4, 9, true])
      await running.system.stopObject(other)
    })

    it(`S39: objects of one class keep their calls and their state apart, ${shown}`, async () => {
      const others = [made(0), made(0), made(1_000)]
      assert.deepEqual(await one().floods(others, 50), [50, 100, 1_150])
      for (const each of others) await running.system.stopObject(each)
    })
  }
})
