/** Objects that are born beside their parents, without the kernel (S19, S27, S30, S32 to S34, S36, S39, S41): nobody can tell them from others. */

import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { ActorDead, BadDefinition, nameOf, pidOf, StartError, type UntypedRemote } from '../../src/index.ts'
import { births } from './fixtures/births.ts'
import { nothingLeft, remoteOf, running } from './support/running.ts'
import { traced } from './support/trace.ts'

async function grown(t: TestContext, settings = {}) {
  const trace = traced(t)
  const system = await running(t, births, settings)
  const tree = remoteOf(system, 'tree')
  await tree['warm']!()
  const make = (seed: number): Promise<UntypedRemote> => tree['make']!(seed) as Promise<UntypedRemote>
  return { trace, system, tree, make }
}

test('S39: one is found by its name, key:pid, from other threads, and is one Remote in each', async (t) => {
  const { system, tree, make } = await grown(t)
  const leaf = await make(7)
  const name = nameOf(leaf)
  assert.equal(name, `leaf:${pidOf(leaf)}`)
  assert.deepEqual(await leaf['whoami']!(), { name, pid: pidOf(leaf) })
  assert.equal(await tree['same']!(leaf, name), true)
  const second = await make(8)
  await remoteOf(system, 'other')['warm']!()
  // Nobody has told this thread, or that one, where it lives.
  const byName = remoteOf(system, nameOf(second))
  assert.equal(await byName['seed']!(), 8)
  assert.equal(byName, second)
  assert.equal(await remoteOf(system, 'other')['same']!(second, nameOf(second)), true)
})

test('S19: of one that has ended its name tells so, and one that never was has near names', async (t) => {
  const { system, make } = await grown(t)
  const leaf = await make(1)
  await leaf['leave']!()
  const byName = remoteOf(system, nameOf(leaf))
  await assert.rejects(
    async () => byName['seed']!(),
    (error) => error instanceof ActorDead && error.executed === 'no' && /had enough/.test(error.message),
  )
  await assert.rejects(async () => remoteOf(system, 'leaf:999999999')['seed']!(), /NoSuchActor/)
  const other = await make(2)
  await assert.rejects(async () => remoteOf(system, `idle:${pidOf(other)}`)['seed']!(), /NoSuchActor/)
  assert.equal(await other['seed']!(), 2)
})

test('S27: one whose constructor throws fails the calls to it with the StartError', async (t) => {
  const { make, tree } = await grown(t)
  const stillborn = await make(-1)
  await assert.rejects(
    async () => stillborn['seed']!(),
    // The one where it was on its way before the constructor ran, the other after.
    (error) =>
      error instanceof StartError ||
      (error instanceof ActorDead && /could not start: leaf:\d+ could not be/.test(error.message)),
  )
  await assert.rejects(
    async () => tree['makeAndCall']!(-1),
    (error) =>
      error instanceof StartError &&
      error.phase === 'construct' &&
      /leaf:\d+ could not be constructed: a seed below 0/.test(error.message),
  )
})

test('S32, S34: one that crashes is restarted with its name, pid and arguments; one crash too many is its parent’s', async (t) => {
  const { system, make, trace } = await grown(t)
  const restarts: string[] = []
  system.on('restarted', ({ name }) => restarts.push(name))
  const leaf = await make(5)
  const name = nameOf(leaf)
  for (let n = 0; n < 3; n++) {
    await assert.rejects(async () => leaf['crash']!(), /a crash of its own/)
    assert.deepEqual(await leaf['whoami']!(), { name, pid: pidOf(leaf) })
  }
  assert.equal(await leaf['seed']!(), 5)
  const { objects } = await system.snapshot()
  assert.equal(objects.find((object) => object.name === name)?.incarnation, 3)
  const gone = system.watch(leaf)
  await assert.rejects(async () => leaf['crash']!(), /a crash of its own/)
  assert.match(await gone, /its parent ended|parent/)
  assert.deepEqual(restarts.slice(0, 3), [name, name, name])
  assert.ok(trace.lines().length > 0)
})

test('S30: they end before their parent, the last one first, and so do those of their own, whoever has made them', async (t) => {
  const { system, tree, make, trace } = await grown(t)
  const [one, two] = [await make(1), await make(2)]
  const [beside, named] = (await one['makeTwo']!()) as UntypedRemote[]
  assert.equal(nameOf(named!), 'named')
  assert.equal(await remoteOf(system, 'named')['seed']!(), 2)
  const gone = system.watch(tree)
  await tree['leave']!()
  assert.match(await gone, /the tree leaves/)
  const stops = trace.lines().filter((line) => line.includes('onStop') && !line.includes('stopped it'))
  assert.deepEqual(
    stops.map((line) => line.split(' ')[0]),
    [nameOf(two), nameOf(beside!), 'named', nameOf(one)],
  )
  assert.match(stops[0]!, /its parent ended: the tree leaves/)
  await system.stop()
  await nothingLeft()
})

test('S36: who watches one is told of its end, and system.on(`ended`) too', async (t) => {
  const { system, tree, make } = await grown(t)
  const ended: string[] = []
  system.on('ended', ({ name, reason }) => ended.push(`${name}: ${reason}`))
  const leaf = await make(1)
  const dead = system.watch(leaf)
  await tree['end']!(leaf)
  assert.match(await dead, /tree stopped it/)
  await system.snapshot()
  assert.deepEqual(ended, [`${nameOf(leaf)}: tree stopped it`])
})

test('S42: a tree grows a branch at a time, the children of one in the order in which it has spawned them', async (t) => {
  const { tree } = await grown(t)
  assert.deepEqual(await tree['branch']!(2), [
    '1',
    '1.1',
    '1.1.1',
    '1.1.2',
    '1.2',
    '1.2.1',
    '1.2.2',
    '2',
    '2.1',
    '2.1.1',
    '2.1.2',
    '2.2',
    '2.2.1',
    '2.2.2',
  ])
})

for (const [busy, most, others] of [
  ['creep', 100_000, 'goes on spawning without end'],
  ['babble', 100_000, 'goes on talking without end'],
  ['toil', 300, 'has messages each of which takes longer than a turn'],
] as const)
  test(`S7: one is born also while another, that was spawned before, ${others}`, async (t) => {
    const { tree } = await grown(t)
    assert.equal(await tree['isBornBeside']!(busy, most), true)
  })

test('stop(child): of one that another has spawned is refused; system.stopObject is not', async (t) => {
  const { system, make } = await grown(t)
  const leaf = await make(1)
  await assert.rejects(
    async () => remoteOf(system, 'other')['end']!(leaf),
    (error) => error instanceof BadDefinition && /is no child of other/.test(error.message),
  )
  assert.equal(await leaf['seed']!(), 1)
})

test('S41: a snapshot shows them, also while their thread stands still', async (t) => {
  const { system, tree } = await grown(t)
  await tree['makeMany']!(100)
  const names = (await tree['names']!()) as string[]
  const shown = async () => (await system.snapshot()).objects.filter(({ name }) => names.includes(name))
  assert.deepEqual(
    new Set((await shown()).map((row) => `${row.class} ${row.mode} ${row.thread}`)),
    new Set(['Idle running tree']),
  )
  assert.equal((await shown()).length, 100)
  const spun = tree['spin']!(1_500)
  const still = await shown()
  assert.deepEqual(
    new Set(still.map((row) => `${row.class} ${row.mode} ${row.thread}`)),
    new Set(['Idle running tree']),
  )
  assert.equal(still.length, 100)
  await spun
})

test('S33: a thread that dies takes thousands of them along: all calls settle, the report names them, the parent comes back', async (t) => {
  const { system, tree } = await grown(t)
  await tree['makeMany']!(5_000)
  const names = (await tree['names']!()) as string[]
  const last = (await tree['last']!()) as UntypedRemote
  const byName = remoteOf(system, names[10]!)
  assert.equal(await byName['ping']!(), 1)
  const died = new Promise<{ readonly ended: readonly string[]; readonly restarting: readonly string[] }>((resolve) => {
    system.on('threadDied', resolve)
  })
  const dead = system.watch(last)
  await assert.rejects(async () => tree['exit']!(), ActorDead)
  const report = await died
  assert.deepEqual(report.restarting, ['tree'])
  assert.deepEqual(new Set(report.ended), new Set(names))
  assert.match(await dead, /exited with code 3/)
  for (const remote of [last, byName, remoteOf(system, names[20]!)])
    await assert.rejects(
      async () => remote['ping']!(),
      (error) => error instanceof ActorDead && /exited with code 3/.test(error.message),
    )
  await tree['warm']!()
  await tree['makeMany']!(10)
  assert.equal(((await tree['names']!()) as string[]).length, 10)
})

test('S30: a stop with 10,000 of them ends them all, in time', async (t) => {
  const { system, tree } = await grown(t)
  await tree['makeMany']!(10_000)
  const report = await system.stop()
  assert.deepEqual(report, { late: [], forced: [], givenUp: [] })
  await nothingLeft()
})
