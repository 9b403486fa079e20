import assert from 'node:assert/strict'
import { it } from 'node:test'
import { moving } from './fixtures/moving.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem, LINKS, withSystem } from './support/running.ts'

describeSystem({ title: 'what is shared, and what moves', program: moving, links: 'default' }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const mover = () => running.system.actor(moving[`mover_${caller}`])
    const holder = () => running.system.actor(moving[`holder_${callee}`])
    const small = () => running.system.actor(moving[`small_${callee}`])
    const patient = () => running.system.actor(moving[`patient_${callee}`])
    const [template, broken] = [`template_${callee}`, `broken_${callee}`] as const
    const isOneThread = caller === callee && caller !== 'own'

    it(`S5: a buffer that is transferred is the receiver's, and detached at the sender, ${shown}`, () =>
      mover().move(holder()))

    it(`S5: a result can be transferred, ${shown}`, async () => {
      assert.deepEqual(await mover().moveResult(holder()), [5, 9, 0])
    })

    it(`S5, S11: a result that cannot travel moves nothing, ${shown}`, async () => {
      assert.equal(await mover().moveBadResult(holder()), 5)
    })

    it(`S5, S10: what a Future made by hand is given can be transferred, ${shown}`, async () => {
      assert.deepEqual(await mover().answered(holder()), [5, 0])
      assert.deepEqual(await mover().answersBoth(holder()), [5, 5, 0])
    })

    it(`S5: ports, files and streams move, ${shown}`, async () => {
      assert.equal(await mover().movePort(holder()), 'taken')
      await mover().moveFile(holder())
      assert.deepEqual(await mover().moveStreams(holder()), ['a', 'b'])
    })

    it(`S5: shared memory stays shared, and cannot be transferred, ${shown}`, async () => {
      assert.deepEqual(await mover().shareMemory(holder()), [7, 7])
    })

    it(`S1, S11: a message that is refused at the call has moved nothing, ${shown}`, async () => {
      await mover().refused(holder())
      await mover().full(small())
      await mover().dead(template)
    })

    it(`S2, S8: a message that waits, for room or for its receiver, has taken along what moves, ${shown}`, async () => {
      await mover().waiting(patient())
      await mover().spawned(template)
    })

    it(`S1: what moved with a message that is not handled is closed, ${shown}`, async () => {
      await mover().notHandled(holder(), 'expired')
      await mover().notHandled(holder(), 'cancelled')
      await mover().notHandled(patient(), 'cancelled')
      await mover().notStarted(broken)
      await mover().unknownMethod(holder())
    })

    it(`S32: what moved to an object that is restarted is for its next incarnation, ${shown}`, async () => {
      await mover().restarted(running.system.actor(moving[`phoenix_${callee}`]))
    })

    it(`S5: arguments of a constructor are copied, also what is marked, ${shown}`, async () => {
      assert.deepEqual(await mover().made(`made_${callee}`), [5, 5])
    })

    it(`S1, S13: what moves with a result that nobody gets is closed, ${shown}`, async () => {
      await mover().unclaimed(holder())
    })

    it(`S5: what is shared is frozen, and within a thread the same object, ${shown}`, async () => {
      assert.deepEqual(await mover().shareWith(holder(), callee), { frozen: true, same: isOneThread })
      assert.deepEqual(await mover().shareWithSpawned(template), { frozen: true, same: isOneThread })
    })

    it(`S5: what is shared stays so where it has arrived, ${shown}`, async () => {
      const watcher = running.system.actor(moving[`watcher_${callee}`])
      const same = callee !== 'own'
      assert.deepEqual(await mover().sharePassedOn(holder(), watcher), { frozen: true, same })
    })
  }

  for (const caller of PLACEMENTS) {
    it(`S1, S33: what moved into a thread that dies is closed, ${caller} → own`, () =>
      running.system.actor(moving[`mover_${caller}`]).threadDies('mortal'))

    it(`S1: what moves with a result is closed where its caller has died with its thread, ${caller}`, () =>
      running.system
        .actor(moving.mover_main)
        .unclaimedByDead(running.system.actor(moving[`holder_${caller}`]), 'mortal'))
  }

  it('S5, S10: what moves in a Future goes to the first in another thread who asks, and is refused to the next', async () => {
    const { system } = running
    const [one, other] = [system.actor(moving.holder_own), system.actor(moving.watcher_own)]
    const lengths = await system.actor(moving.mover_main).answeredTwice(one, other)
    assert.deepEqual(new Set(lengths), new Set([5, 'NOT_CLONEABLE']))
  })
})

for (const link of LINKS)
  for (const placement of PLACEMENTS)
    it(`S5, S21: what moves with a notification goes to the last observer, and the others get copies, ${placement} (${link})`, () =>
      withSystem(
        moving,
        async (system) => {
          const mover = system.actor(moving[`mover_${placement}`])
          assert.equal(await mover.tellFrame(), 3, 'nobody observes: it stays')
          const watchers = PLACEMENTS.map((one) => system.actor(moving[`watcher_${one}`]))
          let expected = 0
          for (const watcher of watchers) {
            await watcher.watchFrames(`mover_${placement}`)
            assert.equal(await mover.tellFrame(), 0)
            expected++
          }
          for (const [index, watcher] of watchers.entries()) {
            const frames = await watcher.frames(expected - index)
            assert.deepEqual(
              frames,
              Array.from({ length: expected - index }, () => [1, 2, 3]),
            )
          }
        },
        { link },
      ))
