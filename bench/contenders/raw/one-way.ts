import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { OneWay } from '../../harness/contender.ts'
import { add } from '../services/add.ts'

type Message = { readonly kind: 'told'; readonly n: number; readonly text: string } | { readonly kind: 'total' }

if (!isMainThread) {
  let total = 0
  parentPort!.on('message', (message: Message) => {
    if (message.kind === 'told') total += add(message.n, message.text)
    else parentPort!.postMessage(total)
  })
}

export async function openOneWay(): Promise<OneWay> {
  const worker = new Worker(new URL(import.meta.url))
  const send = (message: Message) => worker.postMessage(message)
  return {
    tell: (n, text) => send({ kind: 'told', n, text }),
    async total() {
      send({ kind: 'total' })
      const [total] = (await once(worker, 'message')) as [number]
      return total
    },
  }
}
