import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Future, nameOf, pidOf } from '../../src/index.ts'
import { blocking } from './fixtures/blocking.ts'
import { life } from './fixtures/life.ts'
import { PLACEMENTS } from './support/placements.ts'
import { describeSystem, LINKS, startQuietly } from './support/running.ts'
import { answeredSnapshot, snapshotWhere } from './support/snapshot.ts'

describeSystem({ title: 'inspection', program: life }, (running) => {
  for (const placement of PLACEMENTS) {
    it(`S41: shows an object whose handler waits, ${placement}`, async () => {
      const { system } = running
      const mortal = system.spawn(life[`mortal_${placement}`])
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const held = mortal.hold(begun, until)
      await begun
      const behind = mortal.hello()
      const row = (one: Awaited<ReturnType<typeof system.snapshot>>) =>
        one.objects.find(({ pid }) => pid === pidOf(mortal))
      const shown = row(await snapshotWhere(system, (one) => row(one)?.queue === 1))!
      assert.deepEqual(
        [
          shown.name,
          shown.class,
          shown.mode,
          shown.queue,
          shown.postponed,
          shown.handled,
          shown.failed,
          shown.index,
          shown.state,
        ],
        [nameOf(mortal), 'Mortal', 'running', 1, 0, 1, 0, 0, undefined],
      )
      assert.equal(shown.handling?.method, 'hold')
      assert.ok(shown.handling.ageMs >= 0)
      until.set()
      await held
      await behind
      const idle = row(await answeredSnapshot(system))!
      assert.deepEqual([idle.queue, idle.handling, idle.handled], [0, undefined, 2])
      await system.stopObject(mortal)
      assert.equal(row(await answeredSnapshot(system)), undefined)
    })

    it(`S41: shows the State, and those that there are, ${placement}`, async () => {
      const { objects } = await answeredSnapshot(running.system)
      const light = objects.find(({ name }) => name === `light_${placement}`)!
      assert.deepEqual([light.state, light.states], ['Red', ['Red', 'Green']])
    })
  }

  for (const placement of ['own', 'shared'] as const)
    it(`S41: shows what holds a thread that does not answer, ${placement}`, async () => {
      const { system } = running
      const mortal = system.actor(life[`mortal_${placement}`])
      const words = new Int32Array(new SharedArrayBuffer(4))
      const blocked = mortal.block(words)
      const label = placement === 'own' ? 'mortal_own' : 'shared-1'
      const snapshot = await snapshotWhere(system, ({ threads }) =>
        threads.some((thread) => thread.label === label && thread.busy !== undefined),
      )
      const { busy, answered } = snapshot.threads.find((thread) => thread.label === label)!
      assert.deepEqual([busy?.pid, busy?.method, answered], [pidOf(mortal), 'block', false])
      const row = snapshot.objects.find(({ pid }) => pid === pidOf(mortal))!
      assert.deepEqual([row.name, row.thread, row.handling?.method], [`mortal_${placement}`, label, 'block'])
      // All others have answered.
      for (const thread of snapshot.threads)
        if (thread.label !== label) assert.equal(thread.answered, true, thread.label)
      Atomics.store(words, 0, 1)
      Atomics.notify(words, 0)
      await blocked
      assert.equal(await mortal.hello(), 'hello')
    })
})

describeSystem({ title: 'inspection of a wait', program: blocking }, (running) => {
  it('S41: a thread that is blocked in get() answers', async () => {
    const { system } = running
    const [begun, until, ended] = [new Future<void>(), new Future<unknown>(), new Future<string>()]
    const blocked = system.actor(blocking.blocker_own).blockForEver('answerer_shared', { begun, until, ended })
    await begun
    const { objects } = await answeredSnapshot(system)
    assert.equal(objects.find(({ name }) => name === 'blocker_own')?.handling?.method, 'blockForEver')
    until.set('now')
    assert.equal(await ended, 'none: now')
    await blocked
  })
})

for (const link of LINKS)
  describe(`a thread in an endless loop (${link})`, () => {
    it('S41: is seen from shared memory, and ended when the system stops', async () => {
      const system = await startQuietly(life, { link, stopTimeout: 1_000 })
      const mortal = system.actor(life.mortal_own)
      const looping = mortal.loop()
      const { threads } = await snapshotWhere(system, (one) => one.threads.some(({ busy }) => busy !== undefined))
      const { label, busy } = threads.find((thread) => thread.busy !== undefined)!
      assert.deepEqual([label, busy?.pid, busy?.method], ['mortal_own', pidOf(mortal), 'loop'])
      // The others go on.
      assert.equal(await system.actor(life.mortal_shared).hello(), 'hello')
      assert.equal(await system.actor(life.mortal_main).hello(), 'hello')
      assert.deepEqual(await system.stop(), { late: ['mortal_own'], forced: ['mortal_own'], givenUp: [] })
      await assert.rejects(looping, { code: 'ACTOR_DEAD' })
    })
  })
