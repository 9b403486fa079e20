import assert from 'node:assert/strict'
import { it } from 'node:test'
import { call, Future, FutureShock, RemoteError, TsworksError } from '../../src/index.ts'
import type { Snapshot } from '../../src/index.ts'
import { CALL_TIMEOUT, limits } from './fixtures/limits.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot, counted, dropped, snapshotWhere } from './support/snapshot.ts'

const LONG = 1_000_000

describeSystem({ title: 'a caller that gives up', program: limits }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const boss = () => running.system.actor(limits[`boss_${caller}`])
    const worker = () => running.system.actor(limits[`worker_${callee}`])

    it(`S14: what was cancelled before it began never runs, ${shown}`, async () => {
      // Their threads have met: what is held until then leaves later than what others send.
      await boss().nestedDeadline(`worker_${callee}`)
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const held = worker().hold(begun, until)
      await begun
      const cancelled = new Future<void>()
      const codes = boss().cancelQueued(`worker_${callee}`, cancelled)
      await cancelled
      assert.equal(await codes, 'ABORT_ERR,ABORT_ERR')
      until.set()
      await held
      assert.deepEqual(await worker().ran(), [])
    })

    it(`S14: in one that runs the signal aborts, with the reason, ${shown}`, async () => {
      const [begun, aborted] = [new Future<void>(), new Future<string>()]
      const code = boss().cancelRunning(`worker_${callee}`, begun, aborted)
      assert.equal(await aborted, 'changed my mind')
      assert.equal(await code, 'ABORT_ERR')
    })

    it(`S14: the reason of a cancel arrives as it is, on every placement, ${shown}`, async () => {
      const name = `worker_${callee}`
      for (const how of ['future', 'signal'] as const) {
        const error = await boss().cancelFor(name, new RangeError('why', { cause: 5 }), how)
        assert.ok(error instanceof RangeError)
        assert.deepEqual([error.message, error.cause], ['why', 5])
        assert.deepEqual(await boss().cancelFor(name, { code: 5 }, how), { code: 5 })
      }
      const unsaid = await boss().cancelFor(name, undefined, 'signal')
      assert.ok(unsaid instanceof DOMException)
      assert.equal(unsaid.name, 'AbortError')
      assert.match(String(await boss().cancelForFunction(name)), /Function/)
    })

    it(`S15: the signal of a call whose time is over aborts with a FutureShock, ${shown}`, async () => {
      assert.ok((await boss().expireRunning(`worker_${callee}`)) instanceof FutureShock)
    })

    it(`S15: a nested call inherits the deadline, or has an earlier one of its own, ${shown}`, async () => {
      const name = `worker_${callee}`
      assert.deepEqual(await boss().nestedDeadline(name), { mine: undefined, nested: undefined })
      const inherited = await call(boss(), { timeout: LONG }).nestedDeadline(name)
      assert.ok(inherited.mine !== undefined && inherited.mine === inherited.nested)
      const later = await call(boss(), { timeout: LONG }).nestedDeadline(name, 2 * LONG)
      assert.equal(later.nested, later.mine)
      const earlier = await call(boss(), { timeout: 2 * LONG }).nestedDeadline(name, LONG)
      assert.ok(earlier.nested! < earlier.mine!)
      const own = await boss().nestedDeadline(name, LONG)
      assert.ok(own.mine === undefined && own.nested !== undefined)
    })

    it(`S15: calls have the callTimeout of the definition, unless their caller says otherwise, ${shown}`, async () => {
      const name = `patient_${callee}`
      const { nested, mine } = await boss().nestedDeadline(name)
      assert.ok(mine === undefined && nested !== undefined)
      const shorter = await boss().nestedDeadline(name, CALL_TIMEOUT / 2)
      assert.ok(shorter.nested! < nested)
      const longer = await boss().nestedDeadline(name, 2 * CALL_TIMEOUT)
      assert.ok(longer.nested! > nested + CALL_TIMEOUT / 2)
      // What is left of the caller's own deadline is less.
      const inherited = await call(boss(), { timeout: CALL_TIMEOUT / 2 }).nestedDeadline(name)
      assert.equal(inherited.nested, inherited.mine)
    })

    it(`S15: the callTimeout of one that is being spawned counts from the call, ${shown}`, async () => {
      const { deadline, since } = await boss().deadlineOfSpawned(`patient_${callee}`)
      assert.ok(deadline !== undefined && deadline >= since + CALL_TIMEOUT)
      const none = await boss().deadlineOfSpawned(`worker_${callee}`)
      assert.equal(none.deadline, undefined)
    })

    it(`S15: a call that is not answered within callTimeout fails, ${shown}`, async () => {
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const impatient = running.system.actor(limits[`impatient_${callee}`])
      const held = call(impatient, { timeout: LONG }).hold(begun, until)
      await begun
      await assert.rejects(impatient.run('too late'), FutureShock)
      until.set()
      assert.equal(await held, 'held')
      assert.deepEqual(await call(impatient, { timeout: LONG }).ran(), [])
    })

    it(`S15: a call that expires before it begins is not run, ${shown}`, async () => {
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const before = notRun(await answeredSnapshot(running.system))
      const held = worker().hold(begun, until)
      await begun
      assert.equal(await boss().timeOut(`worker_${callee}`), 'FUTURE_SHOCK')
      until.set()
      await held
      assert.deepEqual(await worker().ran(), [])
      await counted(running.system, notRun, before + 1)
    })

    it(`F1, S17: the stack of an error is that of the other, and then that of whoever waits, ${shown}`, async () => {
      const { stack, same } = await boss().catchError(`worker_${callee}`)
      assert.match(
        stack,
        /^CustomError: it went wrong\n +at Worker\.failCustom .*limits\.ts[^]*awaited at[^]*#waitHere .*limits\.ts/,
      )
      assert.doesNotMatch(stack.split('awaited at')[1]!, /core\/future\.ts/, 'only the frames of the user')
      assert.ok(same)
    })
  }

  for (const placement of PLACEMENTS) {
    const worker = () => running.system.actor(limits[`worker_${placement}`])

    it(`S17: an error arrives whole: name, message, code, fields, causes, ${placement}`, async () => {
      await assert.rejects(worker().failCustom(), (error) => {
        assert.ok(error instanceof RemoteError && error instanceof TsworksError && error instanceof Error)
        const { name, message, code, details, cause } = error as RemoteError & { readonly details: unknown }
        assert.deepEqual(
          { name, message, code, details },
          { name: 'CustomError', message: 'it went wrong', code: 'E_CUSTOM', details: { at: [1, 2] } },
        )
        assert.ok(cause instanceof RangeError)
        assert.deepEqual([cause.message, cause.cause], ['because of this', 'a text'])
        return true
      })
    })

    it(`S17: errors of JavaScript's own classes keep them, what is thrown and is no Error arrives too, ${placement}`, async () => {
      await assert.rejects(
        worker().failWith('type'),
        (error) => error instanceof TypeError && /undefined/.test(error.message),
      )
      await assert.rejects(worker().failWith('aggregate'), (error) => {
        assert.ok(error instanceof AggregateError)
        const [one, two] = error.errors as [unknown, Error]
        assert.ok(one instanceof TypeError)
        assert.deepEqual([two.name, two.message], ['CustomError', 'two'])
        return true
      })
      await assert.rejects(worker().failWith('null'), (error) => error === null)
      await assert.rejects(worker().failWith('text'), (error) => error === 'a text')
    })

    it(`S17: a field of an error that cannot travel does not keep the error, ${placement}`, async () => {
      await assert.rejects(worker().failWith('uncloneable'), (error) => {
        const { message, plain, field } = error as Error & { plain: number; field: unknown }
        assert.deepEqual([message, plain], ['with a field', 7])
        assert.match(String(field), /cannot cross/)
        return true
      })
    })
  }

  it('S16: a failed Future that nobody asks for is counted once; whoever asks later still gets the error', async () => {
    const { system } = running
    const before = unasked(await answeredSnapshot(system))
    for (const { caller, callee } of PAIRS) await system.actor(limits[`boss_${caller}`]).drop(`worker_${callee}`)
    const unheard = system.actor(limits.worker_own).failCustom()
    await snapshotWhere(system, (snapshot) => unasked(snapshot) >= before + PAIRS.length + 1)
    await assert.rejects(unheard, { name: 'CustomError' })
    assert.equal(unasked(await answeredSnapshot(system)), before + PAIRS.length + 1)
  })
})

/** Taken out because its caller had given up, or found too late. */
function notRun(snapshot: Snapshot): number {
  return dropped(snapshot, 'cancelled') + dropped(snapshot, 'expired')
}

function unasked(snapshot: Snapshot): number {
  return snapshot.threads.reduce((sum, { counters }) => sum + (counters.unasked ?? 0), 0)
}
