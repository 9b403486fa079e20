/** Workers with an event loop, each of which passes the number that comes by a MessagePort on to the next. */

import { once } from 'node:events'
import { isMainThread, MessageChannel, parentPort, Worker, workerData, type MessagePort } from 'node:worker_threads'
import type { Ring } from '../../harness/contender.ts'

interface Setup {
  readonly from: MessagePort
  readonly to: MessagePort
  readonly index: number
  /** How often each has passed a number on. */
  readonly passed: Int32Array
}

if (!isMainThread) pass(workerData as Setup)

function pass({ from, to, index, passed }: Setup): void {
  const on = (left: number): void => {
    if (left === 0) return parentPort!.postMessage('ended')
    passed[index]!++
    to.postMessage(left - 1)
  }
  from.on('message', on)
  // A run begins here.
  parentPort!.on('message', on)
}

export async function openRing(count: number): Promise<Ring> {
  const passed = new Int32Array(new SharedArrayBuffer(count * 4))
  const channels = Array.from({ length: count }, () => new MessageChannel())
  const workers = channels.map(({ port1: from }, index) => {
    const to = channels[(index + 1) % count]!.port2
    return new Worker(new URL(import.meta.url), { workerData: { from, to, index, passed }, transferList: [from, to] })
  })
  await Promise.all(workers.map((worker) => once(worker, 'online')))
  const sum = (): number => passed.reduce((all, one) => all + one, 0)
  return {
    async run(hops) {
      const before = sum()
      const ended = Promise.race(workers.map((worker) => once(worker, 'message')))
      workers[0]!.postMessage(hops)
      await ended
      return sum() - before
    },
  }
}
