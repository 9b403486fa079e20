// dist/: what the package ships: declarations, and the code of the package as one file (with small ones for its faces and the command).
// One file, because every thread loads it: 60 small ones cost a thread more than its own start (docs/decisions/0004). `--no-check` is for tests of the
// built package: it looks for no type errors, and writes only what has changed, so that it pulls nothing away under a running test.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build, type BuildOptions, type Plugin } from 'esbuild'
import { root, run } from './command.ts'

const quick = process.argv.includes('--no-check')
const dist = join(root, 'dist')
const options = quick ? ['--noCheck', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'] : []

if (!quick) await rm(dist, { recursive: true, force: true })
process.exitCode = (await run('tsc', ['--project', 'tsconfig.build.json', ...options])).code

/** The command is a program like any other: it uses the package by its public face, and has no second copy of it. */
const publicFace: Plugin = {
  name: 'public-face',
  setup: (builder) => {
    builder.onResolve({ filter: /^\.\.\/index\.ts$/ }, () => ({ path: '../index.js', external: true }))
  },
}

const common: BuildOptions = {
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'node22.18',
  packages: 'external',
  outdir: dist,
  outbase: join(root, 'src'),
  legalComments: 'none',
}
for (const [entries, plugins] of [
  // Together, so that there is one copy of what both faces stand on: dist/runtime.js. Two would have two classes of each name.
  [['src/index.ts', 'src/testing/index.ts'], []],
  [['src/cli/main.ts'], [publicFace]],
] as const) {
  const { outputFiles } = await build({
    ...common,
    entryPoints: entries.map((entry) => join(root, entry)),
    splitting: entries.length > 1,
    chunkNames: 'runtime',
    plugins: [...plugins],
  })
  for (const { path, text } of outputFiles!) await writeIfChanged(path, text)
}

async function writeIfChanged(path: string, text: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === text) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
