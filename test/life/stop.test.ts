/** S30: how a system stops. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActorDead, tell, type System } from '../../src/index.ts'
import { scriptedOn } from './fixtures/scripted.ts'
import { nothingLeft, remoteOf, running } from './support/running.ts'
import { runProgram } from './support/program.ts'
import { traced } from './support/trace.ts'

const CLEAN = { late: [], forced: [], givenUp: [] }
/** Where a thread has to come up first, the start keeps its patience; the stop does not. */
const IMPATIENT = { stopTimeout: 100 }

for (const [placement, definitions] of Object.entries(scriptedOn)) {
  const suffix = placement === 'own' ? '' : placement[0]!.toUpperCase() + placement.slice(1)
  const beside = `beside${suffix}`
  const alone = Object.fromEntries(Object.entries(definitions).filter(([key]) => key === beside))

  test(`S30: what had arrived before the stop is handled before onStop, on ${placement}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, alone)
    const remote = remoteOf(system, beside)
    const slow = remote['slowWork']!(0)
    for (let n = 1; n <= 50; n++) tell(remote)['work']!(n)
    const last = remote['work']!(51)
    const report = await system.stop()
    assert.deepEqual(report, CLEAN)
    assert.equal(await slow, 0)
    assert.equal(await last, 51)
    const lines = trace.lines()
    const works = lines.filter((line) => / work \d/.test(line))
    assert.deepEqual(
      works,
      Array.from({ length: 51 }, (_, n) => `${beside} work ${n + 1}`),
    )
    assert.ok(lines.indexOf(`${beside} work 51`) < lines.indexOf(`${beside} onStop`))
  })

  test(`S30: what is first sent right before the stop is handled, on ${placement}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, alone)
    tell(remoteOf(system, beside))['work']!(1)
    await system.stop()
    assert.deepEqual(
      trace.lines().filter((line) => / work \d/.test(line)),
      [`${beside} work 1`],
    )
  })

  test(`S30: onStop is awaited, on ${placement}`, async (t) => {
    const trace = traced(t, { [`${beside} onStop`]: 'slow' })
    const system = await running(t, alone)
    assert.deepEqual(await system.stop(), CLEAN)
    assert.ok(trace.lines().includes(`${beside} onStop done`))
  })

  for (const how of ['throw', 'reject'] as const)
    test(`S30: an onStop that ${how}s does not keep the system from stopping, on ${placement}`, async (t) => {
      const trace = traced(t, { [`third${suffix} onStop`]: how })
      const system = await running(t, definitions)
      assert.deepEqual(await system.stop(), CLEAN)
      assert.equal(trace.namesAt('onStop').length, 4)
      await nothingLeft()
    })

  test(`F24: an onStop that never ends is named in the report, and the others stop, on ${placement}`, async (t) => {
    const trace = traced(t, { [`third${suffix} onStop`]: 'hang' })
    const system = await running(t, definitions, IMPATIENT)
    const report = await system.stop()
    assert.deepEqual(report.late, [`third${suffix}`])
    assert.deepEqual(report.forced, [])
    assert.ok(trace.namesAt('onStop').includes(`first${suffix}`))
    await nothingLeft()
  })

  test(`S30: a handler that never ends is named in the report, and its call rejects, on ${placement}`, async (t) => {
    traced(t)
    const system = await running(t, alone, IMPATIENT)
    const hanging = remoteOf(system, beside)['hang']!()
    const queued = remoteOf(system, beside)['work']!(1)
    const report = await system.stop()
    assert.deepEqual(report.late, [beside])
    await assert.rejects(
      async () => hanging,
      (error) => error instanceof ActorDead && error.executed === 'maybe',
    )
    await assert.rejects(async () => queued, ActorDead)
  })

  test(`S30: stop is idempotent, also at the same time, on ${placement}`, async (t) => {
    const trace = traced(t)
    const system = await running(t, definitions)
    const [one, two] = await Promise.all([system.stop('one'), system.stop('two')])
    assert.deepEqual(one, CLEAN)
    assert.deepEqual(two, CLEAN)
    assert.deepEqual(await system.stop('three'), CLEAN)
    assert.deepEqual(await system.done, CLEAN)
    assert.equal(trace.lines().filter((line) => line.endsWith('reason: one')).length, 4)
    assert.equal(trace.namesAt('onStop').length, 4)
  })

  test(`S30: an object that stops itself in onStart does not fail the start, on ${placement}`, async (t) => {
    const trace = traced(t, { [`${beside} onStart`]: 'stop' })
    const system = await running(t, definitions)
    await assert.rejects(async () => remoteOf(system, beside)['work']!(1), ActorDead)
    assert.equal(await remoteOf(system, `third${suffix}`)['work']!(2), 2)
    assert.deepEqual(trace.namesAt('onStop'), [beside])
  })
}

test('S30: a thread in an endless loop is ended, and named', async (t) => {
  const trace = traced(t)
  const system = await running(t, scriptedOn.own, IMPATIENT)
  const spinning = remoteOf(system, 'third')['spin']!()
  // The others still stop in order.
  const report = await system.stop()
  assert.deepEqual(report.late, ['third'])
  assert.deepEqual(report.forced, ['third'])
  await assert.rejects(async () => spinning, ActorDead)
  assert.ok(trace.namesAt('onStop').includes('first'))
  await nothingLeft()
})

test('S30: Symbol.asyncDispose stops', async (t) => {
  const trace = traced(t)
  const system: System = await running(t, scriptedOn.main)
  await system[Symbol.asyncDispose]()
  assert.equal(trace.namesAt('onStop').length, 4)
  await nothingLeft()
})

test('S30: after a stop all that can be asked of a system settles', async (t) => {
  traced(t)
  const system = await running(t, scriptedOn.main)
  const remote = remoteOf(system, 'firstMain')
  const watched = system.watch(remote)
  await system.stop()
  assert.equal(typeof (await watched), 'string')
  assert.equal(typeof (await system.watch(remote)), 'string')
  await assert.rejects(async () => system.spawn('firstMain')['work']!(1), ActorDead)
  await assert.rejects(async () => system.snapshot(), ActorDead)
  await assert.rejects(async () => system.stopObject(remote), ActorDead)
  await assert.rejects(async () => system.observe(remote, {}), ActorDead)
  tell(remote)['work']!(1)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`S30: ${signal} stops in order, and the process ends by itself`, async () => {
    const program = runProgram('signals.ts')
    await program.said('ready')
    program.process.kill(signal)
    const { code, signal: killedBy, stdout } = await program.ended
    assert.deepEqual({ code, killedBy }, { code: 0, killedBy: null })
    assert.match(stdout, new RegExp(`worker stops: the process got ${signal}\\n(.*\\n)*main: stopped`))
  })

  test(`F23: a second ${signal} ends at once`, async () => {
    const program = runProgram('signals.ts', { args: ['hang'] })
    await program.said('ready')
    program.process.kill(signal)
    await program.said('worker stops')
    program.process.kill(signal)
    const { signal: killedBy } = await program.ended
    assert.equal(killedBy, signal)
  })

  test(`S30: with signals: false ${signal} is left alone`, async () => {
    const program = runProgram('signals.ts', { args: ['alone'] })
    await program.said('ready')
    program.process.kill(signal)
    const { signal: killedBy, stdout } = await program.ended
    assert.equal(killedBy, signal)
    assert.doesNotMatch(stdout, /stops/)
  })

  test(`F23: ${signal} during the start stops what had started, and start() rejects`, async () => {
    const program = runProgram('signals.ts', { args: ['in-start'] })
    await program.said('worker starts')
    program.process.kill(signal)
    const { code, stdout } = await program.ended
    assert.equal(code, 0, stdout)
    assert.match(
      stdout,
      new RegExp(`start: StartError: the system was stopped while it started: the process got ${signal}`),
    )
  })
}

test('S37: a thread that stands in native code is given up and named; stop() comes back all the same', async () => {
  const { stdout, signal } = await runProgram('stuck-in-native.ts').ended
  assert.match(stdout, /late: stuck; forced: ; given up: stuck/)
  // What is left of the thread keeps the process: only the hard way ends it.
  assert.equal(signal, 'SIGKILL')
})

test('a clean end: what objects print in onStop arrives, nothing is warned of, and the code is 0', async () => {
  const { code, stdout, stderr } = await runProgram('clean-end.ts').ended
  assert.equal(code, 0)
  assert.equal(stderr, '')
  const lines = stdout.trimEnd().split('\n')
  for (const name of ['own', 'shared', 'main'])
    for (let line = 0; line < 500; line++)
      assert.ok(lines.includes(`${name} onStop line ${line}`), `${name} line ${line} is missing`)
  assert.equal(lines.at(-1), 'main: stopped')
})

test('S16: what failed and was not asked for is logged when the system stops, also within the second', async () => {
  const { code, stdout, stderr } = await runProgram('unasked.ts').ended
  assert.equal(code, 0, stderr)
  assert.equal(stdout, 'answered with an error\nasked for after the stop\n')
  const unasked = stderr.split('\n').filter((line) => line.includes('nobody asked for it'))
  assert.equal(unasked.length, 3, stderr)
  assert.match(stderr, /dropped on main/)
  assert.match(stderr, /dropped in a thread/)
  assert.match(stderr, /"thread":"main".*answered, and nobody asked/)
  assert.doesNotMatch(stderr, /answered with an error|after the stop/)
})
