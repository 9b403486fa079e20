/**
 * A main thread in which something goes wrong that belongs to no object: `nobody.ts throw` runs with a system, `nobody.ts throw alone`
 * without one. Everything else is the same, so that all that is printed can be compared.
 */

import process from 'node:process'
import { setImmediate as macrotask } from 'node:timers/promises'
import { start, task, Task } from '../../../src/index.ts'

class Idle extends Task {}

const [what, how, listens] = process.argv.slice(2)

async function running(): Promise<{ stop(): Promise<unknown> }> {
  if (how === 'alone') return { stop: () => Promise.resolve() }
  return start(import.meta.url, { idle: task(Idle, { thread: 'main' }) }, { signals: false })
}
const system = await running()
if (how === 'stopped') await system.stop()

process.on('exit', (code) => console.log(`exit ${code}`))
process.on('uncaughtExceptionMonitor', (error, origin) => console.log(`monitor: ${String(error)} (${origin})`))
if (listens === 'listening') {
  process.on('uncaughtException', (error, origin) => console.log(`uncaughtException: ${String(error)} (${origin})`))
  process.on('unhandledRejection', (error) => console.log(`unhandledRejection: ${String(error)}`))
}

if (what === 'throw') setImmediate(() => fail())
else if (what === 'null')
  setImmediate(() => {
    // oxlint-disable-next-line typescript/only-throw-error -- what is thrown is the test
    throw null
  })
else setImmediate(() => void Promise.resolve().then(fail))

for (let turn = 0; turn < 10; turn++) await macrotask()
await system.stop()
console.log('went on')

function fail(): never {
  throw new RangeError('boom of nobody')
}
