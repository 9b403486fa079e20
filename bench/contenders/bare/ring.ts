/** Workers without an event loop: each sleeps by Atomics.wait until its number has changed, and passes it on. */

import { once } from 'node:events'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import type { Ring } from '../../harness/contender.ts'

/** Words from one Worker's number to the next: a cache line, which no two of them share. */
const STRIDE = 16

interface Setup {
  /** For each Worker the number that it was passed last; then, for each, how often it has passed one on. */
  readonly words: Int32Array
  readonly index: number
  readonly count: number
  /** The number that ends a run; main sets it. */
  readonly end: Int32Array
}

if (!isMainThread) pass(workerData as Setup)

function pass({ words, index, count, end }: Setup): never {
  const own = index * STRIDE
  const next = ((index + 1) % count) * STRIDE
  const passed = (count + index) * STRIDE
  for (let seen = 0; ;) {
    Atomics.wait(words, own, seen)
    const number = Atomics.load(words, own)
    if (number === seen) continue
    seen = number
    if (number === Atomics.load(end, 0)) {
      Atomics.store(end, 1, 1)
      Atomics.notify(end, 1)
      continue
    }
    Atomics.add(words, passed, 1)
    Atomics.store(words, next, number + 1)
    Atomics.notify(words, next, 1)
  }
}

export async function openRing(count: number): Promise<Ring> {
  const words = new Int32Array(new SharedArrayBuffer(count * 2 * STRIDE * 4))
  const end = new Int32Array(new SharedArrayBuffer(8))
  const workers = Array.from(
    { length: count },
    (_, index) => new Worker(new URL(import.meta.url), { workerData: { words, index, count, end } }),
  )
  await Promise.all(workers.map((worker) => once(worker, 'online')))
  const passed = () => workers.reduce((sum, _, index) => sum + Atomics.load(words, (count + index) * STRIDE), 0)
  let number = 0
  return {
    async run(hops) {
      const before = passed()
      Atomics.store(end, 1, 0)
      // One that no Worker has seen.
      number++
      Atomics.store(end, 0, number + hops)
      Atomics.store(words, 0, number)
      Atomics.notify(words, 0, 1)
      const waiting = Atomics.waitAsync(end, 1, 0)
      if (waiting.async) await waiting.value
      number += hops
      return passed() - before
    },
  }
}
