import { fileURLToPath } from 'node:url'
import type { Contender } from '../harness/contender.ts'

export const tinypool: Contender = {
  name: 'tinypool',
  role: 'contender',
  package: 'tinypool',
  async openService() {
    const { Tinypool } = await import('tinypool')
    const pool = new Tinypool({
      filename: fileURLToPath(new URL('services/pooled.ts', import.meta.url)),
      minThreads: 1,
      maxThreads: 1,
      concurrentTasksPerWorker: 1_000,
    })
    return {
      add: (n, text) => pool.run([n, text], { name: 'add' }) as Promise<number>,
      echo: (value) => pool.run(value, { name: 'echo' }),
    }
  },
}
