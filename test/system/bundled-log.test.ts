// A program in one file, carried away from its node_modules: it logs all the same.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { build } from 'esbuild'
import { root, run } from '../../scripts/command.ts'

const folder = await mkdtemp(join(tmpdir(), 'tsworks-bundled-'))
after(() => rm(folder, { recursive: true, force: true }))

await build({
  entryPoints: [join(import.meta.dirname, 'fixtures/bundled-program.ts')],
  outfile: join(folder, 'main.mjs'),
  bundle: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
  tsconfig: join(root, 'tsconfig.json'),
})

interface Line {
  readonly time: string
  readonly pid: number
  readonly err: { readonly stack: string; readonly cause: { readonly message: string } }
}

function checkLines(text: string): void {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  const [first, second] = lines
  assert.equal(lines.length, 2, text)
  assert.match(first!.time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
  assert.deepEqual(
    { ...first, time: '', pid: 0 },
    {
      level: 'warn',
      time: '',
      thread: 'talker',
      name: 'talker',
      index: 0,
      pid: 0,
      n: '9007199254740993n',
      msg: 'counted',
    },
  )
  assert.match(second!.err.stack, /Error: it failed\n {4}at /)
  assert.equal(second!.err.cause.message, 'the disk is full')
}

test('a bundle without node_modules writes the same lines to stderr', async () => {
  const { code, stdout, stderr } = await run('node', ['main.mjs'], { cwd: folder, quiet: true, node: process.execPath })
  assert.equal(code, 0, stderr)
  assert.equal(stdout, 'done\n')
  checkLines(stderr)
})

test('to a file, whose folder it makes, in lines for people where that is asked for', async () => {
  const { code, stderr } = await run('node', ['main.mjs', 'log/plain.log'], {
    cwd: folder,
    quiet: true,
    node: process.execPath,
  })
  assert.equal(code, 0, stderr)
  assert.equal(stderr, '')
  checkLines(await readFile(join(folder, 'log/plain.log'), 'utf8'))
  await run('node', ['main.mjs', 'log/pretty.log', 'pretty'], { cwd: folder, quiet: true, node: process.execPath })
  assert.match(await readFile(join(folder, 'log/pretty.log'), 'utf8'), /^[\d:.]{12} warn {2}talker:\d+ counted n=/)
})
