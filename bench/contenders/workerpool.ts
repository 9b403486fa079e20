import { fileURLToPath } from 'node:url'
import type { Contender } from '../harness/contender.ts'

export const workerpool: Contender = {
  name: 'workerpool',
  role: 'contender',
  package: 'workerpool',
  async openService() {
    const { pool } = await import('workerpool')
    const script = fileURLToPath(new URL('services/workerpool.ts', import.meta.url))
    const workers = pool(script, { workerType: 'thread', minWorkers: 1, maxWorkers: 1 })
    return {
      add: (n, text) => workers.exec('add', [n, text]) as PromiseLike<number>,
      echo: (value) => workers.exec('echo', [value]),
    }
  },
}
