/** Wrong on purpose: it starts twice. */

import { isMainThread } from 'node:worker_threads'
import { start, task, Task } from '../../../src/index.ts'

class Counter extends Task {}
class Other extends Task {}

async function refused(what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
    console.log(`${what}: not refused`)
  } catch (error) {
    console.log(`${what}: ${(error as Error).name}: ${(error as Error).message}`)
  }
}

const first = start(import.meta.url, { counter: task(Counter) })
// Not awaited above, so threads come here, too.
if (isMainThread) await refused('while starting', () => start(import.meta.url, { counter: task(Counter) }))
const system = await first
await refused('while running', () => start(import.meta.url, { counter: task(Counter) }))
await refused('other class', () => start(import.meta.url, { counter: task(Other) }))
await refused('other definitions', () => start(import.meta.url, { other: task(Other) }))
await system.stop()
await refused('other definitions after the stop', () => start(import.meta.url, { other: task(Other) }))
await refused('no definitions', () => start(import.meta.url, {}))
const again = await start(import.meta.url, { counter: task(Counter) })
console.log('started again')
await again.stop()
