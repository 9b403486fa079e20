import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Deadlock, Future, nameOf, type Remote, type System } from '../../src/index.ts'
import { deadlocks, type Ended, type Node } from './fixtures/deadlocks.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'
import { answeredSnapshot, snapshotWhere } from './support/snapshot.ts'

type Program = System<typeof deadlocks>

const FEW_PAIRS = ['own → own', 'own → shared', 'shared → shared', 'main → own']

/** The Remotes of Nodes. */
function nodes(system: Program, ...names: readonly string[]): Remote<Node>[] {
  return names.map((name) => system.actor(name as 'a_own'))
}

/** Whether a circle goes this way, wherever it begins: `['a', 'b']` is met by a.go → b.go → a, and by b.go → a.go → b. */
function goesRound(found: readonly string[] | undefined, names: readonly string[]): void {
  assert.ok(found !== undefined)
  const [last, ...handlers] = found.toReversed()
  const round = handlers.toReversed().map((handler) => handler.split('.')[0])
  assert.equal(round[0], last)
  const at = names.indexOf(last!)
  assert.deepEqual(round, [...names.slice(at), ...names.slice(0, at)])
}

/** Of those who stood in the circle exactly one has failed, all live on, and what its call should have done was not done. */
async function oneHasFailed(system: Program, names: readonly string[]): Promise<Ended> {
  const all = nodes(system, ...names)
  const met = (await Promise.all(all.map((one) => one.met()))).flat()
  assert.equal(met.length, 1, JSON.stringify(met))
  assert.equal(met[0]!.code, 'DEADLOCK')
  goesRound(met[0]!.cycle, names)
  assert.deepEqual(await Promise.all(all.map((one) => one.ping())), names)
  return met[0]!
}

// Each test waits for half a second and more.
const links = 'default'

describeSystem({ title: 'waiting in a circle', program: deadlocks, links }, (running) => {
  for (const at of PLACEMENTS)
    it(`F16, S18: one that awaits a call to itself fails with the circle, and lives on, ${at}`, async () => {
      const a = running.system.actor(`a_${at}`)
      const pings = await a.pinged()
      const met = { code: 'DEADLOCK', executed: 'no', cycle: [`a_${at}.go`, `a_${at}`] }
      assert.deepEqual(await a.go([`a_${at}`], 'await'), met)
      assert.deepEqual(await a.met(), [met])
      // It never ran, and never will: the one that is counted was called later.
      assert.equal(await a.ping(), `a_${at}`)
      assert.equal(await a.pinged(), pings + 1)
    })

  for (const { caller, callee, shown } of PAIRS) {
    it(`F16, S18: two that await each other: one call fails, and names the circle, ${shown}`, async () => {
      const names = [`a_${caller}`, `b_${callee}`]
      await nodes(running.system, names[0]!)[0]!.go([names[1]!, names[0]!], 'await')
      await oneHasFailed(running.system, names)
    })

    it(`S18: two that were called by others, and call each other, ${shown}`, async () => {
      const { system } = running
      const names = [`a_${caller}`, `b_${callee}`] as const
      const [a, b] = nodes(system, ...names)
      const start = new Future<void>()
      const ready = [new Future<void>(), new Future<void>()] as const
      const both = [a!.goAt(start, ready[0], [names[1]]), b!.goAt(start, ready[1], [names[0]])]
      await Promise.all(ready)
      start.set()
      await Promise.all(both)
      // The one that has not failed was answered, once the other had ended.
      const met = await oneHasFailed(system, names)
      assert.equal(met.executed, 'no')
    })
  }

  for (const places of [
    ['own', 'own', 'own'],
    ['own', 'shared', 'main'],
    ['shared', 'main', 'shared'],
  ] as const)
    it(`F16, S18: three that await each other in a circle, ${places.join(' → ')}`, async () => {
      const names = [`a_${places[0]}`, `b_${places[1]}`, `c_${places[2]}`]
      await nodes(running.system, names[0]!)[0]!.go([names[1]!, names[2]!, names[0]!], 'await')
      await oneHasFailed(running.system, names)
    })

  it('S18: blocking: one that would block for itself is told so at once', async () => {
    const a = running.system.actor('a_own')
    const met = { code: 'DEADLOCK', executed: 'no', cycle: ['a_own.go', 'a_own'] }
    assert.deepEqual(await a.go(['a_own'], 'get'), met)
    assert.deepEqual(await a.met(), [met])
    assert.equal(await a.ping(), 'a_own')
  })

  for (const manners of [
    ['get', 'get', 'get'],
    ['get', 'await', 'await'],
    ['await', 'get', 'await'],
    ['await', 'await', 'get'],
  ] as const)
    it(`F16, S18: blocking waits in a circle, while all other threads sleep: ${manners.join(' → ')}`, async () => {
      const names = ['a_own', 'b_own', 'c_own']
      const start = new Future<void>()
      const ready = names.map(() => new Future<void>())
      const calls = nodes(running.system, ...names).map((one, index) =>
        one.goAt(start, ready[index]!, [names[(index + 1) % 3]!], manners[index]),
      )
      await Promise.all(ready)
      start.set()
      await Promise.all(calls)
      await oneHasFailed(running.system, names)
    })

  for (const { caller, callee, shown } of PAIRS)
    it(`F16, S18: through an observer that calls back while the one who notified it waits for it, ${shown}`, async () => {
      const { system } = running
      const [a, observer] = [`a_${caller}`, `observer_${callee}`] as const
      await system.actor(observer).watchOver(a)
      await system.actor(a).change(observer)
      const met = [...(await system.actor(observer).met()), ...(await system.actor(a).met())] as Ended[]
      const failed = met.filter(({ code }) => code === 'DEADLOCK')
      assert.equal(failed.length, 1, JSON.stringify(met))
      goesRound(failed[0]!.cycle, [a, observer])
      await system.actor(observer).forget(a)
    })

  it('S18: several waits of one turn: only those that stand in a circle fail', async () => {
    const { system } = running
    const results = await system.actor('a_own').all(['b_own', 'c_shared'], ['a_own'])
    // Both came back to the one who waits for them; each of the two circles is closed by whoever waits last.
    assert.equal((results as Ended[]).filter(({ code }) => code === 'DEADLOCK').length, 2)
    await Promise.all(nodes(system, 'a_own', 'b_own', 'c_shared').map((one) => one.met()))
    const [circle, other] = (await system.actor('a_own').both('b_own', 'c_shared')) as [Ended, unknown]
    assert.equal(circle.code, 'DEADLOCK')
    assert.deepEqual(other, { status: 'fulfilled', value: 'c_shared' })
    await Promise.all(nodes(system, 'a_own', 'b_own').map((one) => one.met()))
  })

  it('S18: one that answers with the Future of a call waits for that, though it is free itself', async () => {
    const { system } = running
    const met = (await system.actor('a_own').goBy('b_shared', ['a_own'])) as Ended
    assert.equal(met.code, 'DEADLOCK')
    goesRound(met.cycle, ['a_own', 'b_shared'])
  })

  for (const { caller, callee, shown } of PAIRS)
    it(`S18: room in a mailbox is waited for too, ${shown}`, async () => {
      const { system } = running
      const [begun, go] = [new Future<void>(), new Future<void>()]
      const narrow = system.actor(`narrow_${callee}`)
      const filled = narrow.fill(`pusher_${caller}`, begun, go)
      await begun
      const pushed = system.actor(`pusher_${caller}`).push(`narrow_${callee}`, go)
      const ended = (await Promise.all([filled, pushed])) as (Ended | string)[]
      const failed = ended.filter((one) => typeof one === 'object')
      assert.equal(failed.length, 1, JSON.stringify(ended))
      goesRound(failed[0]!.cycle, [`pusher_${caller}`, `narrow_${callee}`])
    })

  it('S18: one that is spawned, and whose start waits for whoever waits for it', async () => {
    const met = (await running.system.actor('a_own').spawnAndWait()) as Ended[]
    assert.deepEqual(
      met.map(({ code }) => code),
      ['DEADLOCK', 'answered'],
    )
  })
})

describeSystem({ title: 'waiting in no circle', program: deadlocks, links }, (running) => {
  // Within a thread, and between two.
  for (const { caller, callee, shown } of PAIRS.filter((pair) => FEW_PAIRS.includes(pair.shown))) {
    it(`S18: a slow one, and a queue before it, are no circle, ${shown}`, async () => {
      const { system } = running
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const b = system.actor(`b_${callee}`)
      const rest = b.rest(begun, until)
      await begun
      const behind = [1, 2, 3].map(() => system.actor(`a_${caller}`).go([`b_${callee}`], 'await'))
      await looked(system, `a_${caller}`)
      until.set()
      assert.deepEqual(await Promise.all([rest, ...behind]), ['rested', ...behind.map(() => `b_${callee}`)])
    })

    it(`S18: calls that nobody waits for make no circle, ${shown}`, async () => {
      const { system } = running
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const resting = system.actor(`b_${callee}`).callAndRest(`a_${caller}`, begun, until)
      await begun
      const going = system.actor(`a_${caller}`).go([`b_${callee}`], 'await')
      await looked(system, `a_${caller}`)
      until.set()
      assert.deepEqual(await Promise.all([resting, going]), ['rested', `b_${callee}`])
    })

    it(`S18: whoever has waited within a time, and goes on, is waited for no longer, ${shown}`, async () => {
      const { system } = running
      const [a, b] = [`a_${caller}`, `b_${callee}`] as const
      assert.deepEqual(await system.actor(a).giveUpAfter(b, 20), ['FUTURE_SHOCK', a])
      assert.deepEqual(await system.actor(b).met(), [])
    })

    it(`S18: an interleaved method is no circle, and a chain may re-enter where the class says so, ${shown}`, async () => {
      const { system } = running
      const interleaving = `interleaving_${callee}` as const
      assert.equal(await system.actor(interleaving).viaState(`asker_${caller}`), `state of ${interleaving}`)
      const reentrant = `reentrant_${callee}` as const
      assert.equal(await system.actor(reentrant).go([`a_${caller}`, reentrant], 'await'), reentrant)
      assert.equal(await system.actor(reentrant).go([reentrant], 'await'), reentrant)
      assert.equal(
        await system.actor(reentrant).go([`a_${caller}`, reentrant, `b_${caller}`, reentrant], 'await'),
        reentrant,
      )
    })
  }

  it('S18: what an interleaved method waits for is not what the handler beside it waits for', async () => {
    const { system } = running
    const [begun, until] = [new Future<void>(), new Future<void>()]
    const one = system.actor('interleaving_own')
    const rest = one.rest(begun, until)
    await begun
    // It waits for a, which waits for what stands behind rest(): a circle of objects, but none of handlers.
    const beside = one.besideGo('a_shared')
    await looked(system, 'a_shared')
    until.set()
    assert.deepEqual(await Promise.all([rest, beside]), ['rested', 'interleaving_own'])
  })

  it('S18: a call that was answered is waited for by nobody, though its caller has no turn to read that', async () => {
    const { system } = running
    const words = new Int32Array(new SharedArrayBuffer(4))
    // c calls a, which answers; but then the thread of c is kept busy by another object.
    const before = await system.actor('a_own').pinged()
    const answered = system.actor('c_shared').go(['a_own'], 'await')
    const blocked = system.actor('hog_shared').block(words)
    await Atomics.waitAsync(words, 0, 0).value
    while ((await system.actor('a_own').pinged()) === before);
    // Whatever a waits for from now on, c seems to wait for it.
    const going = system.actor('a_own').go(['b_own', 'c_shared'], 'await')
    await looked(system, 'a_own')
    Atomics.store(words, 0, 2)
    Atomics.notify(words, 0)
    assert.deepEqual(await Promise.all([answered, going]), ['a_own', 'c_shared'])
    await blocked
  })

  it('S18: an interleaved method of one that blocks its thread is a circle', async () => {
    const met = (await running.system.actor('interleaving_own').viaStateBlocking('asker_shared')) as Ended
    const found = typeof met === 'string' ? await running.system.actor('asker_shared').met() : [met]
    assert.ok(found.every(({ code }) => code === 'DEADLOCK'))
  })

  it('S18: a chain that was left, and comes back late, does not begin beside another handler', async () => {
    const { system } = running
    const reentrant = system.actor('reentrant_own')
    // Another sender's call is no part of the chain of the handler in hand.
    const [begun, until] = [new Future<void>(), new Future<void>()]
    const rest = reentrant.rest(begun, until)
    await begun
    const ping = system.actor('a_shared').go(['reentrant_own'], 'await')
    await looked(system, 'a_shared')
    assert.equal(ping.isReady, false)
    until.set()
    assert.deepEqual(await Promise.all([rest, ping]), ['rested', 'reentrant_own'])
  })

  it('S18: a dead object leaves no wait behind', async () => {
    const { system } = running
    const [begun, until] = [new Future<void>(), new Future<void>()]
    const spawned = system.spawn(deadlocks.b_own)
    const rest = spawned.rest(begun, until)
    await begun
    const going = system.actor('a_own').go([nameOf(spawned)], 'await')
    await looked(system, 'a_own')
    await Promise.all([system.stopObject(spawned), (async () => until.set())()])
    assert.equal(await rest, 'rested')
    // Answered, where the stop came later than the end of rest().
    const ended = (await going) as Ended | string
    assert.ok(ended === nameOf(spawned) || (ended as Ended).code === 'ACTOR_DEAD', JSON.stringify(ended))
    await system.actor('a_own').met()
    const { objects } = await answeredSnapshot(system)
    assert.deepEqual(
      objects.filter(({ waitsFor }) => waitsFor !== undefined && waitsFor.length > 0),
      [],
    )
  })
})

describeSystem(
  { title: 'a main program that blocks', program: deadlocks, settings: { blockMain: true } },
  (running) => {
    it('S18: keeps all that live in the main thread, so it may wait for itself', async () => {
      const { system } = running
      const [a] = nodes(system, 'a_own')
      let found: Ended | undefined
      try {
        found = a!.go(['b_main'], 'await').get() as Ended
      } catch (error) {
        assert.ok(error instanceof Deadlock)
        found = { code: error.code, cycle: error.cycle }
      }
      assert.equal(found.code, 'DEADLOCK')
      assert.ok(found.cycle!.includes('the main program'), JSON.stringify(found))
      assert.ok(found.cycle!.includes('a_own.go'))
      assert.equal(await a!.ping(), 'a_own')
      assert.equal(await system.actor('b_main').ping(), 'b_main')
      await a!.met()
    })

    it('S18: waits in no circle for one that is slow', async () => {
      const { system } = running
      assert.equal(system.actor('a_own').restFor(700).get(), 'rested')
    })
  },
)

/** Returns when `name` has waited for so long that its wait has been looked at. */
async function looked(system: Program, name: string): Promise<void> {
  const { handling } = (
    await snapshotWhere(system, ({ objects }) => {
      const row = objects.find((one) => one.name === name)
      return row?.handling !== undefined && row.handling.ageMs > 700 && row.waitsFor?.length !== 0
    })
  ).objects.find((one) => one.name === name)!
  assert.ok(handling !== undefined)
}
