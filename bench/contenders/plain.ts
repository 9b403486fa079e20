import type { Contender } from '../harness/contender.ts'

export const plain: Contender = {
  name: 'plain objects',
  role: 'limit',
  openNeighbour: async () => (await import('./plain/objects.ts')).openNeighbour(),
  openCrowd: async () => (await import('./plain/objects.ts')).openCrowd(),
  openMasses: async () => (await import('./plain/objects.ts')).openMasses(),
  openSkynet: async () => (await import('./plain/skynet.ts')).growSkynet,
}
