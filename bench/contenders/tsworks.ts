import type { Contender } from '../harness/contender.ts'
import { FAR_WATCHDOG } from '../harness/names.ts'

export const tsworks: Contender = {
  name: 'tsworks',
  role: 'tsworks',
  openService: async () => (await import('./tsworks/service.ts')).openService(),
  openPair: async () => (await import('./tsworks/pair.ts')).openPair(),
  openOneWay: async () => (await import('./tsworks/counting.ts')).openOneWay(),
  openNeighbour: async () => (await import('./tsworks/counting.ts')).openNeighbour(),
  openRing: async (count) => (await import('./tsworks/ring.ts')).openRing(count),
  openThreads: async () => (await import('./tsworks/starting.ts')).startThreads,
  openCrowd: async () => (await import('./tsworks/crowd.ts')).openCrowd(),
  openSkynet: async () => (await import('./tsworks/skynet.ts')).openSkynet(),
  openMasses: async () => (await import('./tsworks/masses.ts')).openMasses(),
  openSubject: async (observers) => (await import('./tsworks/subject.ts')).openSubject(observers),
  openPriced: async () => (await import('./tsworks/service.ts')).openService(),
  openEcho: async () => (await import('./tsworks/echo.ts')).openEcho(),
}

/** Take part in B12 only. */
export const setups: readonly Contender[] = [
  {
    name: FAR_WATCHDOG,
    role: 'setup',
    openPriced: async () => (await import('./tsworks/setups.ts')).withFarWatchdog(),
  },
  {
    name: 'watched: events, dead letters, a snapshot a second',
    role: 'setup',
    openPriced: async () => (await import('./tsworks/setups.ts')).watched(),
  },
]
