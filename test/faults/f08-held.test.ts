/** F8: a handler that does not come back. The rest goes on; it is seen as stuck, with the method's name; `maxHandlerTime` ends its thread (S37). */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Future, tell, type System, type UntypedRemote } from '../../src/index.ts'
import { someTurns, startQuietly, stopCleanly } from '../clauses/support/running.ts'
import { answeredSnapshot, snapshotWhere } from '../clauses/support/snapshot.ts'
import { holding } from './fixtures/holding.ts'
import { nextEvent, release, sharedWord } from './support/events.ts'
import { makePipe } from './support/pipe.ts'

/** So that a test need not wait for seconds. */
const WATCHDOG = { busy: 100, stuck: 200 }

async function withHolding(
  t: { after(end: () => Promise<void>): void },
  settings: Parameters<typeof startQuietly>[1] = {},
): Promise<System<typeof holding>> {
  const system = await startQuietly(holding, { watchdog: WATCHDOG, ...settings })
  t.after(async () => {
    await system.stop()
  })
  return system
}

const HOLDS = ['spin', 'wait', 'spinAfterAwait', 'microtasks'] as const

describe('a handler that holds its thread', () => {
  for (const name of ['own', 'shared'] as const)
    for (const method of HOLDS)
      test(`F8, S37: is seen as busy, then as stuck, with its stack, and as free again: ${method}, ${name}`, async (t) => {
        const system = await withHolding(t)
        const [until, label] = [sharedWord(), name === 'own' ? 'own' : 'together-1']
        const seen = (['busy', 'stuck', 'freed'] as const).map((kind) =>
          nextEvent(system, kind, ({ thread }) => thread === label),
        )
        const remote = system.actor(holding[name])
        const held = remote[method](until)
        const [busy, stuck] = (await Promise.all(seen.slice(0, 2))) as [Busy, Stuck]
        const by = [{ name, pid: busy.by[0]!.pid, method }]
        assert.deepEqual(busy.by, by)
        assert.deepEqual(stuck.by, by)
        assert.ok(busy.heldMs >= WATCHDOG.busy && stuck.heldMs >= WATCHDOG.stuck, `${busy.heldMs} ${stuck.heldMs}`)
        assert.match(
          stuck.stack,
          // Above it may stand what the runtime does for it.
          new RegExp(
            `^(    at .*\n){0,3}    at (async )?Holding\\.${method} \\(file:.*/fixtures/holding\\.ts:\\d+:\\d+\\)`,
          ),
        )
        // All else goes on.
        assert.equal(await system.actor(holding.other).hello(), 'hello')
        const { threads } = await snapshotWhere(system, (one) => one.threads.some(({ status }) => status === 'stuck'))
        assert.deepEqual(
          threads.filter(({ status }) => status === 'stuck').map((thread) => [thread.label, thread.busy?.method]),
          [[label, method]],
        )
        release(until)
        await held
        await seen[2]
        assert.equal(await remote.hello(), 'hello')
        const after = await answeredSnapshot(system)
        assert.equal(after.threads.find((thread) => thread.label === label)!.status, 'free')
        await stopCleanly(system)
      })

  test('F8, S37: is seen in native code, too, though it has no stack there', async (t) => {
    const system = await withHolding(t)
    const pipe = makePipe(t)
    const stuck = nextEvent(system, 'stuck')
    const reading = system.actor(holding.own).read(pipe.path)
    const { by, stack } = await stuck
    assert.deepEqual([by[0]?.name, by[0]?.method], ['own', 'read'])
    assert.equal(stack, '    no stack: it did not stop within 3 s, so it stands in native code')
    assert.equal(await system.actor(holding.other).hello(), 'hello')
    // It was asked to halt for its stack, and is not halted by that when it comes back.
    pipe.release()
    assert.equal(await reading, '')
    assert.equal(await system.actor(holding.own).hello(), 'hello')
    await stopCleanly(system)
  })

  test('S37: is seen in a callback that no handler waits for, as code of the only object that lives there', async (t) => {
    const system = await withHolding(t)
    const until = sharedWord()
    const stuck = nextEvent(system, 'stuck')
    await system.actor(holding.own).callBack(until)
    const { by } = await stuck
    assert.deepEqual([by[0]?.name, by[0]?.method], ['own', undefined])
    release(until)
    assert.equal(await system.actor(holding.own).hello(), 'hello')
    await stopCleanly(system)
  })
})

type Busy = Awaited<ReturnType<typeof nextEvent<'busy'>>>
type Stuck = Awaited<ReturnType<typeof nextEvent<'stuck'>>>

describe('a handler that waits', () => {
  test('S37: holds nothing, be it at an await or in get()', async (t) => {
    const system = await withHolding(t)
    const told: unknown[] = []
    for (const kind of ['busy', 'stuck'] as const) system.on(kind, (event) => told.push(event))
    const [begun, until] = [
      [new Future<void>(), new Future<void>()],
      [new Future<void>(), new Future<void>()],
    ]
    const waiting = [
      system.actor(holding.own).awaits(begun[0]!, until[0]!),
      system.actor(holding.other).blocks(begun[1]!, until[1]!),
    ]
    await Promise.all(begun)
    // Longer than the thresholds: one that is held meanwhile shows that the watchdog has looked often enough.
    const held = nextEvent(system, 'stuck')
    const spin = sharedWord()
    void system.actor(holding.shared).spin(spin)
    await held
    const { threads } = await system.snapshot()
    const statusOf = (label: string) => threads.find((thread) => thread.label === label)?.status
    assert.deepEqual([statusOf('own'), statusOf('other'), statusOf('together-1')], ['free', 'waiting', 'stuck'])
    release(spin)
    for (const future of until) future.set()
    await Promise.all(waiting)
    assert.deepEqual(
      told.filter((event) => (event as Busy).thread !== 'together-1' && (event as Busy).thread !== 'main'),
      [],
    )
    await stopCleanly(system)
  })
})

describe('maxHandlerTime', () => {
  for (const method of HOLDS)
    test(`F8, S37: ends the thread of a handler that holds it for longer: ${method}`, async (t) => {
      const system = await withHolding(t)
      const died = nextEvent(system, 'threadDied')
      const limited = system.spawn(holding.limited, { name: 'limited-one' })
      const held = limited[method](sharedWord())
      const { thread, reason, error } = await died
      assert.equal(thread, 'limited-one')
      assert.match(
        reason,
        new RegExp(
          `^its thread was ended: limited-one\\.${method} held it for \\d+\\.\\d s, more than maxHandlerTime \\(400 ms\\)$`,
        ),
      )
      assert.equal((error as { code?: string }).code, 'HELD_TOO_LONG')
      assert.match((error as Error).stack!, new RegExp(`    at (async )?Holding\\.${method} `))
      await assert.rejects(held, { code: 'ACTOR_DEAD', executed: 'maybe' })
      await assert.rejects(held, (rejected: Error) => rejected.message.includes(reason))
      assert.equal(await system.actor(holding.own).hello(), 'hello')
      await stopCleanly(system)
    })

  test('S37, S33: ends the thread of all that live in it, and they come back', async (t) => {
    const system = await withHolding(t)
    const [died, ...restarts] = [
      nextEvent(system, 'threadDied'),
      nextEvent(system, 'restarted', ({ name }) => name === 'limitedShared'),
      nextEvent(system, 'restarted', ({ name }) => name === 'neighbour'),
    ] as const
    const held = system.actor(holding.limitedShared).spin(sharedWord())
    const { thread, inHand, restarting } = await died
    assert.deepEqual([thread, inHand?.name, inHand?.method], ['limited-1', 'limitedShared', 'spin'])
    assert.deepEqual([...restarting].toSorted(), ['limitedShared', 'neighbour'])
    await assert.rejects(held, { code: 'ACTOR_DEAD', executed: 'maybe' })
    for (const { reason } of await Promise.all(restarts)) assert.match(reason, /limitedShared\.spin held it for/)
    assert.equal(await system.actor(holding.limitedShared).hello(), 'hello')
    assert.equal(await system.actor(holding.neighbour).marks(), 0)
    await stopCleanly(system)
  })

  test('S37: lets a handler wait for as long as it likes', async (t) => {
    const system = await withHolding(t)
    const limited = system.spawn(holding.limited)
    const [begun, until] = [new Future<void>(), new Future<void>()]
    const waiting = limited.awaits(begun, until)
    await begun
    // Another one, begun later, is ended meanwhile.
    const died = nextEvent(system, 'threadDied')
    system
      .spawn(holding.limited)
      .spin(sharedWord())
      .catch(() => {})
    await died
    until.set()
    await waiting
    assert.equal(await limited.hello(), 'hello')
    await stopCleanly(system)
  })

  test('S37: only tells of the main thread, which cannot be ended', async (t) => {
    const system = await withHolding(t, { watchdog: { busy: 10_000, stuck: 20_000 } })
    const stuck = nextEvent(system, 'stuck')
    await system.actor(holding.limitedOnMain).spinFor(600)
    const { thread, by } = await stuck
    assert.deepEqual([thread, by[0]?.name, by[0]?.method], ['main', 'limitedOnMain', 'spinFor'])
    assert.equal(await system.actor(holding.limitedOnMain).hello(), 'hello')
    await stopCleanly(system)
  })
})

describe('a thread that cannot be ended', () => {
  test('F8, S37: is given up: it is dead for all others, begins nothing more and sends nothing', async (t) => {
    const system = await withHolding(t)
    const pipe = makePipe(t)
    const limited = system.spawn(holding.limited, { name: 'reader' })
    const marker = system.actor(holding.marker)
    const [givenUp, died] = [nextEvent(system, 'givenUp'), nextEvent(system, 'threadDied')]
    const reading = limited.readAndTell(pipe.path, marker)
    const word = sharedWord()
    tell(limited).begin(word)
    const queued = limited.begin(word)
    const reason =
      /^its thread was ended: reader\.readAndTell held it for .* \(400 ms\); it stands in native code, and was given up$/
    const told = await givenUp
    assert.equal(told.thread, 'reader')
    assert.match(told.reason, reason)
    assert.match((await died).reason, reason)
    // Nobody waits for it.
    for (const call of [reading, queued]) await assert.rejects(call, { code: 'ACTOR_DEAD' })
    assert.match(await system.watch(limited), /held it for/)
    assert.equal(await system.actor(holding.own).hello(), 'hello')
    // It comes back, into an incarnation that is over.
    pipe.release()
    await someTurns()
    assert.equal(await marker.marks(), 0)
    const report = await system.stop()
    assert.deepEqual([report.late, report.forced], [[], []])
    assert.equal(Atomics.load(word, 0), 0)
  })

  test('F8, S37: is named by stop(), which keeps its deadline', async (t) => {
    const system = await withHolding(t, { stopTimeout: 2_000 })
    const pipe = makePipe(t)
    const givenUp = nextEvent(system, 'givenUp')
    const reading = system.actor(holding.own).read(pipe.path)
    await nextEvent(system, 'stuck')
    const report = await system.stop()
    assert.deepEqual(report, { late: ['own'], forced: [], givenUp: ['own'] })
    await givenUp
    await assert.rejects(reading, { code: 'ACTOR_DEAD', executed: 'maybe' })
    pipe.release()
  })
})

describe('objects of a thread that is blocked', () => {
  test('S41: are shown with class, State, queue, what is postponed and the handler in hand', async (t) => {
    const system = await withHolding(t)
    const door = system.actor(holding.door) as unknown as UntypedRemote
    const shared = system.actor(holding.shared)
    const [begun, until, word] = [new Future<void>(), new Future<void>(), sharedWord()]
    tell(door)['knock']!()
    const holdsDoor = door['hold']!(begun, until)
    await begun
    const passing = [door['pass']!(), door['pass']!(), door['pass']!()]
    // Sent later by the same thread, so when it answers all of these have arrived.
    await shared.hello()
    const held = shared.spin(word)
    const { objects } = await snapshotWhere(system, ({ threads }) =>
      threads.some(({ label, answered }) => label === 'together-1' && !answered),
    )
    const row = objects.find(({ name }) => name === 'door')!
    assert.deepEqual(
      [row.class, row.state, row.mode, row.queue, row.postponed, row.handling?.method, row.thread, row.incarnation],
      ['Door', 'Open', 'running', 4, 1, 'hold', 'together-1', 0],
    )
    const holder = objects.find(({ name }) => name === 'shared')!
    assert.deepEqual(
      [holder.class, holder.state, holder.queue, holder.handling?.method],
      ['Holding', undefined, 0, 'spin'],
    )
    release(word)
    until.set()
    await Promise.all([held, holdsDoor, ...passing])
    await stopCleanly(system)
  })
})
