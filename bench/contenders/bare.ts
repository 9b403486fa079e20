import type { Contender } from '../harness/contender.ts'
import { BARE, BARE_NET } from '../harness/names.ts'

export const bare: Contender = {
  name: BARE,
  role: 'base line',
  openRing: async (count) => (await import('./bare/ring.ts')).openRing(count),
  openThreads: async () => (await import('./bare/starting.ts')).startThreads,
}

export const bareNet: Contender = {
  name: BARE_NET,
  role: 'base line',
  openEcho: async () => (await import('./bare/echo.ts')).openEcho(),
}
