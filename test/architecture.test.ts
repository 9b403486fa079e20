import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { violations } from './architecture/rules.ts'

const root = join(import.meta.dirname, '..')

/** Programs that are wrong on purpose: what is wrong with them is what their tests are about. */
const WRONG_ON_PURPOSE = [
  'test/life/fixtures/broken/with-enum.ts', // S29: an enum in a .ts file
  'test/life/programs/imports-main/', // a lazily loaded module that imports the main file
]

describe('the architecture', () => {
  it('holds in src and test', async () => {
    const paths = await Array.fromAsync(glob('{src,test}/**/*.ts', { cwd: root }))
    const right = paths.filter((path) => !WRONG_ON_PURPOSE.some((wrong) => path.startsWith(wrong)))
    assert.ok(right.length > paths.length - 10, 'too much is left out')
    const files = await Promise.all(right.toSorted().map(async (path) => [path, await read(path)] as const))
    const { dependencies } = JSON.parse(await read('package.json')) as { dependencies: Record<string, string> }
    const found = violations({ files: Object.fromEntries(files), dependencies: Object.keys(dependencies) })
    assert.equal(found.join('\n'), '')
  })

  it('names no registry in the lockfile', async () => {
    assert.doesNotMatch(await read('package-lock.json'), /"resolved": "[a-z+]+:/)
  })
})

describe('the rules of the architecture', () => {
  it('refuse an import of a higher layer, also of a type', () => {
    refuses(
      { 'src/core/cell.ts': "import { link } from '../wire/link.ts'" },
      /^src\/core\/cell.ts:1: core must not import src\/wire\/link.ts/,
    )
    refuses({ 'src/wire/link.ts': "\nimport type { X } from '../system/x.ts'" }, /link.ts:2: wire must not import/)
    refuses({ 'src/wire/link.ts': "type X = import('../system/x.ts').X" }, /wire must not import/)
    refuses({ 'src/threads/host.ts': "await import('../testing/clock.ts')" }, /threads must not import/)
    refuses({ 'src/index.ts': "export { a } from './testing/a.ts'" }, /system must not import/)
    refuses({ 'src/core/cell.ts': "import { start } from '../index.ts'" }, /core must not import/)
  })

  it('allow an import of the same and of a lower layer', () => {
    allows({ 'src/wire/link.ts': "import { a } from '../core/a.ts'\nimport { b } from './b.ts'" })
    allows({ 'src/index.ts': "export { start } from './system/start.ts'\nexport { Task } from './core/task.ts'" })
    allows({ 'test/core/cell.test.ts': "import { kernel } from '../../src/threads/kernel.ts'" })
  })

  it('let the command line use public faces only', () => {
    allows({ 'src/cli/main.ts': "import { start } from '../index.ts'\nimport { run } from './run.ts'" })
    refuses({ 'src/cli/main.ts': "import { kernel } from '../threads/kernel.ts'" }, /cli uses public faces only/)
  })

  it('keep the core pure', () => {
    refuses({ 'src/core/a.ts': "import { Worker } from 'node:worker_threads'" }, /imports no node:worker_threads/)
    refuses({ 'src/core/a.ts': "import pino from 'pino'" }, /imports no pino/)
    for (const impurity of [
      'new Date()',
      'Date.now()',
      'Math.random()',
      'performance.now()',
      'setTimeout(() => {}, 1)',
      'const later = setImmediate',
      'process.exit()',
      'const { pid } = process',
      'class A { at = Date.now() }',
      'globalThis.setTimeout(f)',
      'const found = { Date }',
      'f(x instanceof Date)',
      'function f(now = Date.now()) {}',
    ]) {
      refuses({ 'src/core/a.ts': impurity }, /the core is pure, it uses no/)
      allows({ 'src/wire/a.ts': impurity })
    }
  })

  it('know a global from a name of ours', () => {
    for (const innocent of [
      'class A { setTimeout(ms: number) { this.setTimeout(ms) } }',
      'interface Clock { setTimeout(ms: number): void; readonly process: number }',
      'clock.setTimeout(1)',
      'const at: Date = value as Date',
      'function f(process: number) { return process }',
      'const f = ({ process }) => process',
      "import { process } from './process.ts'\nprocess.step()",
      'const found = { Date: 1 }',
      'Math.max(1, 2)',
    ]) {
      allows({ 'src/core/a.ts': innocent })
    }
  })

  it('refuse a package that users would not get', () => {
    refuses({ 'src/system/a.ts': "import { z } from 'zod'" }, /zod is not among the dependencies/)
    allows({ 'src/system/a.ts': "import pino from 'pino'\nimport fs from 'node:fs'" })
  })

  it('refuse a cycle of imports, but not of types', () => {
    const b = { 'src/core/b.ts': "export { c } from './c.ts'" }
    const c = { 'src/core/c.ts': "import { a } from './a.ts'" }
    refuses(
      { 'src/core/a.ts': "import { b } from './b.ts'", ...b, ...c },
      /^import cycle: src\/core\/a.ts → src\/core\/b.ts → src\/core\/c.ts → src\/core\/a.ts$/,
    )
    allows({ 'src/core/a.ts': "import type { b } from './b.ts'", ...b, ...c })
  })

  it('refuse names that say nothing', () => {
    for (const name of ['utils', 'util', 'common', 'helpers', 'types']) {
      refuses({ [`src/core/${name}.ts`]: '' }, /name it for its concept/)
    }
  })

  it('refuse export *', () => {
    refuses({ 'src/core/a.ts': "export * from './b.ts'" }, /list the names/)
    refuses({ 'src/core/a.ts': "export * as b from './b.ts'" }, /list the names/)
  })

  it('refuse a file outside the layers', () => {
    assert.throws(
      () => violations({ files: { 'src/other/a.ts': "import './b.ts'" }, dependencies: [] }),
      /is in no layer/,
    )
  })

  it('refuse what Node cannot run as it is', () => {
    for (const [text, what] of [
      ['enum Mode { on }', 'enum'],
      ['namespace N { export const a = 1 }', 'namespace'],
      ['class A { constructor(private a: string) {} }', 'parameter property'],
      ['@sealed class A {}', 'decorator'],
      ["import fs = require('fs')", 'import ='],
      ['class A { accessor x = 1 }', 'accessor'],
      ['using a = open()', 'using'],
      ['await using a = open()', 'using'],
    ] as const) {
      refuses({ 'test/core/a.test.ts': text }, new RegExp(what))
    }
    allows({ 'test/types/a.ts': "declare module 'tsworks' { interface Registry {} }\ndeclare global { var a: 1 }" })
  })
})

function refuses(files: Record<string, string>, message: RegExp): void {
  const [first, ...others] = violations({ files, dependencies: ['pino'] })
  assert.match(first ?? 'nothing found', message)
  assert.deepEqual(others, [])
}

function allows(files: Record<string, string>): void {
  assert.deepEqual(violations({ files, dependencies: ['pino'] }), [])
}

function read(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8')
}
