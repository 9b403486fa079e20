/** Crashes that are answered with a restart in place (S32), budgets and groups (S34, S35), on real threads. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActorDead, Future, pidOf, tell, type System, type UntypedRemote } from '../../src/index.ts'
import { chain, phoenixes, together } from './fixtures/restart.ts'
import { runProgram } from './support/program.ts'
import { nothingLeft, remoteOf, running } from './support/running.ts'
import { traced } from './support/trace.ts'

const isBurnt = (error: unknown): boolean => error instanceof RangeError && error.message === 'burnt'

/** The next event of a kind. */
function next<K extends 'restarted' | 'ended' | 'escalated'>(system: System, event: K): Promise<unknown> {
  return new Promise((resolve) => {
    const off = system.on(event, (payload) => {
      off()
      resolve(payload)
    })
  })
}

/** The next restart of one object. */
function nextOf(system: System, name: string): Promise<void> {
  return new Promise((resolve) => {
    const off = system.on('restarted', (event) => {
      if (event.name !== name) return
      off()
      resolve()
    })
  })
}

for (const place of ['own', 'shared', 'main'] as const) {
  const key = `phoenix-${place}` as const
  const only = { [key]: phoenixes[key], listener: phoenixes.listener }

  test(`S32: a crash restarts the object: same name, pid and Remote, a new instance, its hooks run again, on ${place}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, only)
    const remote = remoteOf(system, key)
    const pid = pidOf(remote)
    await remote['say']!('lost with the instance')
    const restarted = next(system, 'restarted')
    await assert.rejects(async () => remote['crash']!(), isBurnt)
    assert.deepEqual(await remote['said']!(), [])
    assert.deepEqual(await restarted, { name: key, pid, incarnation: 1, reason: 'crash failed: burnt' })
    assert.equal(remoteOf(system, key), remote)
    const { objects } = await system.snapshot()
    assert.equal(objects.find(({ name }) => name === key)?.incarnation, 1)
    await system.stop()
    assert.deepEqual(
      trace.lines(),
      [
        'onInit',
        'onConfigure',
        'onStart',
        'crashes',
        'onStop crash failed: burnt',
        'onInit',
        'onConfigure',
        'onStart',
        'onStop the system is stopping',
      ].map((what) => `${key} ${what}`),
    )
    await nothingLeft()
  })

  test(`F22, S32: what waits behind a crash is handled by the next incarnation, in order; what failed is not tried again, on ${place}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, only)
    const remote = remoteOf(system, key)
    const crash = remote['crash']!()
    for (let n = 0; n < 100; n++) tell(remote)['say']!(String(n))
    const last = remote['say']!('last')
    await assert.rejects(async () => crash, isBurnt)
    assert.deepEqual(await last, [...Array.from({ length: 100 }, (_, n) => String(n)), 'last'])
    assert.equal(trace.lines().filter((line) => line.endsWith('crashes')).length, 1)
    const { threads } = await system.snapshot()
    for (const { counters } of threads) assert.deepEqual(counters.dropped, {})
  })

  test(`S32: timers of an incarnation that is over never fire; its observers hear the next one, on ${place}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, only)
    const [remote, listener] = [remoteOf(system, key), remoteOf(system, 'listener')]
    await listener['hear']!(key)
    await remote['sing']!('before')
    const crash = remote['crash']!()
    const timer = remote['startTimer']!()
    await assert.rejects(async () => crash, isBurnt)
    await timer
    await remote['sing']!('after')
    while (((await listener['heard']!()) as string[]).length < 2);
    assert.deepEqual(await listener['heard']!(), ['before', 'after'])
    // The timer was set by the new incarnation, and fires.
    while (!trace.lines().includes(`${key} timer`)) await remote['said']!()
    const again = [remote['startTimer']!(), remote['crash']!()]
    await again[0]
    await assert.rejects(async () => again[1], isBurnt)
    await remote['said']!()
    const fired = trace.lines().filter((line) => line === `${key} timer`).length
    assert.ok(fired <= 2)
  })

  test(`S10: a Future fails with the incarnation that holds it, S36: a watch outlives it, on ${place}`, async (t) => {
    traced(t)
    const system = await running(t, only)
    const remote = remoteOf(system, key)
    const future = new Future<number>()
    await remote['keep']!(future)
    const dead = system.watch(remote)
    await assert.rejects(async () => remote['crash']!(), isBurnt)
    await assert.rejects(
      async () => future,
      (error) => error instanceof ActorDead && error.executed === 'maybe',
    )
    assert.deepEqual(await remote['say']!('alive'), ['alive'])
    tell(remote)['leave']!()
    assert.match(await dead, /it has had enough/)
  })

  test(`S34: a stop that was asked for is never restarted, on ${place}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, only)
    const remote = remoteOf(system, key)
    await remote['leave']!()
    await system.watch(remote)
    await assert.rejects(async () => remote['said']!(), ActorDead)
    await system.stop()
    assert.equal(trace.lines().filter((line) => line.endsWith('onInit')).length, 1)
  })
}

test("S31: failure: 'restart' restarts for a tell that fails, but not for a call; { calls: true } for both", async (t) => {
  traced(t)
  const system = await running(t, { failing: phoenixes.failing, calls: phoenixes.calls })
  const failing = remoteOf(system, 'failing')
  await failing['say']!('here')
  await assert.rejects(async () => failing['fails']!(), isBurnt)
  assert.deepEqual(await failing['said']!(), ['here'])
  tell(failing)['fails']!()
  assert.deepEqual(await failing['said']!(), [])
  const calls = remoteOf(system, 'calls')
  await calls['say']!('here')
  await assert.rejects(async () => calls['fails']!(), isBurnt)
  assert.deepEqual(await calls['said']!(), [])
})

test('S34: a restart that always fails is tried as often as the budget allows; then the system stops, and done rejects', async (t) => {
  const trace = traced(t, { 'phoenix-own restart': 'throw' })
  const system = await running(t, { 'phoenix-own': phoenixes['phoenix-own'] })
  const code = process.exitCode
  const remote = remoteOf(system, 'phoenix-own')
  const [escalated, done] = [next(system, 'escalated'), system.done]
  await assert.rejects(async () => remote['crash']!(), isBurnt)
  const waiting = remote['said']!()
  await assert.rejects(async () => done, /the system stops, since phoenix-own .*3 restarts.*it cannot rise/)
  assert.match(JSON.stringify(await escalated), /it cannot rise/)
  await assert.rejects(async () => waiting, ActorDead)
  assert.equal(process.exitCode, 1)
  process.exitCode = code
  assert.equal(trace.lines().filter((line) => line.endsWith('onStart')).length, 4)
  await nothingLeft()
})

test('F4: while an object waits for its restart it is inspected, is sent to, and stops in time', async (t) => {
  traced(t)
  const system = await running(t, { slow: phoenixes.slow })
  const remote = remoteOf(system, 'slow')
  await assert.rejects(async () => remote['crash']!(), isBurnt)
  const waiting = remote['said']!()
  let shown = (await system.snapshot()).objects[0]!
  while (shown.mode !== 'halted' || shown.queue !== 1) shown = (await system.snapshot()).objects[0]!
  assert.deepEqual((await system.stop()).late, [])
  await assert.rejects(
    async () => waiting,
    (error) => error instanceof ActorDead && error.executed === 'no',
  )
})

test('F4: a restart that hangs is given up after startTimeout, and tried again', async (t) => {
  const trace = traced(t, { 'phoenix-own restart': 'hang' })
  const system = await running(
    t,
    { 'phoenix-own': phoenixes['phoenix-own'] },
    { startTimeout: 1_000, stopTimeout: 100 },
  )
  const code = process.exitCode
  const { done } = system
  await assert.rejects(async () => remoteOf(system, 'phoenix-own')['crash']!(), isBurnt)
  await assert.rejects(async () => done, /onStart did not end within 1 s/)
  process.exitCode = code
  assert.equal(trace.lines().filter((line) => line.endsWith('onStart')).length, 4)
})

test('S34: a stop in the middle of a restart is a clean end', async (t) => {
  traced(t, { 'phoenix-own restart': 'hang' })
  const system = await running(t, { 'phoenix-own': phoenixes['phoenix-own'] }, { stopTimeout: 100 })
  const escalated: string[] = []
  system.on('escalated', ({ reason }) => void escalated.push(reason))
  await assert.rejects(async () => remoteOf(system, 'phoenix-own')['crash']!(), isBurnt)
  let shown = (await system.snapshot()).objects[0]!
  while (shown.mode !== 'starting') shown = (await system.snapshot()).objects[0]!
  await system.stop()
  await system.done
  assert.deepEqual(escalated, [])
})

test('F18: a crash on every message is restarted as often as the budget allows; the process ends with a code that is not 0', async () => {
  const { code, stdout, stderr } = await runProgram('crash-loop.ts', { args: ['2'] }).ended
  assert.equal(code, 1, stderr)
  const lines = stdout.trim().split('\n')
  assert.deepEqual(lines.slice(0, 2), ['restarted doomed 1', 'restarted doomed 2'])
  assert.match(lines[2]!, /^escalated doomed has crashed once more after 2 restarts of the group doomed, other within/)
  assert.match(lines[3]!, /^done the system stops, since doomed has crashed once more/)
  assert.deepEqual(lines.slice(4), ['running false'])
  // One line for each failure and restart, and one for the end.
  assert.ok(stderr.trim().split('\n').length <= 7, stderr)
})

test('S35: oneForAll halts all, last first, and starts them again, first first; temporary ones end', async (t) => {
  const trace = traced(t)
  const system = await running(t, together)
  const ended = next(system, 'ended')
  const before = trace.lines().length
  await assert.rejects(async () => remoteOf(system, 'second')['crash']!(), isBurnt)
  for (const name of ['first', 'second', 'third']) assert.deepEqual(await remoteOf(system, name)['said']!(), [])
  assert.equal(((await ended) as { name: string }).name, 'passing')
  const order = trace
    .lines()
    .slice(before)
    .filter((line) => /onStop|onStart/.test(line))
    .map((line) => line.split(' ').slice(0, 2).join(' '))
  assert.deepEqual(
    order.filter((line) => !line.startsWith('passing')),
    ['second onStop', 'third onStop', 'first onStop', 'first onStart', 'second onStart', 'third onStart'],
  )
})

for (const name of ['first', 'second', 'third'])
  test(`S39: what an old incarnation still does is not heard of: ${name}`, async (t) => {
    traced(t)
    const system = await running(t, { ...together, listener: phoenixes.listener }, { stopTimeout: 50 })
    const [remote, listener] = [remoteOf(system, name), remoteOf(system, 'listener')]
    await listener['hear']!(name)
    const [gate, ended] = [new Future<void>(), new Future<string>()]
    const waiting = remote['goOn']!(gate, ended)
    await remote['said']!()
      .within(1)
      .catch(() => {})
    const crashed = name === 'first' ? 'second' : 'first'
    const restarted = next(system, 'restarted')
    await assert.rejects(async () => remoteOf(system, crashed)['crash']!(), isBurnt)
    await assert.rejects(
      async () => waiting,
      (error) => error instanceof ActorDead && error.executed === 'maybe',
    )
    await restarted
    await remote['sing']!('the next one')
    gate.set()
    // It is tied to the incarnation that is over.
    await assert.rejects(async () => ended, ActorDead)
    await remote['sing']!('again')
    while (((await listener['heard']!()) as string[]).length < 2);
    assert.deepEqual(await listener['heard']!(), ['the next one', 'again'])
  })

test('S35: restForOne restarts those that started after it, and no other', async (t) => {
  const trace = traced(t)
  const system = await running(t, chain)
  const before = trace.lines().length
  await assert.rejects(async () => remoteOf(system, 'two')['crash']!(), isBurnt)
  for (const name of ['one', 'two', 'three']) await remoteOf(system, name)['said']!()
  const order = trace.lines().slice(before)
  assert.deepEqual(
    order.filter((line) => /onStop|onStart/.test(line)).map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['two onStop', 'three onStop', 'two onStart', 'three onStart'],
  )
})

test('S35: a group whose budget is spent is restarted as a whole where the system allows it', async (t) => {
  traced(t)
  const system = await running(t, together, { groupBudget: { restarts: 1, within: 60_000 } })
  const code = process.exitCode
  const { done } = system
  const crash = async (): Promise<void> => assert.rejects(async () => remoteOf(system, 'first')['crash']!(), isBurnt)
  for (let n = 0; n < 5; n++) {
    const last = nextOf(system, 'third')
    await crash()
    await last
  }
  const { objects } = await system.snapshot()
  assert.deepEqual(
    objects.map(({ name, incarnation }) => [name, incarnation]),
    [
      ['first', 5],
      ['second', 5],
      ['third', 5],
    ],
  )
  await crash()
  await assert.rejects(async () => done, /first has crashed once more after 2 restarts/)
  process.exitCode = code
})

test('S32: children are stopped before their parent restarts; S34: what its children crash too often is its own crash', async (t) => {
  const trace = traced(t)
  const system = await running(t, { parent: phoenixes.parent, chick: phoenixes.chick })
  const parent = remoteOf(system, 'parent')
  const first = (await parent['makeChild']!('kid')) as UntypedRemote
  await first['said']!()
  const risen = nextOf(system, 'parent')
  await assert.rejects(async () => parent['crash']!(), isBurnt)
  await risen
  await assert.rejects(async () => first['said']!(), ActorDead)
  const lines = trace.lines()
  assert.ok(lines.findIndex((line) => line.startsWith('kid onStop')) < lines.lastIndexOf('parent onInit'))
  const child = (await parent['makeChild']!('kid-2')) as UntypedRemote
  const restarted: string[] = []
  system.on('restarted', ({ name }) => void restarted.push(name))
  for (let n = 0; n < 3; n++) {
    await assert.rejects(async () => child['crash']!(), isBurnt)
    await child['said']!()
  }
  const gone = next(system, 'ended')
  const again = nextOf(system, 'parent')
  await assert.rejects(async () => child['crash']!(), isBurnt)
  await gone
  await again
  await assert.rejects(async () => child['said']!(), ActorDead)
  assert.deepEqual(restarted, ['kid-2', 'kid-2', 'kid-2', 'parent'])
})
