/** spawn(), stop() and watch() of objects (S30, S36, S39). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActorDead, BadDefinition, NoSuchActor, nameOf, pidOf, tell, type UntypedRemote } from '../../src/index.ts'
import { brood, type HenRemote } from './fixtures/brood.ts'
import { life } from './fixtures/family.ts'
import { wrong } from './fixtures/wrong-uses.ts'
import { nothingLeft, remoteOf, running } from './support/running.ts'
import { traced } from './support/trace.ts'

const templates = {
  child: life.child,
  sharedChild: life.sharedChild,
  mainChild: life.mainChild,
  besideChild: life.besideChild,
  light: life.light,
  lazy: life.lazy,
}
const PARENTS = ['parent', 'sharedParent', 'mainParent'] as const
const KEYS = ['child', 'sharedChild', 'mainChild', 'besideChild'] as const

for (const parentKey of PARENTS)
  for (const key of KEYS)
    test(`spawn: ${parentKey} makes ${key}, calls it, and stops it`, async (t) => {
      const trace = traced(t)
      const system = await running(t, { ...templates, [parentKey]: life[parentKey] })
      const parent = remoteOf(system, parentKey)
      const child = (await parent['make']!(key, { name: 'kid', args: [5] })) as UntypedRemote
      assert.equal(nameOf(child), 'kid')
      assert.equal(await child['seed']!(), 5)
      const { name, pid } = (await child['whoami']!()) as { name: string; pid: number }
      assert.equal(name, 'kid')
      assert.equal(pidOf(child), pid)
      assert.equal(await remoteOf(system, 'kid')['work']!(1), 1)
      const { objects } = await system.snapshot()
      const row = objects.find((object) => object.name === 'kid')!
      const parentRow = objects.find((object) => object.name === parentKey)!
      if (key === 'besideChild') assert.equal(row.thread, parentRow.thread)
      if (key === 'mainChild') assert.equal(row.thread, 'main')
      if (key === 'child')
        assert.ok(
          !objects.some((object) => object !== row && object.thread === row.thread),
          'it has a thread of its own',
        )
      const dead = system.watch(child)
      assert.equal(await parent['end']!(child), 'ended')
      assert.match(await dead, /stopped it/)
      await assert.rejects(
        async () => child['work']!(2),
        (error) => error instanceof ActorDead && error.executed === 'no',
      )
      assert.deepEqual(
        trace.lines().filter((line) => line.startsWith('kid ')),
        ['kid onInit', 'kid onStart', 'kid work 1', `kid onStop: ${parentKey} stopped it`],
      )
      // The name is free again, and means another object.
      const second = (await parent['make']!(key, { name: 'kid' })) as UntypedRemote
      assert.equal(await second['seed']!(), 0)
      assert.ok(pidOf(second)! > pid)
    })

for (const parentKey of PARENTS)
  test(`spawn: the Remote is there at once, and its name is key:pid, by ${parentKey}`, async (t) => {
    traced(t)
    const system = await running(t, { ...templates, [parentKey]: life[parentKey] })
    const { name, pid } = (await remoteOf(system, parentKey)['makeAndCall']!('sharedChild')) as {
      name: string
      pid: number
    }
    assert.equal(name, `sharedChild:${pid}`)
  })

test('spawn: from the system, with the definition or its key; an Actor, too', async (t) => {
  traced(t)
  const system = await running(t, templates)
  const byKey = system.spawn('mainChild')
  const byDefinition: UntypedRemote = system.spawn(life.light)
  const one = (await byKey['whoami']!()) as { name: string; pid: number }
  const two = (await byDefinition['whoami']!()) as { name: string; pid: number }
  assert.equal(one.name, `mainChild:${one.pid}`)
  assert.equal(two.name, `light:${two.pid}`)
  assert.equal(system.actor(one.name), byKey, 'there is one Remote for each object')
})

for (const key of KEYS)
  test(`spawn: a start that fails rejects the calls to it with the StartError, and the name is free again: ${key}`, async (t) => {
    traced(t, { 'child onInit': 'throw' })
    const system = await running(t, templates)
    const child = system.spawn(key, { name: 'kid' })
    const early = child['work']!(1)
    const failed = (error: unknown): boolean => {
      assert.match(String(error), /StartError: kid failed in onInit: the child throws on purpose/)
      return true
    }
    await assert.rejects(async () => early, failed)
    await assert.rejects(async () => child['work']!(2), failed)
    await assert.rejects(async () => system.spawn(key, { name: 'kid' })['work']!(1), failed)
    assert.deepEqual(
      (await system.snapshot()).objects.map(({ name }) => name),
      [],
    )
  })

test('spawn: a module that cannot be loaded rejects the calls, and leaves no thread', async (t) => {
  traced(t)
  const system = await running(t, templates)
  const child = system.spawn('lazy')
  await assert.rejects(async () => child['work']!(1), /StartError.*the module of the child throws on purpose/)
  await system.stop()
  await nothingLeft()
})

test('spawn: a name that is taken is refused, both places named, and the first one lives on', async (t) => {
  traced(t)
  const system = await running(t, { ...templates, friend: life.friend })
  const friend = remoteOf(system, 'friend')
  const second = system.spawn('mainChild', { name: 'friend' })
  assert.equal(system.actor('friend'), friend, 'the name means the first one all the while')
  await assert.rejects(
    async () => second['work']!(1),
    (error) =>
      error instanceof BadDefinition &&
      /spawn\(mainChild\): the name friend is taken by .*family\.ts.*names are unique/.test(error.message),
  )
  assert.equal(await friend['work']!(3), 3)
  assert.equal(await remoteOf(system, 'friend')['work']!(4), 4)
})

test('spawn: what is no key, and a name that is none, are refused', async (t) => {
  traced(t)
  const system = await running(t, templates)
  const misspelt = system.spawn('chidl')
  await assert.rejects(async () => misspelt['work']!(1), /BadDefinition.*found "chidl"; did you mean child\?/)
  const misnamed = system.spawn('child', { name: 'a.b' })
  await assert.rejects(async () => misnamed['work']!(1), /BadDefinition.*a\.b/)
})

test('spawn: children end before their parent, the last one first; a detached one lives on', async (t) => {
  const trace = traced(t)
  const system = await running(t, { ...templates, parent: life.parent })
  const parent = remoteOf(system, 'parent')
  for (const name of ['one', 'two'])
    await ((await parent['make']!('sharedChild', { name })) as UntypedRemote)['whoami']!()
  await remoteOf(system, 'one')['makeGrandchild']!()
  const detached = (await parent['make']!('mainChild', { name: 'three', detached: true })) as UntypedRemote
  await detached['whoami']!()
  const gone = system.watch(parent)
  await parent['leave']!()
  assert.match(await gone, /the parent leaves/)
  const stops = trace.lines().filter((line) => line.includes('onStop'))
  assert.deepEqual(
    stops.map((line) => line.split(' ')[0]),
    ['two', 'one-child', 'one', 'parent'],
  )
  assert.match(stops[0]!, /its parent ended: the parent leaves/)
  assert.equal(await detached['work']!(1), 1)
  await system.stop()
  assert.ok(trace.lines().some((line) => line.startsWith('three onStop')))
  await nothingLeft()
})

test('stop(child): of one that is not its child is refused', async (t) => {
  traced(t)
  const system = await running(t, { ...templates, parent: life.parent, friend: life.friend })
  await assert.rejects(
    async () => remoteOf(system, 'parent')['end']!(system.actor('friend')),
    (error) =>
      error instanceof BadDefinition && /parent: stop\(child\): friend is no child of parent/.test(error.message),
  )
  assert.equal(await remoteOf(system, 'friend')['work']!(1), 1)
})

test('stop(child): one that is dead already is settled at once', async (t) => {
  traced(t)
  const system = await running(t, { ...templates, parent: life.parent })
  const parent = remoteOf(system, 'parent')
  const child = (await parent['make']!('mainChild')) as UntypedRemote
  await child['whoami']!()
  assert.equal(await parent['end']!(child), 'ended')
  assert.equal(await parent['end']!(child), 'ended')
})

test('stop(child): one that hangs is killed when its time is over, and its calls reject', async (t) => {
  traced(t)
  for (const key of ['child', 'sharedChild', 'mainChild'] as const) {
    const system = await running(t, { ...templates, mainParent: life.mainParent }, { stopTimeout: 100 })
    const parent = remoteOf(system, 'mainParent')
    const child = (await parent['make']!(key)) as UntypedRemote
    await child['whoami']!()
    const hanging = child['hang']!()
    const queued = child['work']!(1)
    await parent['end']!(child)
    await assert.rejects(async () => hanging, ActorDead)
    await assert.rejects(async () => queued, ActorDead)
    await assert.rejects(async () => child['work']!(2), ActorDead)
    await system.stop()
  }
})

for (const key of KEYS)
  test(`stop(): after the message in hand, whose answer and tells still go out: ${key}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, { ...templates, friend: life.friend })
    const child = system.spawn(key, { name: 'kid' })
    await child['whoami']!()
    const answer = child['leave']!(system.actor('friend'))
    const behind = child['work']!(1)
    assert.equal(await answer, 'bye')
    await assert.rejects(
      async () => behind,
      (error) => error instanceof ActorDead && error.executed === 'no' && /had enough/.test(error.message),
    )
    // Nothing orders the child's tell and a call of ours; a stop would overtake it.
    while (!trace.lines().includes('friend work 7')) await remoteOf(system, 'friend')['whoami']!()
    await system.stop()
    assert.ok(trace.lines().includes('kid onStop: it has had enough'))
  })

test('S39: a family has all its members, by index, also when one has ended, in threads old and new', async (t) => {
  const { user, ring, late } = wrong
  const system = await running(t, { user, ring, late })
  const all = ['ring#0', 'ring#1', 'ring#2']
  await system.stopObject(system.actor('ring#0'))
  await system.stopObject(system.actor('ring#1'))
  assert.deepEqual(
    system.actors('ring').map((one) => nameOf(one)),
    all,
  )
  assert.deepEqual(await remoteOf(system, 'user')['namesOfRing']!(), all)
  assert.deepEqual(await system.spawn('late')['namesOfRing']!(), all)
  await assert.rejects(async () => (system.actors('ring')[0] as UntypedRemote)['work']!(), ActorDead)
})

test('S36: an object that watches is told once, also of one that is dead already, and of a crash', async (t) => {
  const trace = traced(t)
  for (const parentKey of PARENTS) {
    const system = await running(t, { ...templates, [parentKey]: life[parentKey] })
    const parent = remoteOf(system, parentKey)
    for (const [n, key] of KEYS.entries()) {
      const child = system.spawn(key, { name: `${parentKey}-${key}` })
      await child['whoami']!()
      await parent['watchIt']!(child)
      await parent['watchIt']!(child)
      await assert.rejects(async () => child['crash']!(), /a crash of its own/)
      await system.watch(child)
      while ((await parent['downs']!()) < n * 2 + 1);
      // Dead already: once more, for this asking.
      await parent['watchIt']!(child)
      while ((await parent['downs']!()) < n * 2 + 2);
    }
    assert.equal(await parent['downs']!(), KEYS.length * 2)
    await system.stop()
  }
  for (const line of trace.lines().filter((one) => one.includes('onDown')))
    assert.match(line, /: crash failed: a crash of its own$/)
})

test('S36: the system watches an object, and hears of the death of a whole thread', async (t) => {
  traced(t)
  const system = await running(t, { ...templates, friend: life.friend })
  const ended: string[] = []
  const off = system.on('ended', ({ name }) => void ended.push(name))
  const friend = remoteOf(system, 'friend')
  const [one, two] = [system.watch(friend), system.watch(friend)]
  tell(friend)['crash']!()
  assert.match(await one, /a crash of its own/)
  assert.match(await two, /a crash of its own/)
  assert.match(await system.watch(friend), /a crash of its own/)
  await system.snapshot()
  assert.deepEqual(ended, ['friend'])
  off()
})

test('F20: a call to a name that never was rejects now, with near names; to one that is dead, too', async (t) => {
  traced(t)
  const system = await running(t, { ...templates, friend: life.friend })
  await assert.rejects(
    async () => remoteOf(system, 'freind')['work']!(1),
    (error) => error instanceof NoSuchActor && error.executed === 'no' && /did you mean friend\?/.test(error.message),
  )
  const friend = remoteOf(system, 'friend')
  await system.stopObject(friend)
  await assert.rejects(async () => friend['work']!(1), ActorDead)
})

// What is remembered of those that have ended is bounded by their number, and so is not looked at here: names, reasons.
test('spawn: what has ended leaves nothing in its thread', async (t) => {
  const system = await running(t, brood)
  const hen = remoteOf(system, 'hen') as unknown as HenRemote
  await hen.hatch(1_000)
  const before = await hen.heap()
  await hen.hatch(3_000)
  const left = ((await hen.heap()) - before) / 3_000
  assert.ok(left < 1_500, `each has left ${left.toFixed()} bytes`)
})
