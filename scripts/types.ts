// Checks the types of every compilation: the root's, the core's, and that of each folder with a tsconfig.json of its own.

import { glob } from 'node:fs/promises'
import { root, show } from './command.ts'

const own = await Array.fromAsync(glob('{examples,test}/**/tsconfig.json', { cwd: root }))

for (const project of ['tsconfig.json', 'tsconfig.core.json', ...own.toSorted()]) {
  console.log(`tsc --noEmit --project ${project}`)
  if ((await show('tsc', ['--noEmit', '--project', project])) !== 0) process.exitCode = 1
}
