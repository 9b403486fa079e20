/** Wrong on purpose: what it loads lazily imports this file. */

import { start, task } from '../../../../src/index.ts'

export const limit = 10

const system = await start(import.meta.url, { worker: task(() => import('./worker.ts'), 'Worker') })
await system.stop()
