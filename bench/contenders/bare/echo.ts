/** A server and a client by hand: two Workers, `node:net`, and a framing that knows only what it needs. */

import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import type { Echo } from '../../harness/contender.ts'
import { isNumber, telegram } from '../services/telegrams.ts'

const HEAD = 4

interface Setup {
  /** Of the client: where the server is. */
  readonly port?: number
}

const setup = workerData as Setup | null
if (setup !== null) {
  if (setup.port === undefined) await serve()
  else await send(setup.port)
}

/** Cuts telegrams out of what comes; what is left of one is put before the next chunk. All that `take` writes to one chunk goes at once. */
function telegramsOf(socket: Socket, take: (bytes: Buffer) => void): void {
  let rest: Buffer | undefined
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk])
    let at = 0
    socket.cork()
    while (bytes.length - at >= HEAD) {
      const end = at + HEAD + bytes.readUInt32BE(at)
      if (end > bytes.length) break
      take(bytes.subarray(at + HEAD, end))
      at = end
    }
    socket.uncork()
    rest = at === bytes.length ? undefined : bytes.subarray(at)
  })
}

function write(socket: Socket, bytes: Buffer): void {
  const framed = Buffer.allocUnsafe(HEAD + bytes.length)
  framed.writeUInt32BE(bytes.length)
  framed.set(bytes, HEAD)
  socket.write(framed)
}

async function serve(): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => telegramsOf(socket, (bytes) => write(socket, bytes)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  parentPort!.postMessage((server.address() as AddressInfo).port)
}

async function send(port: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let [count, sent, come, right] = [0, 0, 0, 0]
  telegramsOf(socket, (bytes) => {
    if (isNumber(bytes, come++)) right++
    if (sent < count) write(socket, telegram(sent++))
    if (come === count) parentPort!.postMessage(right)
  })
  parentPort!.on('message', (order: { readonly count: number; readonly atOnce: number }) => {
    count = order.count
    sent = come = right = 0
    socket.cork()
    for (let n = 0; n < order.atOnce; n++) write(socket, telegram(sent++))
    socket.uncork()
  })
  parentPort!.postMessage('ready')
}

export async function openEcho(): Promise<Echo> {
  const server = new Worker(new URL(import.meta.url), { workerData: {} satisfies Setup })
  const [port] = (await once(server, 'message')) as [number]
  const client = new Worker(new URL(import.meta.url), { workerData: { port } satisfies Setup })
  await once(client, 'message')
  return {
    async echo(count, atOnce) {
      client.postMessage({ count, atOnce })
      const [right] = (await once(client, 'message')) as [number]
      return right
    },
  }
}
