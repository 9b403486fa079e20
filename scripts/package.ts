// Packs what npm would publish, and looks at it as the tools of users will.

import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { root, run } from './command.ts'

await rm(join(root, 'build/package'), { recursive: true, force: true })
await mkdir(join(root, 'build/package'), { recursive: true })
const archive = 'build/package/*.tgz'
for (const command of [
  'npm pack --silent --pack-destination build/package',
  `tar --list --file ${archive} | sed 's,[^/]*$,,' | sort | uniq --count`,
  `publint run --strict ${archive}`,
  `attw --profile esm-only ${archive}`,
]) {
  console.log(command)
  if ((await run('sh', ['-c', command])).code !== 0) process.exitCode = 1
}
