// dist/: what the package ships. `--no-check` writes it without looking for type errors, for tests of the built package.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { root, run } from './command.ts'

const noCheck = process.argv.includes('--no-check') ? ['--noCheck'] : []

await rm(join(root, 'dist'), { recursive: true, force: true })
process.exitCode = (await run('tsc', ['--project', 'tsconfig.build.json', ...noCheck])).code
