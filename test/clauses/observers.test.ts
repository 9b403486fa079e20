import assert from 'node:assert/strict'
import { it } from 'node:test'
import { BadDefinition, Future } from '../../src/index.ts'
import { observers } from './fixtures/observers.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot, dropped } from './support/snapshot.ts'

describeSystem({ title: 'a notification', program: observers }, (running) => {
  for (const { caller: speaks, callee: listens, shown } of PAIRS) {
    const name = `speaker_${speaks}` as const
    const speaker = () => running.system.actor(observers[name])
    const listener = () => running.system.actor(observers[`listener_${listens}`])

    it(`S21: reaches those who observe at the time, once, as a copy, from the notifier, ${shown}`, async () => {
      const sender = await speaker().pidOfMine()
      await speaker().say(1)
      await listener().listen(name)
      await listener().listen(name)
      await speaker().say(2)
      await speaker().say(3)
      await listener().endListening(name)
      await speaker().say(4)
      // The announcement of a call overtakes nothing here: heard() is another sender's.
      const heard: unknown[] = []
      while (heard.length < 2) heard.push(...(await listener().heard()))
      assert.deepEqual(heard, [
        [2, { n: 2 }, sender],
        [3, { n: 3 }, sender],
      ])
    })

    it(`S21: never throws to the notifier, whatever the observers do with it, ${shown}`, async () => {
      const { system } = running
      await listener().listen(name)
      const before = dropped(await answeredSnapshot(system), 'not cloneable')
      assert.equal(await speaker().sayWhatCannotTravel(), 'said')
      assert.equal(dropped(await answeredSnapshot(system), 'not cloneable'), before + 1)
      await speaker().say(13)
      const until = new Future<void>()
      await listener().slow(until)
      for (let n = 20; n < 30; n++) await speaker().say(n)
      until.set()
      const heard: unknown[] = []
      while (heard.length < 11) heard.push(...(await listener().heard()))
      assert.deepEqual(
        heard.map((one) => (one as [number])[0]),
        [13, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
      )
      await listener().endListening(name)
    })

    it(`S21: to a dead observer is not sent any more, ${shown}`, async () => {
      const { system } = running
      const mortal = system.spawn(observers[`listener_${listens}`])
      await mortal.listen(name)
      await speaker().say(1)
      while ((await mortal.heard()).length === 0);
      await system.stopObject(mortal)
      // Its death may still be on its way to the speaker; from then on nothing is sent.
      for (let sent = -1; sent !== 0;) {
        const before = dropped(await answeredSnapshot(system), 'receiver dead')
        await speaker().say(2)
        await answeredSnapshot(system)
        sent = dropped(await answeredSnapshot(system), 'receiver dead') - before
      }
    })

    it(`S22: is refused at observe() to those who lack an output method, with the near names, ${shown}`, async () => {
      await assert.rejects(running.system.actor(observers[`deaf_${listens}`]).listen(name), (error) => {
        assert.ok(error instanceof BadDefinition)
        assert.match(
          error.message,
          new RegExp(`an observer of ${name} must have its output methods said; .* lacks said \\(it has sayd\\)`),
        )
        return true
      })
    })
  }

  for (const placement of PLACEMENTS)
    it(`S21: reaches the main program, ${placement}`, async () => {
      const name = `speaker_${placement}` as const
      const heard = new Future<unknown>()
      const end = await running.system.observe(observers[name], {
        said: (n: number, what: unknown) => heard.set([n, what]),
      })
      await running.system.actor(observers[name]).say(5)
      assert.deepEqual(await heard, [5, { n: 5 }])
      end()
      await running.system.actor(observers[name]).say(6)
    })
})
