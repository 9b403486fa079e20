// dist/: what the package ships. `--no-check` is for tests of the built package: it looks for no type errors, and writes only what
// has changed, so that it takes no time and pulls nothing away under a test that is running.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { root, run } from './command.ts'

const quick = process.argv.includes('--no-check')
const options = quick ? ['--noCheck', '--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'] : []

if (!quick) await rm(join(root, 'dist'), { recursive: true, force: true })
process.exitCode = (await run('tsc', ['--project', 'tsconfig.build.json', ...options])).code
