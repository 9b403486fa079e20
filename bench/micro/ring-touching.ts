/**
 * What a hop costs in a ring of event loops that do nothing, but look at so much memory of their own: `node bench/micro/ring-touching.ts 100 256`.
 *
 * Code and data of a thread are such memory: what many threads use in turns does not stay in the caches of the cores.
 */

import { once } from 'node:events'
import { isMainThread, MessageChannel, parentPort, Worker, workerData, type MessagePort } from 'node:worker_threads'

const HOPS = 100_000
const LINE_WORDS = 16
const LINES_PER_KB = 16
/** A prime: one line after the other would be fetched before it is asked for. */
const STEP = 7_919

interface Setup {
  readonly from: MessagePort
  readonly to: MessagePort
  readonly kilobytes: number
}

if (isMainThread) await measure(Number(process.argv[2] ?? 100), process.argv.slice(3).map(Number))
else pass(workerData as Setup)

function pass({ from, to, kilobytes }: Setup): void {
  const lines = kilobytes * LINES_PER_KB
  const memory = new Int32Array(lines * LINE_WORDS)
  const on = (left: number): void => {
    for (let line = 0; line < lines; line++) memory[((line * STEP) % lines) * LINE_WORDS]!++
    if (left === 0) parentPort!.postMessage('ended')
    else to.postMessage(left - 1)
  }
  from.on('message', on)
  parentPort!.on('message', on)
}

async function measure(threads: number, sizes: readonly number[]): Promise<void> {
  for (const kilobytes of sizes.length > 0 ? sizes : [0, 16, 64, 128, 256]) {
    const channels = Array.from({ length: threads }, () => new MessageChannel())
    const workers = channels.map(({ port1: from }, index) => {
      const to = channels[(index + 1) % threads]!.port2
      return new Worker(new URL(import.meta.url), { workerData: { from, to, kilobytes }, transferList: [from, to] })
    })
    await Promise.all(workers.map((worker) => once(worker, 'online')))
    const run = async (hops: number): Promise<number> => {
      const ended = Promise.race(workers.map((worker) => once(worker, 'message')))
      const began = performance.now()
      workers[0]!.postMessage(hops)
      await ended
      return ((performance.now() - began) * 1_000) / hops
    }
    await run(HOPS / 10)
    console.log(`${threads} threads, each looks at ${kilobytes} KB: ${(await run(HOPS)).toFixed(1)} µs a hop`)
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}
