// dist/: what the package ships: declarations, and the code of the package as one file (with small ones for its faces and the command).
// One file, because every thread loads it: 60 small ones cost a thread more than its own start (docs/decisions/0004). `--no-check` is for tests of the
// built package: it looks for no type errors, and writes only what has changed, so that it pulls nothing away under a running test.

import { glob, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { build, transform, type BuildOptions, type Plugin } from 'esbuild'
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

/**
 * Node's own modules, without the face that an `import` of one makes: it reads every export once, getters too, and so loads what we never ask
 * for (`fs.promises`, `process.allowedNodeEnvironmentFlags`, …), 2 ms in each thread.
 */
const bareBuiltins: Plugin = {
  name: 'bare-builtins',
  setup: (builder) => {
    builder.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    )
    builder.onLoad({ filter: /.*/, namespace: 'builtin' }, async ({ path }) => {
      const names = (await importedNames()).get(path) ?? []
      const lines = [...names].map((name) =>
        name === 'default' ? 'export default builtin' : `export const ${name} = builtin.${name}`,
      )
      return { contents: [`const builtin = process.getBuiltinModule('${path}')`, ...lines].join('\n') }
    })
  },
}

/** What src/ imports of each of them, `default` included. */
async function importedNames(): Promise<Map<string, Set<string>>> {
  const all = new Map<string, Set<string>>()
  for await (const file of glob('src/**/*.ts', { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8')
    for (const [, whole, named = '', from = ''] of text.matchAll(
      /^import (?!type )(\w+)?(?:, )?(?:\{ ([^}]*) \})? ?from '(node:[^']+)'/gm,
    )) {
      const names = all.get(from) ?? new Set()
      if (whole !== undefined) names.add('default')
      for (const name of named.split(', ')) if (!/^(?:type .*)?$/.test(name)) names.add(name.replace(/ as .*/, ''))
      all.set(from, names)
    }
  }
  return all
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
  // Together, so that there is one copy of what the faces stand on: dist/runtime.js. Two would have two classes of each name. One file, as each imports
  // all of the first one.
  [['src/index.ts', 'src/testing/index.ts', 'src/net/index.ts'], [bareBuiltins]],
  [['src/cli/main.ts'], [publicFace]],
] as const) {
  const { outputFiles } = await build({
    ...common,
    entryPoints: entries.map((entry) => join(root, entry)),
    splitting: entries.length > 1,
    chunkNames: 'runtime',
    plugins: [...plugins],
  })
  for (const { path, text } of outputFiles!) await writeIfChanged(path, await withoutComments(text))
}

/**
 * Every thread reads it: without comments it is a fifth shorter, and all of one byte a letter, which halves what each keeps of it in memory. Written
 * once more, so that lines and names are there for whoever reads a stack trace.
 */
async function withoutComments(text: string): Promise<string> {
  const { code } = await transform(text, { format: 'esm', legalComments: 'none', minifyWhitespace: true })
  return (await transform(code, { format: 'esm' })).code
}

async function writeIfChanged(path: string, text: string): Promise<void> {
  const before = await readFile(path, 'utf8').catch(() => undefined)
  if (before === text) return
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
