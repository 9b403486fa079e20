/** Runs until a signal comes. `hang`: onStop never ends; `alone`: signals: false; `in-start`: onStart waits for the end. */

import { start, task, Task } from '../../../src/index.ts'

const [mode] = process.argv.slice(2)

class Worker extends Task {
  onStart() {
    console.log('worker starts')
    return mode === 'in-start' ? new Promise(() => {}) : undefined
  }
  onStop(reason: string) {
    console.log(`worker stops: ${reason}`)
    return mode === 'hang' ? new Promise(() => {}) : undefined
  }
}

class Base extends Task {}

try {
  const system = await start(
    import.meta.url,
    { base: task(Base, { thread: 'main' }), worker: task(Worker, { after: ['base'] }) },
    { signals: mode !== 'alone', stopTimeout: mode === 'in-start' ? 100 : 60_000 },
  )
  console.log('ready')
  await system.done
  console.log('main: stopped')
} catch (error) {
  console.log(`start: ${(error as Error).name}: ${(error as Error).message}`)
}
