/** F5: while objects come back after the death of their thread, others talk to them, and they to each other. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Future, type System, type SystemEvents } from '../../src/index.ts'
import { dropped } from '../clauses/support/snapshot.ts'
import { remoteOf, running } from '../life/support/running.ts'
import { traced } from '../life/support/trace.ts'
import { comeback, parents, slowly } from './fixtures/comeback.ts'

function next<K extends keyof SystemEvents>(system: System, event: K): Promise<SystemEvents[K]> {
  return new Promise((resolve) => {
    const off = system.on(event, (what) => {
      off()
      resolve(what)
    })
  })
}

test('F5, S19: what is sent to one that its thread has not made again yet waits for it', async (t) => {
  traced(t)
  const system = await running(t, comeback)
  const [first, second, gate] = ['first', 'second', 'gate'].map((name) => remoteOf(system, name))
  const died = next(system, 'threadDied')
  await Promise.allSettled([first!['exit']!()])
  await died
  // Its thread has never heard of the one that died.
  const newcomer = system.spawn('newcomer' as never)
  const asked = new Future<void>()
  const answer = (newcomer as unknown as typeof first)!['ask']!(asked)
  await asked
  await gate!['open']!()
  // What the first one told it in its own thread has come, too.
  assert.equal(((await answer) as string[])[0], 'onInit')
  while (((await second!['heard']!()) as string[]).length < 2);
  assert.deepEqual(await second!['heard']!(), ['onInit', 'onStart'])
  assert.equal(dropped(await system.snapshot(), 'receiver dead'), 0)
})

test('F4, S34: a start that fails since the thread dies in it is charged once, also of one that has children', async (t) => {
  const trace = traced(t)
  const { exitCode } = process
  t.after(() => (process.exitCode = exitCode))
  const system = await running(t, parents)
  system.done.catch(() => {})
  const escalated = next(system, 'escalated')
  await Promise.allSettled([remoteOf(system, 'parent')['exit']!()])
  assert.match((await escalated).reason, /once more after 3 restarts/)
  assert.equal(trace.lines().filter((line) => line === 'parent onStart').length, 1 + 3)
})

test('F4, S34: one that waits for its restart can be stopped, and need not come back for that', async (t) => {
  const system = await running(t, slowly)
  const slow = remoteOf(system, 'slow')
  const died = next(system, 'threadDied')
  await system.killThread(slow)
  // It had nothing in hand, and the report does not say so.
  assert.equal((await died).inHand, undefined)
  const waiting = slow['heard']!() as Promise<unknown>
  // Its thread is dead already.
  await system.killThread(slow)
  await system.stopObject(slow)
  await assert.rejects(waiting, /slow is dead: the program stopped it/)
  assert.deepEqual((await system.snapshot()).objects, [])
})
