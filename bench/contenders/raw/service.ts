/** By hand: one message there and one back, with the number of the call. */

import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { Service } from '../../harness/contender.ts'
import { add } from '../services/add.ts'

type Request =
  | { readonly id: number; readonly method: 'add'; readonly n: number; readonly text: string }
  | { readonly id: number; readonly method: 'echo'; readonly value: unknown }

interface Answer {
  readonly id: number
  readonly result: unknown
}

if (!isMainThread)
  parentPort!.on('message', (request: Request) => {
    const result = request.method === 'add' ? add(request.n, request.text) : request.value
    parentPort!.postMessage({ id: request.id, result } satisfies Answer)
  })

export async function openService(): Promise<Service> {
  const worker = new Worker(new URL(import.meta.url))
  const calls = new Map<number, (result: never) => void>()
  let last = 0
  worker.on('message', ({ id, result }: Answer) => {
    calls.get(id)!(result as never)
    calls.delete(id)
  })
  const sent = <R>(id: number, request: Request): Promise<R> => {
    worker.postMessage(request)
    return new Promise((resolve) => calls.set(id, resolve))
  }
  return {
    add: (n, text) => sent(++last, { id: last, method: 'add', n, text }),
    echo: (value) => sent(++last, { id: last, method: 'echo', value }),
  }
}
