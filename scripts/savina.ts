// The programs of the Savina suite, with the built package: `npm run savina -- --quick`. See bench/savina/README.md.

import { run } from './command.ts'

await run('node', ['scripts/run.js', 'build', '--no-check'])
const { code } = await run('node', ['bench/savina/run.ts', ...process.argv.slice(2)])
process.exitCode = code
