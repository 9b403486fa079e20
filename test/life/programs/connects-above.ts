/** Wrong on purpose: what it connects to stands above start(), so every thread would connect. */

import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { isMainThread } from 'node:worker_threads'
import { start, task, Task } from '../../../src/index.ts'

if (isMainThread) {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  process.env['TSWORKS_TEST_PORT'] = String((server.address() as AddressInfo).port)
  server.unref()
}
const socket = connect(Number(process.env['TSWORKS_TEST_PORT']), '127.0.0.1')
socket.on('error', () => {})
if (isMainThread) socket.unref()

class Counter extends Task {}

const system = await start(import.meta.url, { counter: task(Counter) })
await system.stop()
