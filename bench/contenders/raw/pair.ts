/** Two Workers with a MessagePort between them; one calls the other, and awaits each answer or stands still until it is there. */

import { once } from 'node:events'
import { MessageChannel, receiveMessageOnPort, Worker, workerData, type MessagePort } from 'node:worker_threads'
import type { Pair } from '../../harness/contender.ts'
import { add } from '../services/add.ts'

interface Request {
  readonly n: number
  readonly text: string
}

interface Setup {
  readonly role: 'adder' | 'caller'
  readonly port: MessagePort
  /** How many answers there have been. */
  readonly answered: Int32Array
  /** Of the caller: whence its orders come. */
  readonly orders: MessagePort
}

interface Order {
  readonly how: 'awaited' | 'blocked'
  readonly count: number
}

const setup = workerData as Setup | null
if (setup?.role === 'adder') serve(setup)
if (setup?.role === 'caller') takeOrders(setup)

function serve({ port, answered }: Setup): void {
  port.on('message', ({ n, text }: Request) => {
    port.postMessage(add(n, text))
    Atomics.add(answered, 0, 1)
    Atomics.notify(answered, 0)
  })
}

function takeOrders(caller: Setup): void {
  const obey = async ({ how, count }: Order): Promise<void> =>
    caller.orders.postMessage(how === 'awaited' ? await awaited(caller, count) : blocked(caller, count))
  caller.orders.on('message', (order: Order) => void obey(order))
}

async function awaited({ port }: Setup, count: number): Promise<number> {
  let settle: (result: number) => void
  const listener = (result: number) => settle(result)
  port.on('message', listener)
  let sum = 0
  for (let n = 0; n < count; n++) {
    const answer = new Promise<number>((resolve) => (settle = resolve))
    port.postMessage({ n, text: 'hello' } satisfies Request)
    sum += await answer
  }
  port.off('message', listener)
  return sum
}

function blocked({ port, answered }: Setup, count: number): number {
  let sum = 0
  for (let n = 0; n < count; n++) {
    const before = Atomics.load(answered, 0)
    port.postMessage({ n, text: 'hello' } satisfies Request)
    // Not once only: the notify of the answer before may come late, and wake this wait.
    while (Atomics.load(answered, 0) === before) Atomics.wait(answered, 0, before)
    sum += (receiveMessageOnPort(port) as { message: number }).message
  }
  return sum
}

export async function openPair(): Promise<Pair> {
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const { port1, port2 } = new MessageChannel()
  const orders = new MessageChannel()
  const open = (role: Setup['role'], port: MessagePort, more: { readonly orders?: MessagePort } = {}) =>
    new Worker(new URL(import.meta.url), {
      workerData: { role, port, answered, ...more },
      transferList: [port, ...Object.values(more)],
    })
  open('adder', port1)
  open('caller', port2, { orders: orders.port2 })
  const order = async (given: Order): Promise<number> => {
    orders.port1.postMessage(given)
    const [sum] = (await once(orders.port1, 'message')) as [number]
    return sum
  }
  return {
    awaited: (count) => order({ how: 'awaited', count }),
    blocked: (count) => order({ how: 'blocked', count }),
  }
}
