// 100 Workers, each of which answers one message; `node bare.js 100` prints how long that took, in ms.

import { isMainThread, parentPort, Worker } from 'node:worker_threads'

if (isMainThread) {
  const count = Number(process.argv[2])
  const began = performance.now()
  const workers = Array.from({ length: count }, () => new Worker(new URL(import.meta.url)))
  await Promise.all(
    workers.map((worker) => {
      worker.postMessage(1)
      return new Promise((resolve) => worker.once('message', resolve))
    }),
  )
  console.log(
    JSON.stringify({ ms: performance.now() - began, cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }),
  )
  process.exit(0)
} else parentPort?.once('message', () => parentPort?.postMessage(1))
