import { once } from 'node:events'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { Subject } from '../../harness/contender.ts'

type Message = { readonly kind: 'tick'; readonly n: number; readonly text: string } | { readonly kind: 'heard' }

if (!isMainThread) {
  let heard = 0
  parentPort!.on('message', (message: Message) => {
    if (message.kind === 'tick') heard++
    else parentPort!.postMessage(heard)
  })
}

export async function openSubject(observers: number): Promise<Subject> {
  const workers = Array.from({ length: observers }, () => new Worker(new URL(import.meta.url)))
  const send = (worker: Worker, message: Message) => worker.postMessage(message)
  const heard = async (): Promise<number> => {
    const each = await Promise.all(
      workers.map(async (worker) => {
        send(worker, { kind: 'heard' })
        const [count] = (await once(worker, 'message')) as [number]
        return count
      }),
    )
    return each.reduce((sum, count) => sum + count, 0)
  }
  return {
    async notify(times) {
      const before = await heard()
      for (let n = 0; n < times; n++) for (const worker of workers) send(worker, { kind: 'tick', n, text: 'hello' })
      return (await heard()) - before
    },
  }
}
