import { fileURLToPath } from 'node:url'
import type { Contender } from '../harness/contender.ts'

export const piscina: Contender = {
  name: 'Piscina',
  role: 'contender',
  package: 'piscina',
  async openService() {
    const { Piscina } = await import('piscina')
    const pool = new Piscina({
      filename: fileURLToPath(new URL('services/pooled.ts', import.meta.url)),
      minThreads: 1,
      maxThreads: 1,
      // Its best mode: as many tasks at once as a workload has, and a thread that sleeps in Atomics.wait.
      concurrentTasksPerWorker: 1_000,
      atomics: 'sync',
    })
    return {
      add: (n, text) => pool.run([n, text], { name: 'add' }) as Promise<number>,
      echo: (value) => pool.run(value, { name: 'echo' }),
    }
  },
}
