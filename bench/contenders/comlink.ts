import { Worker } from 'node:worker_threads'
import type { Contender } from '../harness/contender.ts'
import type { functions } from './services/comlink.ts'

export const comlink: Contender = {
  name: 'Comlink',
  role: 'contender',
  package: 'comlink',
  async openService() {
    const { wrap } = await import('comlink')
    const { default: nodeEndpoint } = await import('comlink/dist/esm/node-adapter.mjs')
    const worker = new Worker(new URL('services/comlink.ts', import.meta.url))
    return wrap<typeof functions>(nodeEndpoint(worker))
  },
}
