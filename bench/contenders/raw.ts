import type { Contender } from '../harness/contender.ts'
import { RAW } from '../harness/names.ts'

export const raw: Contender = {
  name: RAW,
  role: 'base line',
  openService: async () => (await import('./raw/service.ts')).openService(),
  openPair: async () => (await import('./raw/pair.ts')).openPair(),
  openOneWay: async () => (await import('./raw/one-way.ts')).openOneWay(),
  openRing: async (count) => (await import('./raw/ring.ts')).openRing(count),
  openSubject: async (observers) => (await import('./raw/subject.ts')).openSubject(observers),
}
