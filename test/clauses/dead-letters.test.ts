import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  call,
  Future,
  pidOf,
  tell,
  type Counters,
  type DeadLetter,
  type DeadLetterStream,
  type Snapshot,
  type System,
} from '../../src/index.ts'
import { CAPACITY, letters } from './fixtures/dead-letters.ts'
import { PAIRS, PLACEMENTS, type Placement } from './support/placements.ts'
import { describeSystem, startQuietly, stopCleanly } from './support/running.ts'
import { answeredSnapshot, counted, dropped, snapshotWhere } from './support/snapshot.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

/** The next ones, without what says where it was. */
async function next(stream: DeadLetterStream, count: number): Promise<Partial<DeadLetter>[]> {
  const found: Partial<DeadLetter>[] = []
  while (found.length < count) {
    const { value } = await stream.next()
    assert.ok(value !== undefined, 'the stream has ended')
    const { place, thread, ...letter } = value
    assert.equal(typeof thread, 'string')
    assert.equal(typeof place, 'number')
    found.push(letter)
  }
  return found
}

type Letters = System<typeof letters>

/** The two threads know each other from here on; and what has shown it is handled, or it might come beside what follows from elsewhere. */
async function meet(system: Letters, caller: Placement, key: `${'newest' | 'oldest'}_${Placement}`): Promise<void> {
  const pid = pidOf(system.actor(key))
  const handled = ({ objects }: Snapshot): number => objects.find((one) => one.pid === pid)?.handled ?? -1
  const before = handled(await answeredSnapshot(system))
  await system.actor(`sender_${caller}`).tellMany(key, 1)
  await snapshotWhere(system, (snapshot) => handled(snapshot) > before)
}

describeSystem({ title: 'mailboxes that drop', program: letters }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    it(`S8: drop-newest drops what finds no room, and its sender goes on, ${shown}`, async () => {
      const { system } = running
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const gate = system.actor(`newest_${callee}`)
      const sender = system.actor(`sender_${caller}`)
      await meet(system, caller, `newest_${callee}`)
      const stream = system.deadLetters()
      await stream.ready
      const before = dropped(await answeredSnapshot(system), 'mailbox full')
      const held = gate.hold(begun, until)
      await begun
      await sender.tellMany(`newest_${callee}`, 3 * CAPACITY)
      await assert.rejects(gate.take(7), { code: 'MAILBOX_FULL', executed: 'no' })
      assert.equal(dropped(await answeredSnapshot(system), 'mailbox full'), before + 2 * CAPACITY + 1)
      const told = Object.groupBy(await next(stream, 2 * CAPACITY + 1), ({ kind }) => kind!)
      const to = { name: `newest_${callee}`, pid: pidOf(gate) }
      const from = { name: `sender_${caller}`, pid: pidOf(sender) }
      const [method, reason] = ['take', 'mailbox full']
      assert.deepEqual(
        told.tell,
        upTo(2 * CAPACITY).map(() => ({ kind: 'tell', to, from, method, reason })),
      )
      assert.deepEqual(told.call, [{ kind: 'call', to, from: undefined, method, reason }])
      assert.equal(stream.missed, 0)
      await stream.return()
      until.set()
      await held
      await snapshotWhere(system, ({ objects }) => objects.some(({ pid, queue }) => pid === pidOf(gate) && queue === 0))
      assert.equal(await gate.take(3), 3)
    })

    it(`S8: drop-oldest keeps the newest; a call that is dropped rejects, ${shown}`, async () => {
      const { system } = running
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const gate = system.actor(`oldest_${callee}`)
      const sender = system.actor(`sender_${caller}`)
      await meet(system, caller, `oldest_${callee}`)
      const before = dropped(await answeredSnapshot(system), 'mailbox full')
      const held = gate.hold(begun, until)
      await begun
      const calls = Promise.allSettled(upTo(5 * CAPACITY).map((n) => gate.take(n)))
      await counted(system, (snapshot) => dropped(snapshot, 'mailbox full'), before + 4 * CAPACITY)
      await sender.tellMany(`oldest_${callee}`, CAPACITY)
      await counted(system, (snapshot) => dropped(snapshot, 'mailbox full'), before + 5 * CAPACITY)
      until.set()
      await held
      for (const outcome of await calls) {
        assert.equal(outcome.status, 'rejected')
        const { code, executed } = outcome.reason as { readonly code: string; readonly executed: string }
        assert.deepEqual({ code, executed }, { code: 'MAILBOX_FULL', executed: 'no' })
      }
      assert.equal(await gate.take(3), 3)
    })

    it(`S10: a Future in a tell that is dropped fails, ${shown}`, async () => {
      const { system } = running
      for (const key of [`newest_${callee}`, `oldest_${callee}`] as const) {
        const [begun, until] = [new Future<void>(), new Future<void>()]
        const gate = system.actor(key)
        const sender = system.actor(`sender_${caller}`)
        await meet(system, caller, key)
        const held = gate.hold(begun, until)
        await begun
        if (key.startsWith('newest')) await sender.tellMany(key, CAPACITY)
        const lost = sender.tellFuture(key)
        if (key.startsWith('oldest')) await sender.tellMany(key, CAPACITY)
        await assert.rejects(lost, { executed: 'no' })
        until.set()
        await held
        await gate.take(1).catch(() => {})
      }
    })
  }

  for (const place of PLACEMENTS) {
    it(`S8, S25: postponed messages never keep out the one that changes the State, ${place}`, async () => {
      const { system } = running
      const door = system.spawn(letters[`door_${place}`])
      const works: Promise<number>[] = []
      for (const n of upTo(CAPACITY)) works.push(Promise.resolve(door.work(n)))
      await snapshotWhere(system, ({ objects }) => objects.some(({ postponed }) => postponed === CAPACITY))
      await assert.rejects(door.work(99), {
        code: 'MAILBOX_FULL',
        executed: 'no',
        message: /was postponed, and 4 postponed messages/,
      })
      await door.go()
      assert.deepEqual(await Promise.all(works), upTo(CAPACITY))
      await system.stopObject(door)
    })

    it(`S8, S25: of too many postponed ones drop-oldest drops the oldest, ${place}`, async () => {
      const { system } = running
      const door = system.spawn(letters[`fresh_${place}`])
      for (const n of upTo(2 * CAPACITY)) {
        tell(door).work(n)
        await door.seen()
      }
      await door.go()
      // A question that came before the mailbox is empty again would push out one more.
      await snapshotWhere(system, ({ objects }) => objects.some(({ pid, queue }) => pid === pidOf(door) && queue === 0))
      assert.deepEqual(await door.seen(), upTo(2 * CAPACITY).slice(CAPACITY))
      await system.stopObject(door)
    })

    it(`S8: a mailbox holds 65,536 messages unless told otherwise, and as many as one likes where it says so, ${place}`, async () => {
      const { system } = running
      for (const [key, most] of [
        [`usual_${place}`, 65_536],
        [`endless_${place}`, 70_000],
      ] as const) {
        const [begun, until] = [new Future<void>(), new Future<void>()]
        const gate = system.actor(key)
        const held = gate.hold(begun, until)
        await begun
        let accepted = 0
        try {
          for (; accepted < 70_000; accepted++) tell(gate).take(accepted)
        } catch (error) {
          assert.equal((error as { readonly code?: string }).code, 'MAILBOX_FULL')
        }
        assert.equal(accepted, most)
        until.set()
        await held
      }
    })

    it(`S1: each kind of drop is counted once and is a dead letter, ${place}`, async () => {
      const { system } = running
      const gate = system.actor(`sender_${place}`)
      // In a thread that stays: of what is lost with a thread that leaves only the number is known.
      const mortal = system.spawn(letters[`usual_${place === 'own' ? 'shared' : place}`])
      await mortal.take(1)
      await system.stopObject(mortal)
      const stream = system.deadLetters()
      await stream.ready
      const nobody = system.actor('nobody' as never) as unknown as { hello(): Promise<void> }
      const strange = gate as unknown as { nothing(): Promise<void>; take(f: unknown): Promise<void> }
      await assert.rejects(nobody.hello(), { code: 'NO_SUCH_ACTOR' })
      await assert.rejects(strange.nothing(), { code: 'NO_SUCH_METHOD' })
      await assert.rejects(strange.take(new WeakMap()), { code: 'NOT_CLONEABLE' })
      await assert.rejects(mortal.take(2), { code: 'ACTOR_DEAD' })
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const held = gate.hold(begun, until)
      await begun
      const stop = new AbortController()
      const cancelled = call(gate, { signal: stop.signal }).take(3)
      stop.abort()
      await assert.rejects(cancelled, { code: 'ABORT_ERR' })
      until.set()
      await held
      const told = await next(stream, 5)
      assert.deepEqual(told.map(({ kind, method, reason }) => `${kind} ${method}: ${reason}`).toSorted(), [
        'call hello: no such actor',
        'call nothing: no such method',
        'call take: cancelled',
        'call take: not cloneable',
        'call take: receiver dead',
      ])
      assert.deepEqual(told.find(({ reason }) => reason === 'no such actor')!.to, { name: 'nobody', pid: undefined })
      await stream.return()
    })
  }

  it('S1: each stream has all of them, as many as it has room for; the others it counts', async () => {
    const { system } = running
    const [all, few] = [system.deadLetters(), system.deadLetters({ capacity: 2 })]
    await Promise.all([all.ready, few.ready])
    const nobody = tell(system.actor('nobody' as never)) as unknown as { hello(): void }
    for (let n = 0; n < 5; n++) nobody.hello()
    assert.equal((await next(all, 5)).length, 5)
    assert.equal((await next(few, 2)).length, 2)
    assert.deepEqual([all.missed, few.missed], [0, 3])
    await few.return()
    await few.return()
    nobody.hello()
    for await (const letter of all) {
      assert.equal(letter.to?.name, 'nobody')
      break
    }
    assert.deepEqual(await all.next(), { value: undefined, done: true })
  })

  it('S1: a flood of drops is told of as far as there is room, and the rest is counted: nothing is lost', async () => {
    const { system } = running
    const stream = system.deadLetters({ capacity: Infinity })
    await stream.ready
    const before = dropped(await answeredSnapshot(system), 'mailbox full')
    const [begun, until] = [new Future<void>(), new Future<void>()]
    const held = system.actor('newest_own').hold(begun, until)
    await begun
    await system.actor('sender_shared').tellMany('newest_own', 20_000)
    until.set()
    await held
    const full = dropped(await answeredSnapshot(system), 'mailbox full') - before
    assert.ok(full >= 20_000 - CAPACITY)
    let told = 0
    while (told + stream.missed < full) told += (await next(stream, 1)).length
    assert.equal(told + stream.missed, full)
    assert.ok(stream.missed > 0)
    await stream.return()
  })

  it('S1: what is no capacity is refused', () => {
    assert.throws(() => running.system.deadLetters({ capacity: 0 }), { code: 'BAD_DEFINITION' })
    assert.throws(() => running.system.deadLetters({ size: 5 } as never), /expected \{ capacity \}/)
  })
})

describe('dead letters', () => {
  it('S1, S33: what was sent is handled or counted, notifications and what stood in line in a thread that dies included', async () => {
    const system = await startQuietly(letters)
    await system.observe(system.actor('sender_shared'), { rang: () => {} })
    await system.actor('sender_shared').ring(1)
    const [begun, until] = [new Future<void>(), new Future<void>()]
    const gate = system.actor('patient_shared')
    const held = gate.hold(begun, until)
    await begun
    const sender = system.actor('sender_own')
    await sender.tellMany('patient_shared', 2 * CAPACITY)
    const aborted = call(gate, { signal: AbortSignal.abort() }).take(0)
    await assert.rejects(aborted, { executed: 'no' })
    const back = Promise.withResolvers<void>()
    system.on('restarted', () => back.resolve())
    await system.killThread(sender, 'the test wants it')
    await back.promise
    until.set()
    await held
    const of = (count: (counters: Counters) => number, { threads, ended }: Snapshot): number =>
      threads.reduce((sum, { counters }) => sum + count(counters), count(ended))
    const sums = await snapshotWhere(system, (snapshot) => {
      const sent = of((counters) => counters.sent, snapshot)
      const handled = of((counters) => counters.handled, snapshot)
      const lost = dropped(snapshot, 'thread died') + dropped(snapshot, 'cancelled')
      // ring and its notification, hold, tellMany and what it has told, and the call that was not sent.
      return sent === 5 + 2 * CAPACITY && handled + lost === sent
    })
    // More, if the two threads were not introduced yet.
    assert.ok(dropped(sums, 'thread died') >= CAPACITY)
    assert.equal(dropped(sums, 'cancelled'), 1)
    await stopCleanly(system)
  })

  it('S1: their streams end when the system has stopped, what had come first', async () => {
    const system = await startQuietly(letters)
    const stream = system.deadLetters()
    await stream.ready
    const waiting = system.deadLetters()
    const nobody = system.actor('nobody' as never) as unknown as { hello(): Promise<void> }
    await assert.rejects(nobody.hello(), { code: 'NO_SUCH_ACTOR' })
    await stopCleanly(system)
    const reasons: string[] = []
    for await (const { reason } of stream) reasons.push(reason)
    assert.equal(reasons[0], 'no such actor')
    assert.deepEqual((await waiting.next()).value?.reason, 'no such actor')
  })
})
