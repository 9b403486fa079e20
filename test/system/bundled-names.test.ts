// A bundler renames classes; what a person sees in a console or an error has the names of the documentation.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { root } from '../../scripts/command.ts'

const folder = await mkdtemp(join(tmpdir(), 'tsworks-bundled-'))
after(() => rm(folder, { recursive: true, force: true }))

test('in a bundle the classes of what users hold keep their names', async () => {
  const outfile = join(folder, 'bundle.mjs')
  await build({
    entryPoints: [join(root, 'src/index.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    tsconfig: join(root, 'tsconfig.json'),
  })
  const { Future, Actor, actor } = (await import(pathToFileURL(outfile).href)) as typeof import('../../src/index.ts')
  assert.equal(new Future().constructor.name, 'Future')
  assert.equal(actor(class Counter extends Actor {}).constructor.name, 'Definition')
})
