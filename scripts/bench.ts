// The benchmark: brings the contenders, which nobody else needs, builds the package, and measures (bench/README.md).

import { join } from 'node:path'
import { areContendersInstalled } from '../bench/harness/contenders-installed.ts'
import { linkOwnPackage } from '../bench/harness/own-package.ts'
import { root, run } from './command.ts'

const bench = join(root, 'bench')
if (!areContendersInstalled(bench)) await orEnd('npm', ['ci', '--silent'], bench)
linkOwnPackage(bench)
await orEnd('npm', ['run', '--silent', 'build'], root)
process.exitCode = (await run('node', ['bench/run.ts', ...process.argv.slice(2)])).code

async function orEnd(command: string, args: readonly string[], cwd: string): Promise<void> {
  const { code } = await run(command, args, { cwd })
  if (code !== 0) process.exit(code)
}
