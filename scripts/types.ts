// Checks the types of every compilation: the root's, the core's, and that of each folder with a tsconfig.json of its own.

import { access, glob } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { root, run } from './command.ts'

const projects = ['tsconfig.json', 'tsconfig.core.json']

for (const file of (await Array.fromAsync(glob('{examples,test/types}/*/*.ts', { cwd: root }))).toSorted()) {
  const project = join(dirname(file), 'tsconfig.json')
  if (projects.includes(project)) continue
  await access(join(root, project)).catch((cause: unknown) => {
    throw new Error(`${project} is missing: without it nobody checks ${file}`, { cause })
  })
  projects.push(project)
}

for (const project of projects) {
  console.log(`tsc --noEmit --project ${project}`)
  if ((await run('tsc', ['--noEmit', '--project', project])).code !== 0) process.exitCode = 1
}
