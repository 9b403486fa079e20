// What must hold before anything is shared; .ci/run does the same. `--without=test` leaves steps out, `--only=docs,api` the others.
// Each step is an `npm run` of its own; what a failing one prints is shown. A step that takes 15 minutes hangs: the longest, the tests
// on one Node, takes two on a machine that has nothing else to do.

import { parseArgs } from 'node:util'
import { run } from './command.ts'

const steps: Record<string, string> = {
  format: 'oxfmt --check',
  lint: 'npm run --silent lint',
  types: 'npm run --silent types',
  build: 'npm run --silent build',
  api: 'npm run --silent api',
  test: 'npm test --silent',
  'test:24': 'npm test --silent -- --nodes=24 --between',
  'test:22': 'npm test --silent -- --nodes=22',
  docs: 'npm run --silent docs',
  examples: 'npm run --silent examples',
  package: 'npm run --silent package',
  installed: 'npm run --silent installed',
}

const { values } = parseArgs({ options: { without: { type: 'string' }, only: { type: 'string' } } })
const without = values.without?.split(',') ?? []
const only = values.only?.split(',') ?? Object.keys(steps)
for (const name of [...without, ...only])
  if (!(name in steps)) throw new Error(`no step ${name}: ${Object.keys(steps).join(' ')}`)

const began = performance.now()
const failed: string[] = []
for (const [name, command] of Object.entries(steps)) {
  if (without.includes(name) || !only.includes(name)) continue
  const start = performance.now()
  const { code, stdout, stderr } = await run('sh', ['-c', command], { quiet: true, timeoutMs: 900_000 })
  if (code !== 0) failed.push(name)
  // Worth a word also when all is well: the test runner's own summary, and what was not there to be tried (`no examples yet`).
  const notes = `${stdout}${stderr}`.matchAll(/^ℹ ((?:tests|pass|fail|skipped|todo) \d+)$|^(no .*)$/gm)
  const said = [...notes].map(([, count, missing]) => count ?? missing)
  console.log(`${code === 0 ? '✔' : '✖'} ${name.padEnd(12)} ${since(start).padStart(8)}  ${said.join(', ')}`)
  if (code !== 0) console.log(withoutPassed(`${stdout}${stderr}`).replaceAll(/^/gm, '    '))
}
console.log(`${failed.length === 0 ? '✔ check' : `✖ failed: ${failed.join(', ')}`} in ${since(began)}`)
if (failed.length > 0) process.exitCode = 1

function withoutPassed(output: string): string {
  return output.trimEnd().replaceAll(/^ *✔.*\n/gm, '')
}

function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`
}
