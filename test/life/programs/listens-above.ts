/** Wrong on purpose: it listens above start(), so every thread would. */

import { createServer } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { start, task, Task } from '../../../src/index.ts'

const server = createServer().listen(0)
if (isMainThread) server.unref()

class Counter extends Task {}

const system = await start(import.meta.url, { counter: task(Counter) })
await system.stop()
