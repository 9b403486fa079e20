// dist/: what the package ships. `--no-check` writes it without looking for type errors, for tests of the built package.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { root, show } from './command.ts'

await rm(join(root, 'dist'), { recursive: true, force: true })
process.exitCode = await show('tsc', [
  '--project',
  'tsconfig.build.json',
  ...(process.argv.includes('--no-check') ? ['--noCheck'] : []),
])
