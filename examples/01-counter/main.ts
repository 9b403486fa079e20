import { start, task, Task } from 'tsworks'

class Counter extends Task {
  #n = 0

  add(by: number): number {
    return (this.#n += by)
  }
}

const system = await start(import.meta.url, { counter: task(Counter) })
const counter = system.actor('counter')
console.log(await counter.add(2))
console.log(await counter.add(40))
await system.stop()
