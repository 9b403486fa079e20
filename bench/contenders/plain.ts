import type { Contender } from '../harness/contender.ts'
import { PLAIN } from '../harness/names.ts'

export const plain: Contender = {
  name: PLAIN,
  role: 'limit',
  openNeighbour: async () => (await import('./plain/objects.ts')).openNeighbour(),
  openMasses: async () => (await import('./plain/objects.ts')).openMasses(),
  openSkynet: async () => (await import('./plain/skynet.ts')).growSkynet,
}
