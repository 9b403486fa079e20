/** S21, S22: what an object notifies, as a stream for code that is no observer. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  AbortError,
  ActorDead,
  BadDefinition,
  events,
  MailboxFull,
  NoSuchActor,
  pidOf,
  type EventStream,
  type System,
} from '../../src/index.ts'
import { speakers } from './fixtures/events.ts'
import { PAIRS, PLACEMENTS, type Placement } from './support/placements.ts'
import { describeSystem, startQuietly, stopCleanly } from './support/running.ts'
import { answeredSnapshot, dropped, snapshotWhere } from './support/snapshot.ts'

type Speakers = System<typeof speakers>
type Heard = EventStream<{ readonly method: string; readonly args: readonly unknown[] }>

const said = (n: number) => ({ method: 'said', args: [n, { n }] })
const hushed = { method: 'hushed', args: [] }
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, n) => first + n)

/** The next ones. */
async function next(stream: Heard, count: number): Promise<unknown[]> {
  const found: unknown[] = []
  while (found.length < count) {
    const { value, done } = await stream.next()
    assert.ok(done !== true, `the stream has ended after ${found.length} of ${count}`)
    found.push(value)
  }
  return found
}

/** All that is left to read. */
async function rest(stream: Heard): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const event of stream) found.push(event)
  return found
}

/** Waits until so many observe an object, and no more than that in its thread's eyes. */
async function observed(system: Speakers, remote: object, by: number): Promise<void> {
  const pid = pidOf(remote)
  await snapshotWhere(system, ({ objects }) => objects.some((one) => one.pid === pid && one.observers === by))
}

describeSystem({ title: 'a stream of notifications', program: speakers }, (running) => {
  const speaker = (placement: Placement) => running.system.actor(speakers[`speaker_${placement}`])
  const mortal = (placement: Placement) => running.system.spawn(speakers[`mortal_${placement}`])

  for (const placement of PLACEMENTS) {
    it(`S21: has what is notified after the call, in order, as copies; each stream has all, ${placement}`, async () => {
      const remote = speaker(placement)
      await remote.say(0)
      const [all, only] = [events(remote), events(remote, { only: ['hushed'] })]
      // Not waited for: what is called afterwards is handled after the observing has begun (S2).
      await remote.say(1, 3)
      await remote.hush()
      assert.deepEqual(await next(all, 4), [said(1), said(2), said(3), hushed])
      assert.deepEqual(await next(only, 1), [hushed])
      const waiting = all.next()
      const second = all.next()
      await remote.say(4, 5)
      assert.deepEqual([(await waiting).value, (await second).value], [said(4), said(5)])
      assert.equal(all.missed, 0)
      for (const stream of [all, only]) {
        const last = stream.next()
        await stream.return()
        for (const one of [last, stream.next()]) assert.deepEqual(await one, { value: undefined, done: true })
      }
    })

    it(`S21: has what others make it notify once it is ready, ${placement}`, async () => {
      const remote = speaker(placement)
      const stream = events(remote, { only: ['said'] })
      await stream.ready
      const reader = running.system.actor(speakers.reader_own)
      assert.deepEqual(await reader.readUpTo(remote, 20), upTo(20))
      assert.deepEqual(await next(stream, 20), upTo(20).map(said))
      await stream.return()
    })

    it(`S22, S32: goes on where the object is restarted, ${placement}`, async () => {
      const remote = speaker(placement)
      const stream = events(remote)
      await remote.say(1)
      await assert.rejects(remote.crash())
      await remote.say(2)
      // The old incarnation has said goodbye.
      assert.deepEqual(await next(stream, 3), [said(1), hushed, said(2)])
      await stream.return()
    })

    it(`S21: is done when the object has ended for good, and its last words have been read, ${placement}`, async () => {
      const { system } = running
      const remote = system.spawn(speakers[`speaker_${placement}`])
      const [stream, closed] = [events(remote, { capacity: 100 }), events(remote)]
      await remote.say(1, 99)
      await closed.return()
      await system.stopObject(remote)
      assert.deepEqual(await rest(stream), [...upTo(99).map(said), hushed])
      assert.deepEqual(await stream.next(), { value: undefined, done: true })
      await assert.rejects(events(remote).next(), ActorDead)
    })

    it(`S8: ends with MailboxFull where its reader is too slow, ${placement}`, async () => {
      const remote = speaker(placement)
      const stream = events(remote, { capacity: 4 })
      await stream.ready
      await remote.say(1, 4)
      assert.deepEqual(await next(stream, 4), upTo(4).map(said))
      await remote.say(5, 14)
      assert.equal(stream.missed, 6)
      await assert.rejects(stream.next(), (error) => {
        assert.ok(error instanceof MailboxFull)
        assert.match(
          error.message,
          new RegExp(
            `^events\\(speaker_${placement}\\):\\d+: more has come than its reader took: 4 notifications waited`,
          ),
        )
        return true
      })
      assert.deepEqual(await stream.next(), { value: undefined, done: true })
      await remote.say(15)
      assert.equal(stream.missed, 6)
    })

    it(`S8: drop-newest keeps the first ones, and counts those that it missed, ${placement}`, async () => {
      const remote = speaker(placement)
      const stream = events(remote, { capacity: 4, overflow: 'drop-newest' })
      await stream.ready
      const before = dropped(await answeredSnapshot(running.system), 'mailbox full')
      await remote.say(1, 10)
      assert.equal(stream.missed, 6)
      assert.equal(dropped(await answeredSnapshot(running.system), 'mailbox full'), before + 6)
      assert.deepEqual(await next(stream, 4), upTo(4).map(said))
      await remote.say(11)
      assert.deepEqual(await next(stream, 1), [said(11)])
      await stream.return()
      assert.equal(stream.missed, 6)
    })

    it(`S8: drop-oldest keeps the last ones, and counts those that it missed, ${placement}`, async () => {
      const remote = speaker(placement)
      const stream = events(remote, { capacity: 4, overflow: 'drop-oldest' })
      await stream.ready
      await remote.say(1, 100)
      await snapshotWhere(running.system, () => stream.missed === 96)
      assert.deepEqual(await next(stream, 4), upTo(100, 97).map(said))
      await stream.return()
    })

    for (const overflow of ['drop-newest', 'drop-oldest'] as const)
      it(`S8: the end of the object comes behind what waits for room, and takes none, ${overflow}, ${placement}`, async () => {
        const remote = mortal(placement)
        const stream = events(remote, { capacity: 4, overflow })
        await stream.ready
        await remote.say(1, 100)
        await running.system.stopObject(remote)
        const heard = await rest(stream)
        assert.equal(heard.length + stream.missed, 101)
        if (overflow === 'drop-newest') assert.deepEqual(heard, upTo(4).map(said))
        else assert.deepEqual(heard.slice(-4), [...upTo(100, 98).map(said), hushed])
      })

    it(`S21: leaving the loop ends the observing and leaves nothing behind, 10,000 times, ${placement}`, async () => {
      const { system } = running
      const remote = speaker(placement)
      await remote.say(0)
      for (let round = 0; round < 100; round++) {
        const streams = Array.from({ length: 100 }, () => events(remote))
        // Some are closed before they have begun.
        for (const stream of streams.slice(0, 30)) await stream.return()
        await remote.say(1)
        for (const stream of streams.slice(30))
          for await (const event of stream) {
            assert.deepEqual(event, said(1))
            break
          }
      }
      await observed(system, remote, 0)
      if (placement === 'main') return
      // Nor does the kernel know of any, who would tell the next thread.
      await system.killThread(remote)
      await remote.say(2)
      const { objects } = await answeredSnapshot(system)
      assert.equal(objects.find(({ pid }) => pid === pidOf(remote))?.observers, 0)
    })

    it(`S22: is refused where the object cannot be observed so, ${placement}`, async () => {
      const misspelt = events(speaker(placement), { only: ['sayd' as 'said'] })
      const wrong = {
        name: 'BadDefinition',
        message: new RegExp(`^events\\(speaker_${placement}, { only }\\): .* said, hushed, and not sayd$`),
      }
      await assert.rejects(misspelt.next(), wrong)
      await assert.rejects(misspelt.ready, wrong)
      assert.deepEqual(await misspelt.next(), { value: undefined, done: true })
      const stranger = running.system.actor(speakers[`stranger_${placement}`])
      const stream = events(stranger, { only: ['said'] })
      await stranger.say(1)
      assert.deepEqual(await next(stream, 1), [said(1)])
      stream[Symbol.dispose]()
      assert.equal((await stream.next()).done, true)
    })
  }

  for (const placement of ['own', 'shared'] as const) {
    it(`S22, S33: goes on where the thread of the object has died, and only what it asked for comes, ${placement}`, async () => {
      const { system } = running
      const remote = speaker(placement)
      const [all, only] = [events(remote), events(remote, { only: ['hushed'] })]
      await remote.say(1)
      for (let death = 1; death < 3; death++) {
        await system.killThread(remote)
        await remote.say(2)
      }
      await remote.hush()
      assert.deepEqual(await next(all, 4), [said(1), said(2), said(2), hushed])
      assert.deepEqual(await next(only, 1), [hushed])
      for (const stream of [all, only]) await stream[Symbol.asyncDispose]()
    })

    it(`S21: is done when the object has died with its thread and does not come back, ${placement}`, async () => {
      const { system } = running
      const remote = mortal(placement)
      const stream = events(remote)
      const [one, end] = [stream.next(), stream.next()]
      await remote.say(1)
      assert.deepEqual((await one).value, said(1))
      await system.killThread(remote)
      assert.deepEqual(await end, { value: undefined, done: true })
    })
  }

  for (const { caller, callee, shown } of PAIRS) {
    const reader = () => running.system.spawn(speakers[`reader_${caller}`])

    it(`S21: may be read in an object, ${shown}`, async () => {
      assert.deepEqual(await reader().readUpTo(speaker(callee), 5), upTo(5))
    })

    it(`S21: ends with the incarnation of the object that has opened it, ${shown}`, async () => {
      const { system } = running
      const remote = system.actor(speakers[`reader_${caller}`])
      await observed(system, speaker(callee), 0)
      await remote.leaveOpen(speaker(callee))
      await observed(system, speaker(callee), 1)
      await assert.rejects(remote.crash())
      assert.equal(await remote.left(), false)
      await observed(system, speaker(callee), 0)
    })
  }

  for (const placement of PLACEMENTS)
    it(`S21: a reader that has died with its thread is sent nothing any more, own → ${placement}`, async () => {
      const { system } = running
      const remote = system.spawn(speakers.reader_own)
      await remote.leaveOpen(speaker(placement))
      await observed(system, speaker(placement), 1)
      await system.killThread(remote)
      await observed(system, speaker(placement), 0)
      assert.equal(await remote.left(), false)
      await system.stopObject(remote)
    })

  it('S21: ends with AbortError when its signal aborts, and drops what waits', async () => {
    const remote = speaker('own')
    const [controller, reason] = [new AbortController(), new Error('enough')]
    const stream = events(remote, { signal: controller.signal })
    await stream.ready
    const waiting = stream.next()
    controller.abort(reason)
    await assert.rejects(waiting, (error) => {
      assert.ok(error instanceof AbortError)
      assert.equal(error.cause, reason)
      return true
    })
    const late = events(remote, { signal: controller.signal })
    await remote.say(1)
    await assert.rejects(late.next(), AbortError)
    for (const one of [stream, late]) assert.deepEqual(await one.next(), { value: undefined, done: true })
    const closed = events(remote, { signal: new AbortController().signal })
    await closed.return()
    await observed(running.system, remote, 0)
  })

  it('S19: rejects where nobody has the name', async () => {
    const stream = events(running.system.actor('speaker_owl' as 'speaker_own'))
    const waiting = stream.next()
    await assert.rejects(waiting, NoSuchActor)
    await assert.rejects(stream.ready, NoSuchActor)
    assert.equal((await stream.next()).done, true)
  })

  it('refuses what is no Remote, and options that are none', () => {
    const remote = speaker('own')
    const wrong: readonly [options: unknown, message: RegExp][] = [
      [{ onyl: ['said'] }, /events\(speaker_own, options\): there is no option onyl; did you mean only\?/],
      [{ only: 'said' }, /expected only: the names of output methods, as \['opened'\], found "said"/],
      [{ only: [] }, /expected only: /],
      [{ capacity: 0 }, /expected { capacity, overflow }, a whole number from 1/],
      [{ overflow: 'wait' }, /expected overflow: 'reject', .* since no notifier waits for a reader, found "wait"/],
      [{ overflow: 'newest' }, /expected { capacity, overflow }/],
      [{ signal: 1 }, /expected signal: an AbortSignal/],
      [null, /expected options as an object/],
    ]
    for (const [options, message] of wrong)
      assert.throws(
        () => events(remote, options as object),
        (error) => error instanceof BadDefinition && message.test(error.message),
      )
    assert.throws(() => events({}), { name: 'BadDefinition', message: /^events\(remote\): expected a Remote/ })
  })
})

describe('streams of notifications when the system stops', () => {
  for (const placement of PLACEMENTS)
    it(`S21: are done once the last words have been read, also afterwards, ${placement}`, async () => {
      const system = await startQuietly(speakers)
      const stream = events(system.actor(speakers[`speaker_${placement}`]))
      const [waiting, idle] = [events(system.actor('stranger_own')).next(), events(system.actor('stranger_own'))]
      await system.actor(speakers[`speaker_${placement}`]).say(1)
      await stopCleanly(system)
      assert.deepEqual(await rest(stream), [said(1), hushed])
      for (const one of [waiting, idle.next(), stream.next()])
        assert.deepEqual(await one, { value: undefined, done: true })
      await assert.rejects(events(system.actor('speaker_own')).next(), ActorDead)
    })
})
