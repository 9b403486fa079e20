/**
 * F9: a floating rejected promise, a throwing callback in user code. Which callbacks there are: test/threads/stray-errors.test.ts; what an
 * object does with such an error: test/core/strays.test.ts.
 */

import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { Future, nameOf, type Remote, type System } from '../../src/index.ts'
import { PLACEMENTS, type Placement } from '../clauses/support/placements.ts'
import { withSystem } from '../clauses/support/running.ts'
import { answeredSnapshot, dropped } from '../clauses/support/snapshot.ts'
import { stray, type Loose } from './fixtures/stray.ts'
import { REJECTERS, THROWERS } from './fixtures/throwers.ts'

type Running = System<typeof stray>

/** Two new objects: in one thread where the placement lets them share one. */
async function two(system: Running, placement: Placement): Promise<[Remote<Loose>, Remote<Loose>]> {
  const made = [0, 1].map(() => system.spawn(stray[`loose_${placement}`])) as [Remote<Loose>, Remote<Loose>]
  for (const one of made) await one.hello()
  return made
}

/** `told`: as what the next failure of an object is told to its onException. */
async function listening(remote: Remote<Loose>): Promise<{ readonly told: Future<string> }> {
  const told = new Future<string>()
  await remote.tellNext(told)
  return { told }
}

async function inspected(system: Running, remote: Remote<Loose>) {
  const { objects } = await answeredSnapshot(system)
  return objects.find(({ name }) => name === nameOf(remote))
}

const WAYS = [
  ...Object.keys({ ...THROWERS, ...REJECTERS }),
  // On Node 22 this one belongs to nobody.
  ...(process.version.startsWith('v22.') ? [] : ['MICROTASK']),
]

for (const placement of PLACEMENTS) {
  test(`F9: S33: is a failure of the object whose code it was, and nothing to its neighbours, on ${placement}`, (t) =>
    withSystem(stray, async (system) => {
      const [loose, neighbour] = await two(system, placement)
      for (const [times, what] of WAYS.entries())
        await t.test(what, async () => {
          const { told } = await listening(loose)
          await loose.throwIn(what, 'boom')
          const origin = what in REJECTERS && what !== 'an async listener' ? 'unhandledRejection' : 'uncaughtException'
          assert.equal(await told, `${origin}: boom`)
          assert.equal(await loose.hello(), `hello from ${nameOf(loose)}`)
          assert.equal(await neighbour.hello(), `hello from ${nameOf(neighbour)}`)
          assert.equal((await inspected(system, loose))!.failed, times + 1)
          assert.equal((await inspected(system, neighbour))!.failed, 0)
        })

      await t.test('two that reject in one run of microtasks', async () => {
        const both = await two(system, placement)
        const heard = await Promise.all(both.map(listening))
        for (const one of both) await one.rejectAtGate()
        for (const one of both) await one.openGate()
        assert.deepEqual(
          await Promise.all(heard.map(({ told }) => told)),
          both.map((one) => `unhandledRejection: boom of ${nameOf(one)}`),
        )
      })

      for (const thrown of [null, 'a text'])
        await t.test(`what is thrown is ${thrown}`, async () => {
          const { told } = await listening(loose)
          await loose.throwThis(thrown)
          assert.equal(await told, `uncaughtException: ${thrown}`)
          assert.equal(await loose.hello(), `hello from ${nameOf(loose)}`)
        })

      await t.test('its policy is to stop', async () => {
        const quitting = system.spawn(stray[`quitting_${placement}`])
        await quitting.throwIn('a timer', 'boom')
        assert.equal(await system.watch(quitting), 'an uncaught exception: boom')
        assert.equal(await neighbour.hello(), `hello from ${nameOf(neighbour)}`)
      })
    }))

  test(`F9: S33: restarts the object if its policy says so, and only that one, on ${placement}`, () =>
    withSystem(stray, async (system) => {
      const [, neighbour] = await two(system, placement)
      const fragile = system.actor(stray[`fragile_${placement}`])
      const restarted = new Promise<string>((resolve) => system.on('restarted', ({ reason }) => resolve(reason)))
      await fragile.throwIn('a promise that a timer rejects', 'boom')
      assert.equal(await restarted, 'an unhandled rejection: boom')
      assert.equal(await fragile.hello(), `hello from fragile_${placement}`)
      assert.equal((await inspected(system, fragile))!.incarnation, 1)
      assert.equal((await inspected(system, neighbour))!.incarnation, 0)
    }))

  test(`F9: S39: an error of an incarnation that is over is no failure of its successor, on ${placement}`, () =>
    withSystem(stray, async (system) => {
      const fragile = system.actor(stray[`fragile_${placement}`])
      const restarted = new Promise<void>((resolve) => system.on('restarted', () => resolve()))
      await fragile.rejectAtGate()
      await assert.rejects(fragile.crash(), /it had enough/)
      await restarted
      const before = dropped(await answeredSnapshot(system), 'old incarnation')
      await fragile.openGate()
      await fragile.hello()
      const snapshot = await answeredSnapshot(system)
      assert.equal(dropped(snapshot, 'old incarnation'), before + 1)
      const row = snapshot.objects.find(({ name }) => name === nameOf(fragile))!
      assert.deepEqual([row.incarnation, row.failed], [1, 0])
    }))
}

test('F9: S33: of code that belongs to no object it ends the thread, and no other', () =>
  withSystem(stray, async (system) => {
    const [loose, neighbour] = await two(system, 'own')
    const died = new Promise<string>((resolve) => system.on('threadDied', ({ reason }) => resolve(reason)))
    await loose.throwOutside()
    assert.match(await died, /boom of nobody/)
    assert.equal(await neighbour.hello(), `hello from ${nameOf(neighbour)}`)
  }))
