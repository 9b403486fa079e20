import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setTimeout as timer } from 'node:timers/promises'
import { call, Future, NoSuchMethod, tell, type UntypedRemote } from '../../src/index.ts'
import { delivery } from './fixtures/delivery.ts'
import { PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot, counted, dropped } from './support/snapshot.ts'

describeSystem({ title: 'a message that nobody handles', program: delivery }, (running) => {
  for (const placement of PLACEMENTS) {
    const untyped = (key: 'callable' | 'catcher'): UntypedRemote =>
      running.system.actor(delivery[`${key}_${placement}`])

    it(`S9: is a NoSuchMethod that lists the near names, and the object goes on, ${placement}`, async () => {
      const callable = untyped('callable')
      await assert.rejects(callable.helo!(), (error) => {
        assert.ok(error instanceof NoSuchMethod)
        assert.deepEqual([error.code, error.executed, error.method], ['NO_SUCH_METHOD', 'no', 'helo'])
        assert.match(error.message, /did you mean hello/)
        return true
      })
      assert.equal(await callable.hello!(), 'hello')
    })

    it(`S9: only the methods that the user's classes declare can be called, inherited ones too, ${placement}`, async () => {
      const callable = untyped('callable')
      assert.equal(await callable.inherited!(), 'inherited')
      for (const name of [
        'field',
        'getter',
        '_underscore',
        '#secret',
        'onTimeout',
        'onStop',
        'self',
        'stop',
        'every',
        'become',
      ])
        await assert.rejects(callable[name]!(), { code: 'NO_SUCH_METHOD' }, name)
    })

    it(`S9: goes to onUnhandled of the State, then of the Task, ${placement}`, async () => {
      const catcher = untyped('catcher')
      assert.deepEqual(await catcher.anything!(1), ['asleep: anything', 1])
      await catcher.wake!()
      assert.equal(await catcher.declared!(), 'declared')
      assert.deepEqual(await catcher.anything!(2, 'b'), ['task: anything', 2, 'b'])
      await assert.rejects(catcher.bad!(), { name: 'RangeError', message: 'not that one' })
    })

    it(`S1: is counted as a dead letter when it was told, ${placement}`, async () => {
      const before = dropped(await answeredSnapshot(running.system), 'no such method')
      tell(untyped('callable')).nothing!()
      await untyped('callable').hello!()
      assert.equal(dropped(await answeredSnapshot(running.system), 'no such method'), before + 1)
    })

    it(`S1: is counted when its receiver is dead, ${placement}`, async () => {
      const { system } = running
      const victim = system.spawn(delivery[`callable_${placement}`])
      await victim.hello()
      await system.stopObject(victim)
      await assert.rejects(victim.hello(), { code: 'ACTOR_DEAD', executed: 'no' })
      const before = dropped(await answeredSnapshot(system), 'receiver dead')
      tell(victim).hello()
      tell(victim).hello()
      await counted(system, (snapshot) => dropped(snapshot, 'receiver dead'), before + 2)
    })

    it(`S13: an answer that comes late is counted and dropped, ${placement}`, async () => {
      const { system } = running
      const callable = system.actor(delivery[`callable_${placement}`])
      const before = dropped(await answeredSnapshot(system), 'late answer')
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const stop = new AbortController()
      const slow = call(callable, { signal: stop.signal }).hold(begun, until)
      await begun
      stop.abort()
      await assert.rejects(slow, { code: 'ABORT_ERR', executed: 'maybe' })
      until.set()
      assert.equal(await callable.hello(), 'hello')
      assert.equal(dropped(await answeredSnapshot(system), 'late answer'), before + 1)
      // It was settled once, and stays so.
      await assert.rejects(slow, { code: 'ABORT_ERR' })
    })

    it(`S13: a Future may be asked again after a FutureShock of its own, ${placement}`, async () => {
      const { system } = running
      const callable = system.actor(delivery[`callable_${placement}`])
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const slow = callable.hold(begun, until)
      await begun
      await assert.rejects(slow.within(1), { code: 'FUTURE_SHOCK' })
      until.set()
      assert.equal(await slow, 'at last')
      assert.equal(await slow.within(1), 'at last')
    })

    it(`S7: a flood starves neither the timers nor the neighbours of its thread, ${placement}`, async () => {
      const { system } = running
      const flooder = system.actor(delivery[`flooder_${placement}`])
      const neighbour = system.actor(delivery[`neighbour_${placement}`])
      await flooder.flood(2_000)
      assert.equal(await neighbour.wait(5), 5)
      assert.equal(await neighbour.hello(), 'hello')
      for (let i = 0; i < 5; i++) await timer(1)
      assert.ok((await flooder.stopFlood()) > 2_000)
    })
  }
})
