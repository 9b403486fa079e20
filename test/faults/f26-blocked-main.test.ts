/** F26: the main thread is blocked. The kernel is another thread: all else goes on, is watched and ended, and main hears of it afterwards. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tell } from '../../src/index.ts'
import { startQuietly, stopCleanly } from '../clauses/support/running.ts'
import { holding } from './fixtures/holding.ts'
import { nextEvent, sharedWord } from './support/events.ts'

test('F26: a thread that is held too long is ended while main is blocked, and nobody else dies', async (t) => {
  const system = await startQuietly(holding, { watchdog: { busy: 100, stuck: 60_000 } })
  t.after(async () => {
    await system.stop()
  })
  const told: string[] = []
  system.on('threadDied', ({ thread }) => told.push(`died ${thread}`))
  system.on('busy', ({ thread }) => told.push(`busy ${thread}`))
  const limited = system.spawn(holding.limited, { name: 'held' })
  await limited.hello()
  const died = nextEvent(system, 'threadDied')
  const word = sharedWord()
  tell(limited).spin(sharedWord())
  // Another thread wakes this one when it has heard of the death: that is told to it by the kernel, and by nobody else.
  tell(system.actor(holding.witness)).releaseWhenDead(limited, word)
  await system.actor(holding.witness).hello()
  Atomics.wait(word, 0, 0)
  assert.equal(told.length, 0, 'this thread was blocked')
  const { thread } = await died
  assert.equal(thread, 'held')
  // Not blamed for it, and alive.
  for (const name of ['own', 'other', 'shared', 'main'] as const)
    assert.equal(await system.actor(holding[name]).hello(), 'hello')
  assert.deepEqual(
    told.filter((line) => line.startsWith('died')),
    ['died held'],
  )
  await stopCleanly(system)
})

test('F26, S37: a main thread that is blocked is told of as busy, by whose code', async (t) => {
  const system = await startQuietly(holding, { watchdog: { busy: 100, stuck: 60_000 } })
  t.after(async () => {
    await system.stop()
  })
  const [busy, freed] = [nextEvent(system, 'busy'), nextEvent(system, 'freed')]
  await system.actor(holding.main).spinFor(500)
  const { thread, by } = await busy
  assert.deepEqual([thread, by[0]?.name, by[0]?.method], ['main', 'main', 'spinFor'])
  assert.equal((await freed).thread, 'main')
  await stopCleanly(system)
})
