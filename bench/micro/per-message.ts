/** What the law asks for of each message costs alone, in ns: a look at the clock, a store and an add that others see, the entry into a scope. */

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { hrtime } from 'node:process'

const TIMES = 5_000_000
const ROUNDS = 5

const words = new Int32Array(new SharedArrayBuffer(1_024))
const storage = new AsyncLocalStorage<object>()
const resource = storage.run({}, () => new AsyncResource('measured'))
const nothing = (): void => {}

const steps: Readonly<Record<string, (n: number) => unknown>> = {
  'an empty call': nothing,
  'the clock (S7, S37)': () => {
    const [seconds, nanoseconds] = hrtime()
    return seconds * 1_000 + nanoseconds / 1e6
  },
  'a store that others see (S37)': (n) => Atomics.store(words, 16, n),
  'an add that others see (S8)': () => Atomics.add(words, 32, 1),
  'the entry into a scope (S40)': () => resource.runInAsyncScope(nothing),
}

let kept: unknown
for (const [name, step] of Object.entries(steps)) {
  let best = Infinity
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    for (let n = 0; n < TIMES; n++) kept = step(n)
    best = Math.min(best, ((performance.now() - began) * 1e6) / TIMES)
  }
  console.log(`${name}: ${best.toFixed(1)} ns`)
}
if (kept === storage) throw new Error('to keep the results alive')
