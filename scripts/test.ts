// The tests. `npm test` runs all, `npm test -- test/core/mailbox.test.ts --test-name-pattern=full` some; `--nodes=22,24` runs them on
// those Nodes instead of the one of `npm run`. Other options go to `node --test`.
// The package is built first, since some tests run programs that import `tsworks` by name, as users do.

import { glob, mkdir, readFile, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, run } from './command.ts'
import { nodePath, nodeVersions } from './node-versions.ts'

const given = process.argv.slice(2)
const patterns = given.filter((one) => !one.startsWith('-'))
const versions = given
  .find((one) => one.startsWith('--nodes='))
  ?.slice('--nodes='.length)
  .split(',')
const isBetween = given.includes('--between')
const options = given.filter((one) => one.startsWith('-') && !one.startsWith('--nodes=') && one !== '--between')

/** What hangs on Node: threads, links, faults, clauses, whole programs. The rest is the same on every Node, and is tried on the newest alone. */
const HANGS_ON_NODE = /^test\/(wire|threads|faults|clauses|life|cli)\//
/** Of that, what hangs most on it: `--between` tries only this, on a Node that stands between two that try more. */
const HANGS_MOST = /^test\/(wire|threads)\//
/** What would take long (floods, chaos, a hundred starts), and is made of what other tests try on each Node. */
const TAKES_LONG = /^test\/(faults\/(f12|chaos)|life\/leaks)/

const files = await Array.fromAsync(glob(patterns.length > 0 ? patterns : 'test/**/*.test.ts', { cwd: root }))
if (files.length === 0) {
  console.error(`no test file matches ${patterns.join(' ')}`)
  process.exit(1)
}

await run('node', ['scripts/run.js', 'build', '--no-check'])
// Each thread of a test would strip the types of our sources anew: this halves the work of test/clauses from Node 24 on.
process.env['NODE_COMPILE_CACHE'] ??= join(root, 'build/compile-cache')

if (versions === undefined) await testOn(process.execPath, files)
for (const wanted of versions ?? []) {
  const version = nodeVersions.find((one) => one === wanted)
  if (version === undefined) throw new Error(`--nodes=${wanted}: we have ${nodeVersions.join()}`)
  const node = nodePath(version)
  if (node === undefined) continue
  console.log(`\nNode ${version}`)
  await testOn(node, patterns.length > 0 ? files : files.filter(isForOthers))
}

function isForOthers(file: string): boolean {
  return (isBetween ? HANGS_MOST : HANGS_ON_NODE).test(file) && !TAKES_LONG.test(file)
}

// The limit is for a machine that has much else to do; Node 22 counts it for each file, the later ones for each test.
async function testOn(node: string, paths: readonly string[]): Promise<void> {
  const preloaded = node === nodePath('22') ? await strippedSources() : []
  const args = [
    ...preloaded,
    '--test',
    // Many tests wait more than they compute.
    '--test-concurrency=3',
    '--test-timeout=400000',
    '--test-reporter=spec',
    ...options,
  ]
  const { code } = await run(node, [...args, ...paths.toSorted()], { node })
  if (code !== 0) process.exitCode = 1
}

/** Strips src/ once, for stripped.js, and gives the options that preload that. */
async function strippedSources(): Promise<string[]> {
  for await (const path of glob('**/*.ts', { cwd: join(root, 'src') })) {
    const to = join(root, 'build/stripped', path)
    await mkdir(dirname(to), { recursive: true })
    await writeFile(to, stripTypeScriptTypes(await readFile(join(root, 'src', path), 'utf8')))
  }
  return [`--import=${pathToFileURL(join(root, 'scripts/stripped.js')).href}`]
}
