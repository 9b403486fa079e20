/** A main thread whose objects throw where nobody can catch it: nothing of it is the process's. The policies are `failure: 'resume'`. */

import process from 'node:process'
import { Future, start, task, Task } from '../../../src/index.ts'

class Loose extends Task {
  #told: Future<void> | undefined
  throwLater(told: Future<void>): void {
    this.#told = told
    setImmediate(() => {
      throw new RangeError('boom of an object')
    })
  }
  rejectLater(told: Future<void>): void {
    this.#told = told
    void Promise.reject(new RangeError('boom of an object'))
  }
  override onException(method: string, error: unknown): void {
    console.log(`onException ${method}: ${(error as Error).message}`)
    this.#told?.set()
  }
}

const { emit } = process
const settings = { signals: false, log: { level: 'silent' } } as const
const system = await start(import.meta.url, { loose: task(Loose, { thread: 'main' }) }, settings)

process.on('exit', (code) => console.log(`exit ${code}`))
process.on('uncaughtException', (error, origin) => console.log(`the listener heard ${error.message} (${origin})`))
process.on('unhandledRejection', (error) => console.log(`the listener heard ${String(error)}`))
for (const method of ['throwLater', 'rejectLater'] as const) {
  const told = new Future<void>()
  await system.actor('loose')[method](told)
  await told
}
await system.stop()
console.log(`process.emit is ${process.emit === emit ? 'as it was' : 'still ours'}`)
