import type { Contender } from '../harness/contender.ts'
import { BARE } from '../harness/names.ts'

export const bare: Contender = {
  name: BARE,
  role: 'base line',
  openRing: async (count) => (await import('./bare/ring.ts')).openRing(count),
  openThreads: async () => (await import('./bare/starting.ts')).startThreads,
}
