/** One object crashes on every message, for ever; the system gives up, and the process does not end as if all were well. */

import { start, subsystem, Task, task, tell } from '../../../src/index.ts'

class Doomed extends Task {
  work() {
    throw new RangeError('no good')
  }
}

const [budget] = process.argv.slice(2)
const doomed = subsystem(
  import.meta.url,
  { doomed: task(Doomed, { failure: 'restart' }), other: task(Doomed) },
  { budget: { restarts: Number(budget), within: 3_600_000 } },
)
const system = await start(import.meta.url, doomed, { log: { level: 'warn' } })
system.on('restarted', ({ name, incarnation }) => {
  console.log(`restarted ${name} ${incarnation}`)
  tell(system.actor('doomed')).work()
})
system.on('escalated', ({ reason }) => console.log(`escalated ${reason}`))
tell(system.actor('doomed')).work()
await system.done.catch((error: unknown) => console.log(`done ${(error as Error).message}`))
console.log(`running ${system.isRunning}`)
