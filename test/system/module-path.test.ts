import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { loadSubsystems } from '../../src/system/load-subsystems.ts'
import { moduleUrl } from '../../src/system/module-path.ts'
import { defineConfig } from '../../src/system/settings.ts'

const folder = await mkdtemp(join(tmpdir(), 'tsworks-compiled-'))
after(() => rm(folder, { recursive: true, force: true }))
const main = pathToFileURL(join(folder, 'main.js')).href
await writeFile(join(folder, 'both.ts'), '')
await writeFile(join(folder, 'both.js'), '')
await writeFile(
  join(folder, 'tasks.js'),
  `import { actor, Actor, subsystem } from '${new URL('../../src/index.ts', import.meta.url).href}'
   export const compiled = subsystem(import.meta.url, { one: actor(class One extends Actor {}) })`,
)

describe('the path of a module, given as text', () => {
  test('is relative to the module that names it', () => {
    assert.equal(moduleUrl('./both.ts', main).href, new URL('both.ts', main).href)
    assert.equal(moduleUrl('../other/tasks.js', main).href, new URL('../other/tasks.js', main).href)
  })

  test('means what was compiled from it, where there is only that', () => {
    assert.equal(moduleUrl('./tasks.ts', main).href, new URL('tasks.js', main).href)
  })

  test('stays as it is where there is neither, so that the error names what the program names', () => {
    assert.equal(moduleUrl('./missing.ts', main).href, new URL('missing.ts', main).href)
  })

  test('a compiled settings file loads the compiled subsystems that it names', async () => {
    const [found] = await loadSubsystems(main, defineConfig({ subsystems: ['./tasks.ts'] }))
    assert.deepEqual(Object.keys(found ?? {}), ['one'])
  })
})
