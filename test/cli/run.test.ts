import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Folder } from './support/command.ts'

const TASKS = `
import { subsystem, task } from 'tsworks'
export const shop = subsystem(import.meta.url, {
  till: task(() => import('./classes.ts'), 'Till'),
  clerk: task(() => import('./classes.ts'), 'Clerk', { after: ['till'] }),
})
`

const CLASSES = `
import { Task } from 'tsworks'
export class Till extends Task {
  onStart() { this.log.debug('till open'); this.log.warn('till ready') }
  onStop(reason: string) { console.log('till stopped: ' + reason) }
}
export class Clerk extends Task {
  onStart() { console.log('clerk ready') }
  onStop() { console.log('clerk stopped') }
}
`

const config = (more = ''): string => `
import { defineConfig } from 'tsworks'
export default defineConfig({ subsystems: ['./shop/tasks.ts'], ${more} })
`

const SHOP = { 'tsworks.config.ts': config(), 'shop/tasks.ts': TASKS, 'shop/classes.ts': CLASSES }

function folderWith(files: Readonly<Record<string, string>>): Folder {
  const folder = new Folder(files)
  after(() => folder.remove())
  return folder
}

describe('tsworks run', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    test(`S30: runs until ${signal}, then stops all in order and ends with 0`, async () => {
      // The console says when all have started.
      const running = folderWith(SHOP).start(['run', '--console'])
      await running.until('tsworks: 2 objects')
      running.signal(signal)
      const { code, stdout, stderr } = await running.ended
      assert.equal(code, 0, stderr)
      // What a thread prints and what the console does take different roads.
      assert.match(stdout, /^(?:tsworks> )?clerk ready$/m)
      assert.match(
        stdout.replace('clerk ready\n', ''),
        new RegExp(`^tsworks: 2 objects.*\ntsworks> clerk stopped\ntill stopped: the process got ${signal}\n$`),
      )
      assert.match(stderr, /"level":"warn".*"name":"till".*"msg":"till ready"/)
      assert.doesNotMatch(stderr, /till open/)
    })

  test('--debug shows the log from level debug on, whatever settings file and environment say', async () => {
    const folder = folderWith({ ...SHOP, 'tsworks.config.ts': config(`log: { level: 'error' }`) })
    const running = folder.start(['run', '--debug', '--console'], { env: { TSWORKS_LOG_LEVEL: 'fatal' } })
    await running.until('tsworks: 2 objects')
    await running.until('till open')
    running.signal('SIGTERM')
    assert.equal((await running.ended).code, 0)
  })

  test('the environment goes before the settings file; a file of the log stands beside the settings file', async () => {
    const folder = folderWith({
      'conf/other.config.ts': config(`log: { level: 'error', file: 'log/shop.log' }`).replace('./shop', '../shop'),
      'shop/tasks.ts': TASKS,
      'shop/classes.ts': CLASSES,
    })
    const running = folder.start(['run', '--console'], {
      env: { TSWORKS_CONFIG: 'conf/other.config.ts', TSWORKS_LOG_LEVEL: 'debug' },
    })
    await running.until('tsworks: 2 objects')
    running.signal('SIGTERM')
    const { code, stderr } = await running.ended
    assert.deepEqual([code, stderr], [0, ''])
    assert.match(readFileSync(join(folder.path, 'conf/log/shop.log'), 'utf8'), /"level":"debug".*"msg":"till open"/)
  })

  test('--config goes before TSWORKS_CONFIG; tsworks.config.js will do as well', async () => {
    const folder = folderWith({ ...SHOP, 'tsworks.config.ts': 'throw new Error("not this one")', 'a.js': config() })
    const running = folder.start(['run', '--console', '--config', 'a.js'], { env: { TSWORKS_CONFIG: 'nowhere.ts' } })
    await running.until('tsworks: 2 objects')
    running.signal('SIGTERM')
    assert.equal((await running.ended).code, 0)
  })

  test('S30: a thread that stands in native code is named, and the process killed', async () => {
    const folder = folderWith({
      ...SHOP,
      'tsworks.config.ts': config('stopTimeout: 500'),
      'shop/tasks.ts': TASKS.replace("'Clerk'", "'Sleeper'"),
      'shop/classes.ts': `${CLASSES}
import { spawnSync } from 'node:child_process'
import { tell } from 'tsworks'
export class Sleeper extends Task {
  onStart() { tell(this.self<Sleeper>()).sleep() }
  sleep() {
    this.log.warn('asleep')
    spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)'], { stdio: 'ignore' })
  }
}
`,
    })
    const running = folder.start(['run'])
    await running.until('asleep')
    running.signal('SIGTERM')
    const { signal, stdout, stderr } = await running.ended
    assert.equal(signal, 'SIGKILL')
    assert.match(
      stderr,
      /tsworks: did not end in time: clerk.*\ntsworks: given up, since they stand in native code, the threads of clerk; the process is killed\n$/,
    )
    assert.match(stdout, /till stopped/)
  })

  test('a signal during the start stops what had started, and ends with 0', async () => {
    const folder = folderWith({
      ...SHOP,
      'tsworks.config.ts': config('stopTimeout: 300'),
      'shop/classes.ts': CLASSES.replace(
        "console.log('clerk ready')",
        "console.log('clerk waits'); return new Promise(() => {})",
      ),
    })
    const running = folder.start(['run'])
    await running.until('clerk waits')
    running.signal('SIGTERM')
    const { code, stdout, stderr } = await running.ended
    assert.equal(code, 0, stderr)
    assert.match(stderr, /tsworks: stopped by SIGTERM while it was starting\n$/)
    assert.match(stdout, /till stopped: the process got SIGTERM/)
  })

  test('a program that stops by itself ends the command, with the exit code that it has set', async () => {
    const folder = folderWith({
      ...SHOP,
      'tsworks.config.ts': `${config()}\nprocess.exitCode = 3\nprocess.on('beforeExit', () => console.log('beforeExit'))`,
    })
    const running = folder.start(['run', '--console'], { input: 'system.stop("enough").then(() => {})\n' })
    const { code, stdout } = await running.ended
    assert.equal(code, 3)
    assert.match(stdout, /clerk stopped\ntill stopped: enough/)
  })
})

describe('tsworks run, when it cannot start', () => {
  const cases: readonly [what: string, files: Readonly<Record<string, string>>, patterns: readonly RegExp[]][] = [
    [
      'a folder without a settings file',
      {},
      [/^tsworks: there is no tsworks\.config\.ts or tsworks\.config\.js in .*--config FILE.*tsworks create NAME/],
    ],
    [
      'a settings file that does not parse',
      { 'tsworks.config.ts': 'export default {{' },
      [
        /^tsworks: the settings file .*tsworks\.config\.ts cannot be loaded: tsworks\.config\.ts:1: it does not parse: .*\n$/,
      ],
    ],
    [
      'a settings file with an enum',
      { 'tsworks.config.ts': 'export default {}\nenum Colour { red }' },
      [/tsworks\.config\.ts cannot be loaded: tsworks\.config\.ts:2: .*enum.*write an enum as a union of strings/],
    ],
    [
      'a settings file without a default export',
      { 'tsworks.config.ts': 'export const config = {}' },
      [/tsworks\.config\.ts: expected export default defineConfig\(/],
    ],
    [
      'an unknown setting',
      { 'tsworks.config.ts': `export default { subsystems: [], stopTimout: 1 }` },
      [/tsworks\.config\.ts: defineConfig: there is no setting stopTimout; did you mean stopTimeout or startTimeout\?/],
    ],
    [
      'a subsystem that is not there',
      { 'tsworks.config.ts': config() },
      [
        /^tsworks: the system could not start: the subsystem shop\/tasks\.ts, which tsworks\.config\.ts names, cannot be loaded: /,
        /phase +load/,
        /\n  cause +Error \[ERR_MODULE_NOT_FOUND\].*\n  cure +see the definition and its module/,
      ],
    ],
    [
      'a class that is not there',
      { ...SHOP, 'shop/classes.ts': CLASSES.replace('class Till', 'class Tell') },
      [/object +till/, /phase +load/, /the module exports no class Till; it exports Tell: did you mean that\?/],
    ],
    [
      'a hook that throws',
      {
        ...SHOP,
        'shop/classes.ts': CLASSES.replace(
          "console.log('clerk ready')",
          "throw new RangeError('no clerk', { cause: new Error('ill') })",
        ),
      },
      [
        /^tsworks: the system could not start: clerk failed in onStart: no clerk\n/m,
        /\n  object +clerk\n/,
        /\n  phase +onStart\n/,
        /\n  cause +RangeError: no clerk\n +at Clerk\.onStart .*classes\.ts/,
        /caused by: Error: ill\n/,
        /\n  cure +see onStart of the class/,
      ],
    ],
  ]
  test('tells of a settings file that is no module, and ends with 1', async () => {
    const folder = folderWith({ 'settings.json': '{}' })
    const { code, stderr } = await folder.tsworks(['run', '--config', 'settings.json'])
    assert.equal(code, 1)
    assert.match(stderr, /^tsworks: the settings file .*settings\.json: expected a module, \.ts or \.js, with .*\n$/)
  })

  test('tells of a wrong variable of the environment in one line, and ends with 1', async () => {
    const { code, stderr } = await folderWith(SHOP).tsworks(['run'], { env: { TSWORKS_LOG_LEVEL: 'loud' } })
    assert.equal(code, 1)
    assert.match(stderr, /^tsworks: the environment: TSWORKS_LOG_LEVEL: expected 'trace', .*, found "loud"\n$/)
  })

  for (const [what, files, patterns] of cases)
    test(`tells of ${what}, and ends with 1`, async () => {
      const { code, stdout, stderr } = await folderWith(files).tsworks(['run'])
      assert.equal(code, 1)
      for (const pattern of patterns) assert.match(stderr, pattern)
      // What had started was stopped again, and nothing else was printed.
      assert.match(stdout, /^(till stopped: .*\n)?$/)
    })
})
