/** What threads remember of those that have died, and where their objects come back, in virtual time. */

import assert from 'node:assert/strict'
import { mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ActorDead, task } from '../../src/index.ts'
import { testSystem } from '../../src/testing/index.ts'
import { Caller, Mortal, Slow, Waiter } from './fixtures/mortals.ts'

const QUIET = { log: { level: 'silent' } } as const
/** More than are remembered by name. */
const FIRST_DEATHS = 1_100
const MORE_DEATHS = 1_000
/** What it dies of: long, so that each one that is kept is seen. */
const REASON = 'a long reason '.repeat(500)

function usedMb(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  collect()
  return process.memoryUsage().heapUsed / 1e6
}

describe('a name whose object has ended with its thread', () => {
  test('S19: means whoever has it now, also for a thread that knew the old one', async () => {
    const sim = await testSystem(
      { caller: task(Caller), mortal: task(Mortal), fleeting: task(Mortal, { restart: 'temporary', count: 0 }) },
      QUIET,
    )
    const caller = sim.actor('caller')
    const old = sim.spawn('fleeting', { name: 'x' })
    assert.equal(await sim.run(caller.call('x')), 1)
    sim.kill('x' as 'mortal')
    await sim.settle()
    sim.spawn('fleeting', { name: 'x' })
    await sim.settle()
    assert.equal(await sim.run(caller.call('x')), 1)
    // Whoever holds a Remote of the old one has one of the old one.
    await assert.rejects(sim.run(old.hear()), ActorDead)
    await sim.stop()
  })
})

describe('those that shared a thread', () => {
  const shared = { thread: { group: 'g', threads: 1 } } as const
  const placesOf = async (sim: {
    snapshot(): Promise<{ readonly objects: readonly { name: string; place: number }[] }>
  }) => Object.fromEntries((await sim.snapshot()).objects.map(({ name, place }) => [name, place]))

  test('S33, S35: come back together, also where the next thread dies while they do', async () => {
    const sim = await testSystem({ caller: task(Caller), a: task(Slow, shared), b: task(Slow, shared) }, QUIET)
    sim.kill('a')
    // The first one is in its onStart, the second one waits for its turn.
    await sim.advance(500)
    sim.kill('a')
    assert.equal(await sim.run(sim.actor('caller').call('a')), 1)
    assert.equal(await sim.run(sim.actor('caller').call('b')), 1)
    const { a, b } = await placesOf(sim)
    assert.equal(a, b)
    await sim.stop()
  })

  test('S27, S33: are not waited for in onStart without end: the start fails after startTimeout, and is tried again', async () => {
    Waiter.starts = 0
    const sim = await testSystem({ a: task(Waiter, shared), b: task(Mortal, shared) }, { ...QUIET, startTimeout: 700 })
    const restarted: string[] = []
    sim.system.on('restarted', ({ name }) => void restarted.push(`${name} at ${sim.now}`))
    sim.kill('a')
    await sim.advance(1_000)
    assert.deepEqual(restarted, ['b at 700', 'a at 700'])
    await sim.stop()
  })

  test('S33: are joined by whoever comes to their group later', async () => {
    const sim = await testSystem({ a: task(Mortal, shared), later: task(Mortal, { ...shared, count: 0 }) }, QUIET)
    sim.kill('a')
    await sim.settle()
    sim.spawn('later', { name: 'b' })
    await sim.settle()
    const { a, b } = await placesOf(sim)
    assert.equal(a, b)
    await sim.stop()
  })
})

test('S33, S34: the texts that follow the death of a thread with very many objects name some of them', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'tsworks-')), 'log')
  const sim = await testSystem(
    { many: task(Mortal, { count: 200, thread: { group: 'g', threads: 1 } }) },
    { log: { level: 'error', file } },
  )
  const escalated = new Promise<string>((resolve) => void sim.system.on('escalated', ({ reason }) => resolve(reason)))
  sim.system.done.catch(() => {})
  for (let n = 0; n < 4; n++) {
    sim.kill('many#0')
    await sim.settle()
  }
  assert.match(await escalated, /^many#0, many#1, many#2, many#3, many#4 and 195 more have crashed once more/)
  assert.match(await readFile(file, 'utf8'), /to be restarted: many#0, many#1, many#2, many#3, many#4 and 195 more/)
  await sim.stop()
})

test(`S33: ${MORE_DEATHS} deaths of a thread leave no more behind than those before`, async () => {
  const sim = await testSystem({ caller: task(Caller), mortal: task(Mortal) }, { ...QUIET, trace: false })
  const die = async (times: number): Promise<void> => {
    for (let n = 0; n < times; n++) {
      assert.equal(await sim.run(sim.actor('caller').call('mortal')), 1)
      sim.kill('mortal', `${n}: ${REASON}`)
      await sim.advance(2_000)
    }
  }
  await die(FIRST_DEATHS)
  const before = usedMb()
  await die(MORE_DEATHS)
  const grown = usedMb() - before
  // Each thread that kept them all would have 7 MB more.
  assert.ok(grown < 3, `${grown.toFixed(1)} MB more`)
  await sim.stop()
})
