/** F5, F6, F7, F19: a thread dies, and its objects come back in another one (S33). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  Future,
  pidOf,
  tell,
  type ActorDead,
  type System,
  type ThreadReport,
  type UntypedRemote,
} from '../../src/index.ts'
import { dropped, snapshotWhere } from '../clauses/support/snapshot.ts'
import { LINKS } from '../clauses/support/running.ts'
import { nothingLeft, remoteOf, running } from '../life/support/running.ts'
import { traced } from '../life/support/trace.ts'
import { mortals, sharing } from './fixtures/mortals.ts'

/** What became of a call. */
async function outcome(call: PromiseLike<unknown>): Promise<string> {
  try {
    return `value ${JSON.stringify(await call)}`
  } catch (error) {
    const { code, executed } = error as ActorDead
    return `${code} ${executed}`
  }
}

/** The next restarts of objects of these names, all of them. */
function restarts(system: System, ...names: string[]): Promise<string[]> {
  const seen: string[] = []
  return new Promise((resolve) => {
    const off = system.on('restarted', ({ name }) => {
      if (!names.includes(name)) return
      seen.push(name)
      if (seen.length < names.length) return
      off()
      resolve(seen)
    })
  })
}

for (const link of LINKS) {
  test(`F5, S33: a thread is ended from outside in the middle of a handler (${link})`, async (t) => {
    const trace = traced(t)
    const system = await running(t, mortals, { link })
    const [mortal, other, listener] = ['mortal', 'other', 'listener'].map((name) => remoteOf(system, name))
    const pid = pidOf(mortal!)
    await other!['callOther']!('mortal', 'early')
    const answered = Array.from({ length: 100 }, async (_, n) => outcome(mortal!['say']!(String(n))))
    const begun = new Future<void>()
    const inHand = outcome(mortal!['hold']!(begun))
    const behind = Array.from({ length: 5 }, async () => outcome(mortal!['say']!('behind')))
    for (let n = 0; n < 7; n++) tell(mortal!)['say']!('told behind')
    await begun
    await listener!['watchIt']!('mortal')
    const watched = system.watch(mortal!)
    const back = restarts(system, 'mortal')
    const died = new Promise((resolve) => void system.on('threadDied', resolve))
    const before = await system.snapshot()

    await system.killThread(mortal!, 'the test wants it')

    assert.deepEqual(
      await Promise.all(answered),
      Array.from({ length: 100 }, (_, n) => `value ${n + 2}`),
    )
    assert.equal(await inHand, 'ACTOR_DEAD maybe')
    assert.deepEqual(
      await Promise.all(behind),
      Array.from({ length: 5 }, () => 'ACTOR_DEAD no'),
    )
    const { reason, restarting, ended, lost } = (await died) as ThreadReport
    assert.deepEqual(
      { reason, restarting, ended, lost },
      {
        reason: 'its thread was ended: the test wants it',
        restarting: ['mortal'],
        ended: [],
        lost: { maybe: 1, no: 5, messages: 12 },
      },
    )
    await back
    // The old Remotes work again, of whomever they are; it is another instance in another thread, and keeps its pid.
    assert.equal(await mortal!['say']!('again'), 1)
    assert.equal(await other!['callOther']!('mortal', 'again'), 2)
    assert.deepEqual(await mortal!['said']!(), ['again', 'again'])
    assert.equal(await mortal!['starts']!(), 1)
    assert.deepEqual([pidOf(mortal!), system.actor('mortal' as never)], [pid, mortal])
    const after = await system.snapshot()
    assert.equal(after.objects.find(({ name }) => name === 'mortal')?.incarnation, 1)
    assert.equal(after.threads.length, before.threads.length)
    // Those that waited in the mailbox are lost, and counted: 5 calls and 7 tells.
    assert.equal(dropped(after, 'thread died'), 12)
    // A restart is no death.
    assert.deepEqual(await listener!['downs']!(), [])
    await system.stopObject(mortal!)
    assert.match(await watched, /the program stopped it/)
    await system.stop()
    assert.deepEqual(
      trace.lines().filter((line) => line.startsWith('mortal')),
      ['onInit', 'onConfigure', 'onStart', 'onInit', 'onConfigure', 'onStart'].map((hook) => `mortal ${hook}`),
    )
    await nothingLeft()
  })

  test(`F5, S12: what it had answered before it died arrives (${link})`, async (t) => {
    const system = await running(t, mortals, { link })
    const mortal = remoteOf(system, 'mortal')
    const back = restarts(system, 'mortal')
    assert.equal(await mortal['answerAndExit']!(), 'the last words')
    await back
    assert.equal(await mortal['say']!('again'), 1)
  })

  test(`F5, S19: calls during the restart wait for it, those to names too, and first calls (${link})`, async (t) => {
    const system = await running(t, mortals, { link })
    const mortal = remoteOf(system, 'mortal')
    const crash = outcome(mortal['exit']!(1))
    const died = new Promise((resolve) => void system.on('threadDied', resolve))
    await died
    assert.equal(await crash, 'ACTOR_DEAD maybe')
    // Nothing was told to it by this Task before.
    const calls = [mortal['say']!('a'), mortal['say']!('b'), remoteOf(system, 'other')['callOther']!('mortal', 'c')]
    assert.deepEqual(new Set(await Promise.all(calls)), new Set([1, 2, 3]))
    assert.deepEqual((await (mortal['said']!() as Promise<string[]>)).slice(0, 2).includes('a'), true)
  })
}

test('F5, S21: observers of an object whose thread dies hear its next incarnation, from its start on', async (t) => {
  const system = await running(t, mortals)
  const [mortal, near, far] = ['mortal', 'listener', 'far'].map((name) => remoteOf(system, name))
  await near!['hear']!('mortal')
  await far!['hear']!('mortal')
  const outside: string[] = []
  await system.observe('mortal' as never, { sang: (text: string) => void outside.push(text) } as never)
  await mortal!['sing']!('before')
  await outcome(mortal!['exit']!(1))
  await mortal!['sing']!('after')
  const song = ['before', 'mortal has started', 'after']
  for (const listener of [near!, far!]) {
    while (((await listener['heard']!()) as string[]).length < 3);
    assert.deepEqual(await listener['heard']!(), song)
  }
  assert.deepEqual(outside, song)
})

test('F5, S21: an observer whose thread dies is still an observer when it is back', async (t) => {
  const system = await running(t, mortals)
  const [mortal, far] = ['mortal', 'far'].map((name) => remoteOf(system, name))
  await far!['hear']!('mortal')
  await system.killThread(far!)
  await mortal!['sing']!('for those who are back')
  while (((await far!['heard']!()) as string[]).length < 1);
  assert.deepEqual(await far!['heard']!(), ['for those who are back'])
})

test('F5, S35: children end with a parent whose thread dies, also those that live elsewhere; a child of a dead thread comes back', async (t) => {
  const system = await running(t, mortals)
  const mortal = remoteOf(system, 'mortal')
  const child = (await mortal['makeChild']!('offspring')) as UntypedRemote
  assert.equal(await child['say']!('mama'), 1)
  await outcome(child['exit']!(1))
  assert.equal(await child['say']!('mama'), 1)
  const gone = system.watch(child)
  await outcome(mortal['exit']!(1))
  assert.match(await gone, /its parent has crashed: its thread exited with code 1/)
  assert.equal(await outcome(child['say']!('mama')), 'ACTOR_DEAD no')
  // Its name is free again.
  const next = (await mortal['makeChild']!('offspring')) as UntypedRemote
  assert.equal(await next['say']!('mama'), 1)
})

test('F6, S33: process.exit(0) in user code is a crash', async (t) => {
  const system = await running(t, mortals)
  const mortal = remoteOf(system, 'mortal')
  const [back, died] = [restarts(system, 'mortal'), new Promise((resolve) => void system.on('threadDied', resolve))]
  assert.equal(await outcome(mortal['exit']!(0)), 'ACTOR_DEAD maybe')
  assert.equal(((await died) as { reason: string }).reason, 'its thread exited with code 0')
  await back
  assert.equal(await mortal['say']!('again'), 1)
})

test('F7, S33: a thread whose heap is exhausted dies alone, says so, and comes back', async (t) => {
  const system = await running(t, mortals)
  const small = remoteOf(system, 'small')
  const [back, died] = [restarts(system, 'small'), new Promise((resolve) => void system.on('threadDied', resolve))]
  assert.equal(await outcome(small['exhaust']!()), 'ACTOR_DEAD maybe')
  assert.equal(((await died) as { reason: string }).reason, 'its thread ran out of memory')
  assert.equal(await remoteOf(system, 'other')['say']!('unharmed'), 1)
  await back
  assert.equal(await small['say']!('again'), 1)
})

test('F19, S35: those that share a thread die together, are restarted in the order of their start, and charged once', async (t) => {
  const trace = traced(t)
  const system = await running(t, sharing)
  const [first, passing] = ['first', 'passing'].map((name) => remoteOf(system, name))
  const passed = system.watch(passing!)
  let escalated = false
  system.on('escalated', () => void (escalated = true))
  for (let n = 0; n < 3; n++) {
    const before = trace.namesAt('onStart').length
    const back = restarts(system, 'first', 'second', 'third')
    await system.killThread(first!, 'the test wants it')
    assert.deepEqual(await back, ['first', 'second', 'third'])
    assert.deepEqual(trace.namesAt('onStart').slice(before), ['first', 'second', 'third'])
  }
  assert.match(await passed, /the test wants it/)
  assert.equal(escalated, false)
  const { objects } = await system.snapshot()
  assert.equal(new Set(objects.map(({ thread }) => thread)).size, 1)
  // One more is one too many: they are in one group, whose budget is 3 in 5 s, unless the machine was so slow that these are over.
  system.done.catch(() => {})
})

test('F5, S1: whoever dies, what was sent was handled, or is counted as dropped', async (t) => {
  const system = await running(t, sharing, { groupBudget: { restarts: 9, within: 60_000 } })
  const [first, second] = ['first', 'second'].map((name) => remoteOf(system, name))
  const back = restarts(system, 'first', 'second')
  for (let n = 0; n < 50; n++) tell(second!)['say']!('from outside')
  const last = outcome(first!['tellAndExit']!(second!, 1_000))
  for (let n = 0; n < 50; n++) tell(second!)['say']!('from outside')
  assert.equal(await last, 'ACTOR_DEAD maybe')
  await back
  await second!['say']!('again')
  // 2,000 by its objects to each other, 100 tells and a call from here, and the last call.
  const sums = await snapshotWhere(system, ({ threads, ended }) => {
    const all = [...threads.map(({ counters }) => counters), ended]
    const sent = all.reduce((sum, counters) => sum + counters.sent, 0)
    const handled = all.reduce((sum, counters) => sum + counters.handled, 0)
    const lost = all.reduce((sum, { dropped: reasons }) => sum + (reasons['thread died'] ?? 0), 0)
    return sent === 2_102 && handled + lost === sent
  })
  assert.ok(dropped(sums, 'thread died') >= 2_000)
})

test('F4, S34: a thread that dies in each restart spends the budget once for each; stop and inspection work meanwhile', async (t) => {
  traced(t, { 'mortal onStart': 'exit' })
  const system = await running(t, mortals)
  const exitCode = process.exitCode
  t.after(() => (process.exitCode = exitCode))
  const died: unknown[] = []
  system.on('threadDied', (event) => void died.push(event))
  const failed = outcome(system.done)
  await outcome(remoteOf(system, 'mortal')['exit']!(1))
  assert.ok((await system.snapshot()).objects.length > 0)
  assert.equal(await failed, 'BUDGET_SPENT undefined')
  // The first one, and three restarts.
  assert.equal(died.length, 4)
  assert.equal(process.exitCode, 1)
})
