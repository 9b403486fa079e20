/** A Worker that calls an adder. */

import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import type { Pair } from '../../harness/contender.ts'
import { Caller, startAdder, type Rings } from './adder.ts'

interface Order {
  readonly how: keyof Pair
  readonly count: number
}

if (!isMainThread) takeOrders(new Caller((workerData as { readonly calls: Rings }).calls))

function takeOrders(caller: Caller): void {
  const obey = async ({ how, count }: Order): Promise<void> => {
    let sum = 0
    for (let n = 0; n < count; n++) sum += how === 'blocked' ? caller.addNow(n, 'hello') : await caller.add(n, 'hello')
    parentPort!.postMessage(sum)
  }
  parentPort!.on('message', (order: Order) => void obey(order))
}

export async function openPair(): Promise<Pair> {
  const worker = new Worker(new URL(import.meta.url), { workerData: { calls: await startAdder() } })
  const order = async (given: Order): Promise<number> => {
    worker.postMessage(given)
    const [sum] = (await once(worker, 'message')) as [number]
    return sum
  }
  return { awaited: (count) => order({ how: 'awaited', count }), blocked: (count) => order({ how: 'blocked', count }) }
}
