/** Prints much in onStop, and ends. */

import { start, task, Task } from '../../../src/index.ts'

class Printer extends Task {
  onStop() {
    for (let line = 0; line < 500; line++) console.log(`${this.name} onStop line ${line}`)
  }
}

const system = await start(import.meta.url, {
  own: task(Printer),
  shared: task(Printer, { thread: 'shared' }),
  main: task(Printer, { thread: 'main' }),
})
await system.stop()
console.log('main: stopped')
