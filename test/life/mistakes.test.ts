/** Three mistakes that come of running one file in many threads (DESIGN.md §1), and a second start(). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from './support/program.ts'

const PACKAGE = new URL('../../src/index.ts', import.meta.url).href

test('a class that uses the system constant gets an error that says to use this.actor', async () => {
  const { code, stdout, stderr } = await runProgram('system-constant.ts').ended
  assert.equal(code, 0, stderr)
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines.length, 6)
  for (const line of lines) {
    assert.match(
      line,
      /ReferenceError: Cannot access '(system|limit)' before initialization: \1 is given by start\(\), or stands below it/,
    )
    assert.match(line, /this\.actor\('name'\)/)
  }
})

test('a hook that uses the system constant fails the start with the same error', async () => {
  const { code, stderr } = await runProgram('system-constant-in-hook.ts').ended
  assert.equal(code, 1)
  assert.match(
    stderr,
    /StartError: asker failed in onStart: Cannot access 'system' before initialization: system is given by start\(\)/,
  )
})

for (const name of ['listens-above.ts', 'connects-above.ts'])
  test(`a main file that ${name.split('-')[0]} above start() is told to do it below`, async () => {
    const { code, stderr } = await runProgram(name).ended
    assert.equal(code, 1)
    assert.match(
      stderr,
      /StartError: counter.*listens or connects \(\w+.*\) above start\(\).*runs in every thread; move it below start\(\)/,
    )
  })

for (const name of ['imports-main/main.ts', 'subsystem-imports-main/main.ts'])
  test(`a lazily loaded module that imports the main file is told to move what both need: ${name}`, async () => {
    const { code, stderr } = await runProgram(name).ended
    assert.equal(code, 1)
    assert.match(stderr, /StartError: .*worker/)
    assert.match(stderr, /main\.ts/)
    assert.match(stderr, /move what both need to a third module/)
  })

test('a start() with a definition that the threads do not see is told so at once', async () => {
  const { code, stderr } = await runProgram('defines-on-main.ts').ended
  assert.equal(code, 1)
  assert.match(
    stderr,
    /StartError: extra could not be loaded: .*defines-on-main\.ts has been loaded for extra and does not register extra in this thread; it registers counter\./,
  )
  assert.match(stderr, /with definitions that do not differ between threads/)
})

test('a program that is in no file is told to be written into one', async () => {
  for (const node of [
    ['--input-type=module', '-e', `import { start } from ${JSON.stringify(PACKAGE)}; await start(import.meta.url, {})`],
    [
      '--input-type=module',
      '-e',
      `await import(${JSON.stringify(new URL('programs/clean-end.ts', import.meta.url).href)})`,
    ],
  ]) {
    const { code, stderr } = await runProgram('clean-end.ts', { node }).ended
    assert.equal(code, 1)
    assert.match(
      stderr,
      /BadDefinition: start\(url, …\): expected a program in a file, .*; found (file:.*\[eval1\]|node --input-type=module); write it/,
    )
  }
})

test('a kernel thread that cannot begin fails the start with one error, which says why', async () => {
  const preload = `import { isMainThread } from 'node:worker_threads'; if (!isMainThread) throw new Error('no thread for you')`
  const { code, stderr } = await runProgram('clean-end.ts', {
    node: ['--import', `data:text/javascript,${encodeURIComponent(preload)}`],
  }).ended
  assert.equal(code, 1)
  assert.match(
    stderr,
    /StartError: the system was stopped while it started: the kernel thread .* has failed: no thread for you/,
  )
  assert.equal(stderr.match(/^.*"level":"fatal"/gm), null)
  assert.match(stderr, /\[cause\]: TsworksError: the kernel thread/)
})

test('a second start() of a module is refused with advice, and the same start() after a stop works', async () => {
  const { code, stdout, stderr } = await runProgram('second-start.ts').ended
  assert.equal(code, 0, stderr)
  const lines = stdout.trimEnd().split('\n')
  assert.match(
    lines[0]!,
    /while starting: BadDefinition: .*second-start\.ts calls start\(\) while the system that it started is starting; stop\(\) that first/,
  )
  assert.match(lines[1]!, /while running: BadDefinition: .* is running; stop\(\) that first, or use it/)
  assert.match(
    lines[2]!,
    /other class: BadDefinition: .*with other definitions \(counter: task\(Other\); the first time counter: task\(Counter\)\)/,
  )
  assert.match(
    lines[3]!,
    /other definitions: BadDefinition: .*put both into one start\(\), or give each a module of its own with subsystem\(\)/,
  )
  assert.match(lines[4]!, /after the stop: BadDefinition: /)
  assert.match(lines[5]!, /no definitions: .*with other definitions \(none; the first time counter: task\(Counter\)\)/)
  assert.equal(lines[6], 'started again')
})
