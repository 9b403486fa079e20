/** S29: a start that fails names object, phase and cause, stops what had started, and leaves nothing. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { test, type TestContext } from 'node:test'
import { StartError, type Settings, type StartPhase, type Subsystem } from '../../src/index.ts'
import { broken } from './fixtures/broken.ts'
import { neverInThreads } from './fixtures/broken/never-in-threads.ts'
import { onMainOnly } from './fixtures/broken/registers-on-main.ts'
import { throwsInThreads } from './fixtures/broken/throws-in-threads.ts'
import { scriptedOn } from './fixtures/scripted.ts'
import { failedStart, nothingLeft } from './support/running.ts'
import { traced, type Script } from './support/trace.ts'

interface Expected {
  readonly actor: string
  readonly phase: StartPhase
  /** What the message says, the cure included. */
  readonly says: readonly RegExp[]
}

async function refused(
  definitions: Subsystem,
  { actor, phase, says }: Expected,
  settings: Settings = {},
): Promise<StartError> {
  const error = await failedStart(definitions, settings)
  assert.ok(error instanceof StartError, String(error))
  assert.equal(error.actor, actor, error.message)
  assert.equal(error.phase, phase, error.message)
  assert.match(error.message, new RegExp(`\\b${actor}\\b`))
  for (const what of says) assert.match(error.message, what)
  await nothingLeft()
  return error
}

/** For one that hangs on the main thread; where a thread has to come up first, it gets longer. */
const IMPATIENT: Settings = { startTimeout: 400, stopTimeout: 50 }

const BROKEN: Readonly<
  Record<keyof typeof broken, { readonly what: string; readonly phase: StartPhase; readonly says: readonly RegExp[] }>
> = {
  missing: { what: 'a module that is missing', phase: 'load', says: [/not-there\.ts/, /cannot be loaded/] },
  importsMissing: {
    what: 'a module that imports a missing one',
    phase: 'load',
    says: [/not-there\.ts/, /imports-missing\.ts/],
  },
  syntax: { what: 'a module that does not parse', phase: 'load', says: [/does not parse/, /syntax\.mts:1/] },
  withEnum: { what: 'an enum in a .ts file', phase: 'load', says: [/enum/, /with-enum\.ts/, /union of strings/] },
  throws: { what: 'a module that throws', phase: 'load', says: [/this module throws on purpose/] },
  never: {
    what: 'a module that never ends loading',
    phase: 'construct',
    says: [/did not end within 400 ms/, /module/],
  },
  noExport: {
    what: 'a class that is not exported',
    phase: 'load',
    says: [/exports no class Wroker/, /did you mean/, /Worker/],
  },
  notAClass: { what: 'an export that is no class', phase: 'load', says: [/notAClass/] },
  plain: { what: 'an export that is a plain function', phase: 'load', says: [/plain/, /extends/] },
  bare: { what: 'a class that extends nothing of ours', phase: 'load', says: [/Bare/, /extends Actor, Task or State/] },
  anActor: { what: 'task() of an Actor', phase: 'load', says: [/use actor\(Light\)/] },
  aState: { what: 'actor() of a State', phase: 'load', says: [/found a State/] },
  hidesAWord: {
    what: 'a field that hides a word',
    phase: 'construct',
    says: [/HidesAWord declares stop/, /another name/],
  },
  noConf: { what: 'a configuration file that is missing', phase: 'configuration', says: [/not-there\.json/] },
  badJson: { what: 'a configuration that is no JSON', phase: 'configuration', says: [/bad\.json/, /no JSON/] },
  confThrows: {
    what: 'a configuration that throws',
    phase: 'configuration',
    says: [/throws\.ts/, /throws on purpose/],
  },
  confHangs: { what: 'a configuration that never ends', phase: 'onConfigure', says: [/did not end within 400 ms/] },
}

/** Written now, since a file that does not parse would stop our own tools. */
function writeBroken(t: TestContext): void {
  const folder = mkdtempSync(join(tmpdir(), 'tsworks-broken-'))
  const file = join(folder, 'syntax.mts')
  writeFileSync(file, 'export class Broken extends {\n')
  process.env['TSWORKS_TEST_BROKEN'] = pathToFileURL(file).href
  t.after(() => {
    delete process.env['TSWORKS_TEST_BROKEN']
    rmSync(folder, { recursive: true })
  })
}

for (const [key, { what, phase, says }] of Object.entries(BROKEN))
  test(`F25, S29: ${what} fails the start with phase ${phase}`, async (t) => {
    traced(t)
    if (key === 'syntax') writeBroken(t)
    await refused(
      { [key]: broken[key as keyof typeof broken] },
      { actor: key, phase, says },
      /never/.test(what) ? IMPATIENT : {},
    )
  })

test('S29: a module that registers its definitions on the main thread only', async () => {
  await refused(onMainOnly, {
    actor: 'unseen',
    phase: 'load',
    says: [/does not register unseen in this thread; it registers nothing\./, /registers-on-main\.ts/, /top level/],
  })
})

test('F25, S29: a module that throws in the thread', async () => {
  const { cause } = await refused(throwsInThreads, {
    actor: 'unborn',
    phase: 'construct',
    says: [/throws in threads on purpose/],
  })
  assert.ok(cause instanceof RangeError, String(cause))
  assert.match(cause.stack!, /^RangeError: .* on purpose\n {4}at .*throws-in-threads\.ts:\d+:\d+/)
  assert.ok(cause.cause instanceof Error)
  assert.equal(cause.cause.message, 'why')
})

test('F25, S29: a module that never ends loading in the thread', async () => {
  await refused(
    neverInThreads,
    { actor: 'unborn', phase: 'construct', says: [/did not end within/] },
    { startTimeout: 4_000 },
  )
})

const HOOKS = ['onInit', 'onConfigure', 'onStart'] as const

for (const [placement, definitions] of Object.entries(scriptedOn)) {
  const suffix = placement === 'own' ? '' : placement[0]!.toUpperCase() + placement.slice(1)
  const third = `third${suffix}`

  for (const how of ['throw', 'reject'] as const)
    for (const hook of HOOKS)
      test(`F3, S29: ${hook} that ${how}s fails the start and stops what had started in reverse, on ${placement}`, async (t) => {
        const trace = traced(t, { [`${third} ${hook}`]: how })
        const error = await refused(definitions, { actor: third, phase: hook, says: [/on purpose/] })
        assert.ok(error.cause instanceof RangeError, String(error.cause))
        assert.match(error.cause.message, new RegExp(`${hook} ${how}s on purpose`))
        const stopped = trace.namesAt('onStop').filter((name) => name !== `beside${suffix}`)
        assert.deepEqual(stopped, [`second${suffix}`, `first${suffix}`])
      })

  test(`F3, S29: a constructor that throws fails the start, and no hook runs, on ${placement}`, async (t) => {
    const trace = traced(t, { [`${third} constructor`]: 'throw' })
    const error = await refused(definitions, { actor: third, phase: 'construct', says: [/on purpose/] })
    assert.ok(error.cause instanceof RangeError)
    assert.deepEqual(trace.namesAt('onInit'), [])
    assert.deepEqual(trace.namesAt('onStop'), [])
  })
}

for (const placement of ['own', 'shared'] as const)
  for (const point of ['constructor', ...HOOKS] as const)
    test(`F6: process.exit(0) in ${point} is a crash of the start, on ${placement}`, async (t) => {
      const definitions = scriptedOn[placement]
      const beside = placement === 'own' ? 'beside' : 'besideShared'
      const script: Script = { [`${beside} ${point}`]: 'exit' }
      traced(t, script)
      const alone = Object.fromEntries(Object.entries(definitions).filter(([key]) => key === beside))
      const phase = point === 'constructor' ? 'construct' : point
      await refused(alone, { actor: beside, phase, says: [/exited with code 0/] })
    })
