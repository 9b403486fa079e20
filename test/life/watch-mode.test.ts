/** `node --watch`: a file that only a thread has loaded restarts the program when it changes. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { runProgram } from './support/program.ts'

const INDEX = new URL('../../src/index.ts', import.meta.url).href

function source(version: string): string {
  return `import { Task } from '${INDEX}'
export class Watched extends Task {
  version() { return '${version}' }
  onStop() { console.log('${version} stops') }
}
`
}

// Node 22 does not watch what threads import.
const seesThreads = Number(process.versions.node.split('.')[0]) >= 24

test(
  'under node --watch a changed file that a thread has loaded restarts the program, in order',
  { skip: !seesThreads },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tsworks-watch-'))
    const file = join(folder, 'watched.mts')
    writeFileSync(file, source('one'))
    const program = runProgram('watched.ts', {
      node: ['--watch'],
      env: { TSWORKS_TEST_WATCHED: pathToFileURL(file).href },
    })
    t.after(async () => {
      program.process.kill('SIGTERM')
      await program.ended.catch(() => {})
      rmSync(folder, { recursive: true })
    })
    await program.said('main says: one')
    writeFileSync(file, source('two'))
    await program.said('main says: two')
    await program.said('one stops')
  },
)

test('under node --watch a changed main file restarts the program', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsworks-watch-'))
  const file = join(folder, 'main.mts')
  const program = (version: string): string => `import { start, task, Task } from '${INDEX}'
class Counter extends Task {
  add(a: number) { return a + 1 }
}
const system = await start(import.meta.url, { counter: task(Counter) })
console.log('${version}', await system.actor('counter').add(1))
`
  writeFileSync(file, program('first'))
  const running = runProgram(file, { node: ['--watch'] })
  t.after(async () => {
    running.process.kill('SIGTERM')
    await running.ended.catch(() => {})
    rmSync(folder, { recursive: true })
  })
  await running.said('first 2')
  writeFileSync(file, program('second'))
  await running.said('second 2')
})
