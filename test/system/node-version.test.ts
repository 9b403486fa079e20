import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { nodeTrouble } from '../../src/system/node-version.ts'

test('a Node that is too old is told so, with the version that it takes', () => {
  for (const version of ['20.20.2', '22.17.1', '18.0.0'])
    assert.equal(
      nodeTrouble(version),
      `tsworks needs Node 22.18 or later, which runs .ts files as they are; this is Node ${version}`,
    )
  for (const version of ['22.18.0', '24.0.0', '26.10.0']) assert.equal(nodeTrouble(version), undefined)
})

test('the public face looks at the version before it loads anything that would fail', async () => {
  const face = await readFile(new URL('../../src/index.ts', import.meta.url), 'utf8')
  assert.equal(/^(?:import|export).*?'(.*)'/m.exec(face)?.[1], './system/node-version.ts')
})
