import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Future, NoSuchActor, tell } from '../../src/index.ts'
import { settling } from './fixtures/settling.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem, LINKS, startQuietly } from './support/running.ts'
import { answeredSnapshot } from './support/snapshot.ts'

const DEAD_MAYBE = { code: 'ACTOR_DEAD', executed: 'maybe' }
const DEAD_NO = { code: 'ACTOR_DEAD', executed: 'no' }

describeSystem({ title: 'a call', program: settling }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const client = () => running.system.actor(settling[`client_${caller}`])
    const spawn = (name?: string) =>
      running.system.spawn(
        settling[`mortal_${callee}`],
        name === undefined ? {} : { name: `${name}-${caller}-${callee}` },
      )

    it(`S10: settles when the other stops with the call in hand, and those behind it, ${shown}`, async () => {
      const { system } = running
      const mortal = spawn()
      const [begun, until] = [new Future<void>(), new Future<unknown>()]
      const waiting = client().waitFor(mortal, begun, until)
      await begun
      const behind = mortal.answer(1)
      const stopped = system.stopObject(mortal)
      await answeredSnapshot(system)
      until.set('answered before the end')
      assert.equal(await waiting, 'answered before the end')
      await assert.rejects(behind, DEAD_NO)
      await stopped
      await assert.rejects(mortal.answer(2), DEAD_NO)
    })

    it(`S10: a Future made by hand fails when its last holder has ended, ${shown}`, async () => {
      const { system } = running
      const mortal = spawn()
      const kept = new Future<void>()
      const future = client().lastHolder(mortal, kept)
      await kept
      await system.stopObject(mortal)
      assert.deepEqual(await future, DEAD_MAYBE)
    })

    it(`S10: a Future made by hand that was passed on lives as long as one of its holders, ${shown}`, async () => {
      const { system } = running
      const [first, second] = [spawn(), spawn('second')]
      const kept = new Future<void>()
      const future = client().passedOn(first, `second-${caller}-${callee}`, kept)
      await kept
      await system.stopObject(first)
      // Its death has been told by now; the other still holds the Future, and answers it.
      await answeredSnapshot(system)
      await second.setKept('from the second')
      assert.equal(await future, 'from the second')
      await system.stopObject(second)

      const [third, fourth] = [spawn(), spawn('fourth')]
      const keptAgain = new Future<void>()
      const again = client().passedOn(third, `fourth-${caller}-${callee}`, keptAgain)
      await keptAgain
      await system.stopObject(third)
      await system.stopObject(fourth)
      assert.deepEqual(await again, DEAD_MAYBE)
    })

    it(`S12: what a holder of a Future has set before it ended still arrives, ${shown}`, async () => {
      const mortal = spawn()
      const kept = new Future<void>()
      const future = client().lastHolder(mortal, kept)
      await kept
      tell(mortal).setKeptAndStop('in time')
      assert.equal(await future, 'in time')
    })

    if (callee !== 'own') continue
    for (const death of ['exit', 'throw', 'reject'] as const)
      // Answers that fill the road, and such as go another way, need be tried with one kind of death only.
      for (const size of death === 'exit' ? [0, 400, 50_000] : [400])
        for (const busy of caller === 'own' ? [false, true] : [false])
          it(`S12: is settled by its answer, however the other's thread dies then (${death}, ${size} bytes, ${busy ? 'busy' : 'idle'} caller), ${shown}`, async () => {
            // All of them have room on the road while the caller is busy.
            const calls = busy ? 200 : size === 0 ? 3_000 : 150
            const { values, errors } = await client().callToDeath(spawn(), { calls, death, size, busy })
            const answers = Array.from({ length: calls }, (_, n) => (size === 0 ? n : `${n % 256} × ${size}`))
            assert.deepEqual(values.slice(0, calls), answers)
            // Where the death is not that of the handler, it may even have answered that call and the next.
            if (death === 'exit') assert.deepEqual(errors, [DEAD_MAYBE, DEAD_NO])
            else for (const error of errors) assert.equal(error.code, 'ACTOR_DEAD')
          })
  }

  for (const placement of PLACEMENTS) {
    it(`S10: to a name that nobody has rejects, with near names, ${placement}`, async () => {
      const { system } = running
      const client = system.actor(settling[`client_${placement}`])
      assert.deepEqual(await client.callNobody('mortal_owm'), { code: 'NO_SUCH_ACTOR', executed: 'no' })
      const nobody = (system.actor as (name: string) => { answer(n: number): Future<number> })('mortal_owm')
      await assert.rejects(nobody.answer(1), (error) => {
        assert.ok(error instanceof NoSuchActor)
        assert.match(error.message, /did you mean .*mortal_own/)
        return true
      })
    })

    it(`S11: says 'no' to those behind the one with which the object ended, ${placement}`, async () => {
      const mortal = running.system.spawn(settling[`mortal_${placement}`])
      await mortal.answer(0)
      const [failed, behind] = [mortal.crash(), mortal.answer(1)]
      // The error of fail() goes to its caller as it is.
      await assert.rejects(failed, { message: 'it failed' })
      await assert.rejects(behind, DEAD_NO)
      const other = running.system.spawn(settling[`mortal_${placement}`])
      await other.answer(0)
      const [ended, after] = [other.end(), other.answer(1)]
      assert.equal(await ended, undefined)
      await assert.rejects(after, DEAD_NO)
    })
  }
})

for (const link of LINKS)
  describe(`a thread that is ended from outside (${link})`, () => {
    it('S12: has answered what it had answered; the rest is settled by its death', async () => {
      const system = await startQuietly(settling, { link, stopTimeout: 1_000 })
      const mortal = system.actor(settling.mortal_own)
      const begun = new Future<void>()
      const answers = Array.from({ length: 100 }, (_, n) => mortal.answer(n))
      const hung = mortal.hang(begun)
      const behind = mortal.answer(-1)
      await begun
      const report = await system.stop()
      assert.deepEqual(report, { late: ['mortal_own'], forced: ['mortal_own'], givenUp: [] })
      for (const [n, answer] of answers.entries()) assert.equal(await answer, n)
      await assert.rejects(hung, {
        ...DEAD_MAYBE,
        message: 'mortal_own is dead: its thread did not stop in time, with mortal_own.hang in hand',
      })
      await assert.rejects(behind, { code: 'ACTOR_DEAD' })
      await assert.rejects(mortal.answer(1), { code: 'ACTOR_DEAD' })
    })
  })
