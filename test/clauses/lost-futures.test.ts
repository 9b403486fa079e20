import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ActorDead, Future, nameOf, tell, type Remote } from '../../src/index.ts'
import { lostFutures, type Keeper } from './fixtures/lost-futures.ts'
import { PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'

type Passer = Remote<Keeper>

const isDead = (error: unknown): boolean => error instanceof ActorDead

describeSystem({ title: 'a Future made by hand', program: lostFutures }, (running) => {
  it('S10: fails when it was told to a name that nobody has', async () => {
    const { system } = running
    const answer = new Future<number>()
    tell(system.actor('nobody' as never) as { keep(future: Future<number>): unknown }).keep(answer)
    await assert.rejects(Promise.resolve(answer), isDead)
  })

  for (const placement of PLACEMENTS) {
    it(`S10: fails when it was told to one that has ended, ${placement}`, async () => {
      const { system } = running
      const keeper = system.spawn(lostFutures[`keeper_${placement}`])
      await keeper.keep()
      await system.stopObject(keeper)
      const answer = new Future<number>()
      tell(keeper).keep(answer)
      await assert.rejects(Promise.resolve(answer), isDead)
    })

    it(`S10: fails when it was in a call that found its receiver dead, ${placement}`, async () => {
      const { system } = running
      const keeper = system.spawn(lostFutures[`keeper_${placement}`])
      await keeper.keep()
      await system.stopObject(keeper)
      const answer = new Future<number>()
      await assert.rejects(Promise.resolve(keeper.keep(answer)), isDead)
      await assert.rejects(Promise.resolve(answer), isDead)
    })

    it(`S10: names the last one that held it, to whom it was passed on, ${placement}`, async () => {
      const { system } = running
      const [passer, last] = [1, 2].map(() => system.spawn(lostFutures[`keeper_${placement}`])) as [Passer, Passer]
      const answer = new Future<number>()
      assert.equal(await passer.pass(last, answer), 1)
      await system.stopObject(passer)
      await system.stopObject(last)
      await assert.rejects(Promise.resolve(answer), { name: 'ActorDead', actor: nameOf(last) })
    })

    it(`S10: stays open while one of those it was given to lives, ${placement}`, async () => {
      const { system } = running
      const [mortal, other] = [system.spawn(lostFutures[`keeper_${placement}`]), system.spawn(lostFutures.keeper_own)]
      const answer = new Future<number>()
      await Promise.all([mortal.keep(answer), other.keep(answer)])
      await system.stopObject(mortal)
      tell(mortal).keep(answer)
      assert.equal(answer.isReady, false)
      await system.stopObject(other)
      await assert.rejects(Promise.resolve(answer), isDead)
    })
  }
})
