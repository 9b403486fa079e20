// The tests: `npm test`, or `npm test -- test/core/mailbox.test.ts --test-only` for some; every option goes to `node --test`.
// The package is built first, since some tests run programs that import `tsworks` by name, as users do.

import { glob } from 'node:fs/promises'
import { root, show } from './command.ts'

const options = process.argv.slice(2)
const patterns = options.filter((option) => !option.startsWith('-'))
const files = await Array.fromAsync(glob(patterns.length > 0 ? patterns : 'test/**/*.test.ts', { cwd: root }))
if (files.length === 0) throw new Error(`no test file matches ${patterns.join(' ')}`)

await show('node', ['scripts/run.js', 'build', '--no-check'])
process.exitCode = await show('node', [
  '--test',
  '--test-concurrency=2',
  '--test-timeout=120000',
  '--test-reporter=spec',
  ...options.filter((option) => option.startsWith('-')),
  ...files.toSorted(),
])
