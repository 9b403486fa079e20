// The public API, one file per face in api/: all that users can see, and nothing else. A change of it is a change of these files,
// by `npm run api -- --update`, and is looked at in the review.

import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'tsdown'
import { root, run } from './command.ts'

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } })

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string } | string>>
}

const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
const faces = Object.entries(exports).flatMap(([face, target]) =>
  typeof target === 'string' ? [] : [[face === '.' ? 'index' : face.slice('./'.length), target.types] as const],
)

const { code } = await run('node', ['scripts/run.js', 'build', '--no-check'])
await rm(join(root, 'build/api'), { recursive: true, force: true })
for (const [face, types] of faces)
  await build({
    config: false,
    cwd: root,
    entry: { [face]: types },
    outDir: 'build/api',
    clean: false,
    // The input are declarations already; what generates them from TypeScript is never asked.
    dts: { dtsInput: true, emitDtsOnly: true, generator: 'oxc' },
    // A face in a folder of its own shows what stands there; what it takes from the main face stands in that one's file.
    ...(face === 'index' ? {} : { deps: { neverBundle: /^\.\.\// } }),
    logLevel: 'warn',
  })
if (values.update) {
  await cp(join(root, 'build/api'), join(root, 'api'), { recursive: true })
  process.exitCode = code
} else {
  const diff = await run('git', ['--no-pager', 'diff', '--no-index', '--exit-code', 'api', 'build/api'])
  if (diff.code !== 0) console.error('The public API has changed. If it was meant: npm run api -- --update')
  process.exitCode = code || diff.code
}
