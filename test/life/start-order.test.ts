/** S27: the sequence in which a system starts. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActorDead, StartError } from '../../src/index.ts'
import { family, scriptedOn } from './fixtures/scripted.ts'
import { failedStart, remoteOf, running } from './support/running.ts'
import { traced } from './support/trace.ts'

/** Where a thread has to come up first, long enough for that on a machine that has other things to do. */
const IMPATIENT = { startTimeout: 4_000, stopTimeout: 50 }

const HOOKS = ['constructor', 'onInit', 'onConfigure', 'onStart'] as const

for (const [placement, definitions] of Object.entries(scriptedOn)) {
  const suffix = placement === 'own' ? '' : placement[0]!.toUpperCase() + placement.slice(1)
  const named = (name: string): string => `${name}${suffix}`

  test(`S27: all are constructed, then all onInit, then by level onConfigure, then by level onStart, on ${placement}`, async (t) => {
    const trace = traced(t)
    await running(t, definitions)
    const points = trace.lines().map((line) => line.split(' ')[1]!)
    // Side by side within a hook, but no hook of anybody before the hook before it has ended for all.
    assert.deepEqual(
      points,
      HOOKS.flatMap((hook) => Array<string>(4).fill(hook)),
    )
    for (const hook of ['onConfigure', 'onStart'])
      assert.deepEqual(
        trace.namesAt(hook).filter((name) => name !== named('beside')),
        ['first', 'second', 'third'].map(named),
      )
    assert.ok(
      trace.namesAt('onStart').indexOf(named('beside')) < 2,
      'one that waits for nobody starts in the first level',
    )
  })

  test(`S27: each hook is awaited before the next level goes on, on ${placement}`, async (t) => {
    const trace = traced(t, {
      [`${named('third')} onInit`]: 'slow',
      [`${named('first')} onConfigure`]: 'slow',
      [`${named('second')} onStart`]: 'slow',
    })
    await running(t, definitions)
    const lines = trace.lines()
    const at = (line: string): number => {
      const index = lines.indexOf(line)
      assert.notEqual(index, -1, `${line} was not noted`)
      return index
    }
    const firstOf = (point: string): number => lines.findIndex((line) => line.endsWith(` ${point}`))
    assert.ok(at(`${named('third')} onInit done`) < firstOf('onConfigure'))
    assert.ok(at(`${named('first')} onConfigure done`) < at(`${named('second')} onConfigure`))
    assert.ok(at(`${named('second')} onStart done`) < at(`${named('third')} onStart`))
  })

  test(`S27: a hook that does not end within startTimeout fails the start by name, on ${placement}`, async (t) => {
    traced(t, { [`${named('beside')} onConfigure`]: 'hang' })
    const alone = Object.fromEntries(Object.entries(definitions).filter(([key]) => key === named('beside')))
    const startTimeout = placement === 'main' ? 300 : IMPATIENT.startTimeout
    const error = await failedStart(alone, { ...IMPATIENT, startTimeout })
    assert.ok(error instanceof StartError, String(error))
    assert.equal(error.actor, named('beside'))
    assert.equal(error.phase, 'onConfigure')
    assert.match(error.message, /beside\w*: onConfigure did not end within \d+ m?s/)
  })
}

test('S27: a hook in an endless loop fails the start by name, and its thread is ended', async (t) => {
  traced(t, { 'beside onInit': 'spin' })
  const error = await failedStart({ beside: scriptedOn.own.beside }, IMPATIENT)
  assert.ok(error instanceof StartError, String(error))
  assert.equal(error.actor, 'beside')
  assert.equal(error.phase, 'onInit')
})

test('S28: a family in `after` means all of its members, and a member itself', async (t) => {
  const trace = traced(t)
  await running(t, family)
  const started = trace.namesAt('onStart')
  assert.deepEqual(started.slice(0, 3), ['ring#0', 'ring#1', 'ring#2'])
  assert.deepEqual(started.slice(3), ['afterAll'])
})

test('S30: a stop calls onStop from the highest level down, each with the reason', async (t) => {
  const trace = traced(t)
  const system = await running(t, scriptedOn.own)
  const report = await system.stop('the test is over')
  assert.deepEqual(report, { late: [], forced: [], givenUp: [] })
  assert.deepEqual(
    trace.namesAt('onStop').filter((name) => name !== 'beside'),
    ['third', 'second', 'first'],
  )
  assert.deepEqual(trace.lines().filter((line) => line.endsWith('reason: the test is over')).length, 4)
})

test('S30: after a stop every call rejects at once', async (t) => {
  const system = await running(t, scriptedOn.own)
  const remote = remoteOf(system, 'first')
  assert.equal(await remote['work']!(1), 1)
  await system.stop()
  await assert.rejects(
    async () => remote['work']!(2),
    (error) => error instanceof ActorDead && error.executed === 'no',
  )
  await assert.rejects(async () => remoteOf(system, 'never')['work']!(2), ActorDead)
})
