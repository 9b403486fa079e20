/** S28, S39, S42: levels, names, and what is refused before anything starts. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  BadDefinition,
  StartError,
  actor,
  defineConfig,
  start,
  subsystem,
  task,
  Task,
  type Subsystem,
  type System,
} from '../../src/index.ts'
import { above, again, base, circle, first, itself, misspelt, second, top } from './fixtures/levels.ts'
import { failedStart, newUrl, nothingLeft } from './support/running.ts'
import { traced } from './support/trace.ts'

class Plain extends Task {}

async function refusedPlan(definitions: Subsystem, message: RegExp): Promise<void> {
  const error = await failedStart(definitions)
  assert.ok(error instanceof StartError, String(error))
  assert.equal(error.phase, 'plan')
  assert.ok(error.cause instanceof BadDefinition, String(error.cause))
  assert.match(error.message, message)
  await nothingLeft()
}

test('S28: a circle in `after` is refused, and listed', async () => {
  await refusedPlan(circle, /egg → hen → chick → egg/)
  await refusedPlan(itself, /ouroboros → ouroboros/)
})

test('S28: a circle that the order of the subsystems makes is refused, and listed', async () => {
  const config = defineConfig({ subsystems: [first, second], signals: false, log: { level: 'silent' } })
  await assert.rejects(
    start(newUrl(), config),
    (error) => error instanceof StartError && /six → seven → six; seven is of a later subsystem/.test(error.message),
  )
  await nothingLeft()
})

test('S28: an unknown name in `after` is refused with near names', async () => {
  await refusedPlan(misspelt, /client: after: \['wroker'\].*did you mean worker\?/)
})

test('S28: each subsystem is a level above the one before it, and `after` counts within it', async (t) => {
  const trace = traced(t)
  const config = defineConfig({ subsystems: [base, above, top], signals: false, log: { level: 'silent' } })
  const system = (await start(newUrl(), config)) as System
  try {
    const { objects } = await system.snapshot()
    assert.deepEqual(
      objects.toSorted((a, b) => a.level! - b.level!).map(({ name, level }) => `${name} ${level}`),
      ['one 0', 'two 1', 'three 2', 'four 3', 'five 4'],
    )
    assert.deepEqual(trace.namesAt('onStart'), ['one', 'two', 'three', 'four', 'five'])
  } finally {
    await system.stop()
  }
  assert.deepEqual(trace.namesAt('onStop'), ['five', 'four', 'three', 'two', 'one'])
})

test('S39: two objects of the same name are refused, and both places are named', async () => {
  const config = defineConfig({ subsystems: [base, again] })
  await assert.rejects(
    async () => start(newUrl(), config),
    (error: Error) => {
      assert.ok(error instanceof StartError)
      assert.match(
        error.message,
        /two objects are named one: one in .*levels\.ts, one in .*levels-again\.ts; names are unique/,
      )
      return true
    },
  )
  await nothingLeft()
})

test('S39: a key that a module registers twice is refused', () => {
  const url = newUrl()
  subsystem(url, { twice: task(Plain) })
  assert.throws(
    () => subsystem(url, { twice: task(Plain) }),
    (error: Error) => error instanceof BadDefinition && /registers twice twice; keys are unique/.test(error.message),
  )
})

test('S39: pids grow and are never used again', async (t) => {
  traced(t)
  const pids = new Set<number>()
  let last = 0
  const system = (await start(newUrl(), base, { signals: false })) as System
  try {
    for (const { pid } of (await system.snapshot()).objects) {
      assert.ok(pid > last)
      pids.add((last = pid))
    }
    for (let round = 0; round < 5; round++) {
      const child = system.spawn('one')
      await child['work']!(1)
      const row = (await system.snapshot()).objects.find(({ name }) => name.startsWith('one:'))
      assert.ok(row !== undefined && row.pid > last, 'a new object has a greater pid than any before it')
      pids.add((last = row.pid))
      await system.stopObject(child)
    }
  } finally {
    await system.stop()
  }
  assert.equal(pids.size, 7)
})

for (const name of ['1st', 'a.b', 'a/b', 'a@b', 'a:b', 'a>b', '*', '', 'ring#3', 'smörgås'])
  test(`S42: ${JSON.stringify(name)} is refused as a key, with what is expected`, () => {
    assert.throws(() => subsystem(newUrl(), { [name]: task(Plain) }), BadDefinition)
  })

for (const name of ['a', 'A-b_c9', 'worker2'])
  test(`S42: ${name} is a key`, () => void subsystem(newUrl(), { [name]: actor(Plain) }))
