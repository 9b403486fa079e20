// 100 Tasks, each in a thread of its own, until start() returns; `node tasks.js 100` prints how long that took, in ms.

import { start, task, Task } from 'tsworks'

class Idle extends Task {
  answer() {
    return 1
  }
}

const began = performance.now()
const system = await start(import.meta.url, { idle: task(Idle, { count: Number(process.argv[2]) }) })
console.log(JSON.stringify({ ms: performance.now() - began, cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }))
await system.stop()
