// The tests. `npm test` runs all on the Node of `npm run`; `npm test -- test/core/mailbox.test.ts --test-name-pattern=full` some;
// `--nodes=22,24` on those instead. Other options go to `node --test`.
// The package is built first, since some tests run programs that import `tsworks` by name, as users do.

import { glob } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { root, run } from './command.ts'
import { nodePath, nodeVersions } from './node-versions.ts'

const ours = { nodes: { type: 'string' } } as const
const { values, positionals, tokens } = parseArgs({
  options: ours,
  allowPositionals: true,
  strict: false,
  tokens: true,
})
const runnerOptions = tokens.flatMap((token) =>
  token.kind === 'option' && !(token.name in ours) ? (process.argv.slice(2)[token.index] ?? []) : [],
)

const patterns = positionals.length > 0 ? positionals : ['test/**/*.test.ts']
const files = await Array.fromAsync(glob(patterns, { cwd: root }))
if (files.length === 0) throw new Error(`no test file matches ${patterns.join(' ')}`)

const nodes = typeof values.nodes === 'string' ? values.nodes.split(',') : [undefined]

await run('node', ['scripts/run.js', 'build', '--no-check'])

for (const wanted of nodes) {
  const version = nodeVersions.find((one) => one === wanted)
  if (wanted !== undefined && version === undefined) throw new Error(`--nodes: ${nodeVersions.join()}, not ${wanted}`)
  const node = version === undefined ? process.execPath : await nodePath(version)
  if (version !== undefined) console.log(`\nNode ${version}`)
  const args = ['--test', '--test-concurrency=2', '--test-timeout=120000', '--test-reporter=spec']
  const { code } = await run(node, [...args, ...runnerOptions, ...files.toSorted()], { node })
  if (code !== 0) process.exitCode = 1
}
