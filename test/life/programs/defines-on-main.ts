/** Wrong on purpose: the threads do not get to see one of the definitions. */

import { isMainThread } from 'node:worker_threads'
import { start, task, Task } from '../../../src/index.ts'

class Counter extends Task {}
class Extra extends Task {}

const definitions = { counter: task(Counter), ...(isMainThread ? { extra: task(Extra) } : {}) }
const system = await start(import.meta.url, definitions)
await system.stop()
