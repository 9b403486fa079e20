/** A thread reads from a pipe that nobody writes to: no way to end it from outside. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, task, Task, tell } from '../../../src/index.ts'

class Stuck extends Task {
  read(path: string) {
    return readFileSync(path, 'utf8')
  }
}

class Other extends Task {
  ping() {
    return 'pong'
  }
}

const system = await start(
  import.meta.url,
  { stuck: task(Stuck), other: task(Other) },
  { stopTimeout: 100, log: { level: 'silent' } },
)
const folder = mkdtempSync(join(tmpdir(), 'tsworks-fifo-'))
const fifo = join(folder, 'fifo')
execFileSync('mkfifo', [fifo])
tell(system.actor('stuck')).read(fifo)
await system.actor('other').ping()
const { late, forced, givenUp } = await system.stop()
rmSync(folder, { recursive: true })
process.stdout.write(`late: ${late.join()}; forced: ${forced.join()}; given up: ${givenUp.join()}\n`, () =>
  process.kill(process.pid, 'SIGKILL'),
)
