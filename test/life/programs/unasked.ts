/** Futures that fail: some that nobody asks for before the system stops, and some that somebody does. */

import { Future, start, Task, task, tell, type Remote } from '../../../src/index.ts'

class Failing extends Task {
  bad(why: string): never {
    throw new Error(why)
  }
  work(answer: Future<number>, why: string): void {
    answer.fail(new Error(why))
  }
  drop(): void {
    void this.self<Failing>().bad('dropped in a thread')
  }
  done(): void {}
}

const system = await start(import.meta.url, { failing: task(Failing) })
const failing: Remote<Failing> = system.actor('failing')
const answer = new Future<number>()
tell(failing).work(answer, 'answered with an error')
tell(failing).work(new Future<number>(), 'answered, and nobody asked')
console.log(await answer.catch((error: unknown) => (error as Error).message))
void failing.bad('dropped on main')
const later = failing.bad('asked for after the stop')
tell(failing).drop()
await failing.done()
await system.stop()
console.log(await later.catch((error: unknown) => (error as Error).message))
