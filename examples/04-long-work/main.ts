import { AbortError, call, Future, FutureShock, start, task } from 'tsworks'
import { Worker } from './worker.ts'

const system = await start(import.meta.url, { worker: task(Worker) })
const worker = system.actor('worker')

console.log('A Future made by hand: whoever holds it answers it, whenever it likes.')
const answer = new Future<number>()
await worker.startLongWork(answer)
try {
  console.log(await answer.within(300))
} catch (error) {
  if (!(error instanceof FutureShock)) throw error
  console.log(`  gave up (${error.message}), try a little longer`)
}
console.log(`  the answer is ${await answer.within(10_000)}`)

console.log('Cancel: the running one is told by its signal, the one that waits behind it never begins.')
const begins = new Future<void>()
const running = worker.countTo(1_000_000, begins)
const waiting = worker.countTo(1_000_000)
await begins
waiting.cancel()
running.cancel()
for (const future of [running, waiting]) await future.catch((error: unknown) => tellOf(error))
console.log(`  handlers that were stopped: ${await worker.timesStopped()}`)

console.log('The same with an AbortSignal, as fetch() takes it.')
const controller = new AbortController()
const beginsAgain = new Future<void>()
const counting = call(worker, { signal: controller.signal }).countTo(1_000_000, beginsAgain)
await beginsAgain
controller.abort()
await counting.catch((error: unknown) => tellOf(error))
console.log(`  handlers that were stopped: ${await worker.timesStopped()}`)

console.log('A deadline travels with the call: when it passes, the handler is told, too.')
await call(worker, { timeout: 500 })
  .countTo(1_000_000)
  .catch((error: unknown) => tellOf(error))
console.log(`  handlers that were stopped: ${await worker.timesStopped()}`)

await system.stop()

function tellOf(error: unknown): void {
  if (!(error instanceof AbortError || error instanceof FutureShock)) throw error
  console.log(`  ${error.name}: ${error.message}`)
}
