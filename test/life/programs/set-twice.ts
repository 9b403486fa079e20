/** A Future that is set on main, and then again by the object that it was passed to. */

import { Future, start, Task, task } from '../../../src/index.ts'

class Keeper extends Task {
  #kept: Future<number> | undefined
  keep(answer: Future<number>): void {
    this.#kept = answer
  }
  set(n: number): void {
    // This thread was not told that it is settled.
    this.#kept!.set(n)
  }
  setAgain(answer: Future<number>): void {
    answer.fail(new Error('much too late'))
  }
}

const system = await start(import.meta.url, { keeper: task(Keeper) })
const keeper = system.actor('keeper')
const answer = new Future<number>()
await keeper.keep(answer)
answer.set(1)
await keeper.set(8)
await keeper.setAgain(answer)
console.log(await answer)
await system.stop()
