// Checks the types of every compilation: the root's, the core's, and that of each folder with a tsconfig.json of its own.

import { existsSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { root, run } from './command.ts'

const projects = ['tsconfig.json', 'tsconfig.core.json']

for (const folder of (await Array.fromAsync(glob('{examples,test/types}/*/', { cwd: root }))).toSorted()) {
  const project = join(folder, 'tsconfig.json')
  if (existsSync(join(root, project))) projects.push(project)
  else fail(`${project} is missing: without it nobody checks the types there`)
}

for (const project of projects) {
  console.log(`tsc --noEmit --project ${project}`)
  if ((await run('tsc', ['--noEmit', '--project', project])).code !== 0) process.exitCode = 1
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
