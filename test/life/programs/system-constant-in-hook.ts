/** Wrong on purpose: a hook uses the constant that start() gives. */

import { start, task, Task } from '../../../src/index.ts'

class Asker extends Task {
  async onStart() {
    await system.stop()
  }
}

const system = await start(import.meta.url, { asker: task(Asker) })
