/** Wrong on purpose: its class uses the constant that start() gives. */

import { start, task, Task } from '../../../src/index.ts'

class Adder extends Task {
  add(a: number, b: number) {
    return a + b
  }
}

class Asker extends Task {
  ask() {
    return system.actor('adder').add(1, 2)
  }
  async askLater() {
    await Promise.resolve()
    return system.actor('adder').add(1, 2)
  }
  useConstant() {
    return limit
  }
}

const system = await start(import.meta.url, {
  adder: task(Adder),
  asker: task(Asker),
  sharedAsker: task(Asker, { thread: 'shared' }),
})
const limit = 10

for (const name of ['asker', 'sharedAsker'] as const)
  for (const method of ['ask', 'askLater', 'useConstant'] as const)
    try {
      console.log(await (system.actor(name) as unknown as Record<typeof method, () => Promise<unknown>>)[method]())
    } catch (error) {
      console.log(`${name}.${method}: ${String(error)}`)
    }
await system.stop()
