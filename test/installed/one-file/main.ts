import { start, task, Task } from 'tsworks'

class Counter extends Task {
  #n = 0
  add(by: number) {
    return (this.#n += by)
  }
}

const system = await start(import.meta.url, { counter: task(Counter) })
console.log(await system.actor('counter').add(2))
await system.stop()
