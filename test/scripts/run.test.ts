import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { root, run } from '../../scripts/command.ts'

it('a script on an old Node says which one it needs, and how to get it', async () => {
  const asNode20 = "Object.defineProperty(process.versions, 'node', { value: '20.20.2' })\n"
  const script = asNode20 + (await readFile(join(root, 'scripts/run.js'), 'utf8'))
  const { code, stderr } = await run('node', ['--input-type=module', '--eval', script], { quiet: true })
  assert.equal(code, 1)
  assert.match(stderr, /needs Node 22\.18 or later.*run `npm ci`/s)
})

it('a command that takes too long ends with its children and code 124', async () => {
  const { code, stdout } = await run('sh', ['-c', 'echo begun; sleep 60'], { quiet: true, timeoutMs: 300 })
  assert.deepEqual({ code, stdout }, { code: 124, stdout: 'begun\n' })
})
