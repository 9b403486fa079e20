import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ActorDead, Future, nameOf, tell, type Remote } from '../../src/index.ts'
import { lostFutures, type Keeper } from './fixtures/lost-futures.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot, dropped, snapshotWhere } from './support/snapshot.ts'

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

  for (const { caller, callee, shown } of PAIRS) {
    const [client, keeper] = [
      () => running.system.actor(lostFutures[`client_${caller}`]),
      () => running.system.actor(lostFutures[`keeper_${callee}`]),
    ]

    for (const how of ['call', 'tell'] as const)
      it(`S10: fails when its ${how} named a method that the other does not have, ${shown}`, async () => {
        assert.match(await client().unknown(keeper(), how), /^NO_SUCH_METHOD no: .*keeep.*did you mean keep/)
      })

    it(`S10: fails when its call expired before it began, ${shown}`, async () => {
      assert.match(await client().givenUp(keeper(), 'expired'), /^(FUTURE_SHOCK|ABORT_ERR) no: .*keeper_.*before it/)
    })

    it(`S10: fails when its call was cancelled before it began, ${shown}`, async () => {
      assert.match(
        await client().givenUp(keeper(), 'cancelled'),
        /^ABORT_ERR no: keeper_.*\.keep was given up by its caller before it began; it never got a Future/,
      )
    })

    it(`S10: stays open where another of its messages was handled, or another holds it, ${shown}`, async () => {
      assert.equal(await client().oneOfTwo(keeper()), 'answered')
      const other = running.system.spawn(lostFutures.keeper_own)
      assert.equal(await client().passedOnAndDropped(keeper(), other), 'answered by the first')
      await running.system.stopObject(other)
    })

    it(`S10: fails when its call was cancelled while the other was being spawned, ${shown}`, async () => {
      assert.match(await client().cancelledWhileSpawned(`keeper_${callee}`), /^ABORT_ERR no: /)
    })

    it(`S10: fails when its call was cancelled in the line for room, ${shown}`, async () => {
      const full = running.system.spawn(lostFutures[`full_${callee}`])
      assert.match(await client().cancelledInLine(full), /^ABORT_ERR no: /)
      await running.system.stopObject(full)
    })

    it(`S10: that is the answer of a call is not tied to whom it was passed to, ${shown}`, async () => {
      assert.equal(await client().answerOfCall(keeper()), 'answered')
    })

    it(`S10: that is the answer of a call is set by nobody else, ${shown}`, async () => {
      const called = running.system.spawn(lostFutures.keeper_own)
      const [refusal, answer] = await client().setByOther(keeper(), called)
      assert.match(
        refusal as string,
        /^NOT_YOURS undefined: .*future\.set\(\): this is the Future of .*, which alone answers it/,
      )
      assert.equal(answer, 'answered')
      await running.system.stopObject(called)
    })
  }

  for (const placement of PLACEMENTS) {
    const keeper = () => running.system.actor(lostFutures[`keeper_${placement}`])
    const late = async (): Promise<number> => dropped(await answeredSnapshot(running.system), 'late answer')

    it(`S13: what comes for one that was cancelled is counted once, ${placement}`, async () => {
      const before = await late()
      const answer = new Future<number>()
      await keeper().keep(answer)
      answer.cancel()
      await keeper().answer(answer, 1)
      await snapshotWhere(running.system, (snapshot) => dropped(snapshot, 'late answer') > before)
      assert.equal(await late(), before + 1)
    })

    it(`S10: throws where it is set again by a thread that knows of the first time, ${placement}`, async () => {
      const answer = new Future<number>()
      await assert.rejects(keeper().answer(answer, 1, 2), { code: 'FUTURE_SETTLED' })
      assert.equal(await answer, 1)
    })

    if (placement === 'main') continue
    it(`S10: keeps its first value where it is set again by a thread that cannot know, which is counted, ${placement}`, async () => {
      const before = await late()
      const answer = new Future<number>()
      await keeper().keep(answer)
      answer.set(1)
      await keeper().answer(answer, 8)
      await snapshotWhere(running.system, (snapshot) => dropped(snapshot, 'late answer') > before)
      assert.equal(await answer, 1)
    })
  }
})
