import { fileURLToPath } from 'node:url'
import type { Contender } from '../harness/contender.ts'

export const poolifier: Contender = {
  name: 'poolifier',
  role: 'contender',
  package: 'poolifier',
  async openService() {
    const { FixedThreadPool } = await import('poolifier')
    const pool = new FixedThreadPool(1, fileURLToPath(new URL('services/poolifier.ts', import.meta.url)))
    return {
      add: (n, text) => pool.execute([n, text], 'add') as Promise<number>,
      echo: (value) => pool.execute(value, 'echo'),
    }
  },
}
