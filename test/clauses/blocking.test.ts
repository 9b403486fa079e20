import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Future } from '../../src/index.ts'
import { blocking, codeOf } from './fixtures/blocking.ts'
import { PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'

const SUM_OF_MANY = 499 * 500
const SUM_OF_FIFTY = String((49 * 50) / 2)

describeSystem({ title: 'a blocking wait', program: blocking }, (running) => {
  for (const callee of PLACEMENTS) {
    const blocker = () => running.system.actor(blocking.blocker_own)

    it(`S20: waits in a thread of its own, by get() and in arithmetic and text, own → ${callee}`, async () => {
      assert.deepEqual(await blocker().waits(`answerer_${callee}`), [6, '4!', 5, SUM_OF_MANY, 'set'])
      assert.equal(await blocker().waitForError(`answerer_${callee}`), 'RangeError: not in range')
    })

    it(`S20: ends by FutureShock when its time is over, and may be asked again, own → ${callee}`, async () => {
      const begun = new Future<void>()
      assert.deepEqual(await blocker().shock(`answerer_${callee}`, begun), [
        'FUTURE_SHOCK',
        'FUTURE_SHOCK',
        'in the end',
      ])
    })

    it(`S20: waits also for one that is being spawned, and whose thread nobody here knows, own → ${callee}`, async () => {
      const { system } = running
      const name = `fresh-${callee}`
      const fresh = system.spawn(blocking[`answerer_${callee}`], { name })
      assert.deepEqual((await blocker().waits(name)).slice(0, 3), [6, '4!', 5])
      await system.stopObject(fresh)
    })

    it(`S14: a blocking wait in a call that was cancelled ends with AbortError, own → ${callee}`, async () => {
      const [begun, until, ended] = [new Future<void>(), new Future<unknown>(), new Future<string>()]
      const waiter = running.system.spawn(blocking.blocker_own)
      const victim = running.system.spawn(blocking[`answerer_${callee}`], { name: `victim-${callee}` })
      const blocked = waiter.blockForEver(`victim-${callee}`, { begun, until, ended })
      await begun
      blocked.cancel('enough')
      assert.equal(await ended, 'ABORT_ERR maybe')
      until.set(undefined)
      await running.system.stopObject(victim)
      await running.system.stopObject(waiter)
    })

    it(`S20: is refused where it would stop others: on shared threads and on main, → ${callee}`, async () => {
      const { system } = running
      for (const caller of ['shared', 'main'] as const)
        assert.equal(
          await system.actor(blocking[`blocker_${caller}`]).tryToBlock(`answerer_${callee}`),
          'CANNOT_BLOCK_HERE',
        )
      assert.equal(
        codeOf(() => system.actor(blocking[`answerer_${callee}`]).later(1).get()),
        'CANNOT_BLOCK_HERE',
      )
      // What is there already can be had anywhere.
      const ready = system.actor(blocking[`answerer_${callee}`]).add(1, 1)
      await ready
      assert.equal(ready.get(), 2)
    })
  }

  it('S20: is refused for a Future that nobody else could answer', async () => {
    for (const placement of PLACEMENTS)
      assert.equal(await running.system.actor(blocking[`blocker_${placement}`]).blockOnNothing(), 'CANNOT_BLOCK_HERE')
  })

  for (const how of ['exit', 'throw'] as const)
    it(`S12: what the other had answered before its thread died is had while blocked, then the death is told (${how})`, async () => {
      const { system } = running
      const dying = system.spawn(blocking.answerer_own)
      const codes = await system.actor(blocking.blocker_own).blockOnDying(dying, how)
      assert.deepEqual(codes.slice(0, 2), [SUM_OF_FIFTY, 'ACTOR_DEAD maybe'])
      // What it throws outside any handler it throws before, or while, it has the next message in hand.
      assert.match(codes[2]!, how === 'exit' ? /^ACTOR_DEAD no$/ : /^ACTOR_DEAD (no|maybe)$/)
    })
})

describeSystem(
  { title: 'the main thread where it may block', program: blocking, settings: { blockMain: true } },
  (running) => {
    for (const callee of ['own', 'shared'] as const)
      it(`S20: waits, main → ${callee}`, () => {
        const answerer = running.system.actor(blocking[`answerer_${callee}`])
        assert.equal(+answerer.add(1, 2) + +answerer.later(3), 6)
        const until = new Future<unknown>()
        const held = answerer.hold(new Future<void>(), until)
        assert.equal(
          codeOf(() => held.get(1)),
          'FUTURE_SHOCK',
        )
        until.set('held')
        assert.equal(held.get(), 'held')
      })

    it('S20: waits for one that it has just spawned', async () => {
      const spawned = running.system.spawn(blocking.answerer_own)
      assert.equal(spawned.later(7).get(), 7)
      await running.system.stopObject(spawned)
    })

    for (const how of ['exit', 'throw'] as const)
      it(`S20: is told while it is blocked that the thread of whom it waits for has died (${how})`, () => {
        const { system } = running
        const dying = system.spawn(blocking.answerer_own)
        assert.equal(dying.add(1, 1).get(), 2)
        const [death, behind] = [dying.die(how), dying.signalAndWait(new Int32Array(new SharedArrayBuffer(4)))]
        assert.match(
          codeOf(() => behind.get()),
          how === 'exit' ? /^ACTOR_DEAD no$/ : /^ACTOR_DEAD (no|maybe)$/,
        )
        if (how === 'exit')
          assert.equal(
            codeOf(() => death.get()),
            'ACTOR_DEAD maybe',
          )
      })

    it('S20: does not wait for what lives in its own thread', () => {
      const answerer = running.system.actor(blocking.answerer_main)
      assert.equal(
        codeOf(() => answerer.later(1).get()),
        'CANNOT_BLOCK_HERE',
      )
    })
  },
)
