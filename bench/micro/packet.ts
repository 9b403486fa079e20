/**
 * What the wire costs for one small packet: `node bench/micro/packet.ts [seconds per figure]`.
 *
 * Two ends of a link in one thread: `write` is Routes.send() until the packet stands in the ring, `read` is Routes.turn() until it is handed
 * over. Medians over batches, in ns, so what else runs on the machine counts little; `cpu` is the processor time of both with the garbage
 * collector, by the mean.
 */

import { NO_CONTEXT } from '../../src/core/message.ts'
import { Ledger } from '../../src/threads/ledger.ts'
import { Routes } from '../../src/threads/routes.ts'
import { ThreadMemory } from '../../src/threads/shared-state.ts'
import { makeLinkPair } from '../../src/wire/link-pair.ts'
import type { Lane } from '../../src/wire/link.ts'
import type { Packet } from '../../src/wire/protocol.ts'

const [HERE, THERE] = [1, 2]

/** Fewer than fill a ring. */
const BATCH = 250

let arrived = 0

function routesOf(here: number): Routes {
  return new Routes({
    here,
    references: { write: () => undefined, read: () => ({}) },
    introduce: () => {},
    receive: () => void arrived++,
    settle: () => 0,
    lostUnmet: () => {},
    stale: () => {},
    isFenced: () => memory.isFenced,
    handOverLines: () => false,
    unreadable: (_, error) => {
      throw error
    },
    onReadable: () => {},
    onWoken: () => {},
  })
}

const memory = ThreadMemory.create()
const [here, there] = [routesOf(HERE), routesOf(THERE)]
const [left, right] = makeLinkPair('ring')
const account = Ledger.create()
here.introduced(THERE, { half: left, memory, ledger: new Ledger(account, 0) })
there.introduced(HERE, { half: right, memory, ledger: new Ledger(account, 1) })

const context = NO_CONTEXT
const message = { to: 1_234, from: 77, context }
const nothing = {}
const PACKETS: Readonly<Record<string, readonly [Lane, (n: number) => Packet]>> = {
  'call (number, string)': [
    'request',
    (n) => ({ kind: 'call', ...message, id: n, method: 'hello', args: [n, 'a text'] }),
  ],
  'tell (number, string)': ['request', (n) => ({ kind: 'tell', ...message, method: 'hello', args: [n, 'a text'] })],
  'notify, long texts': [
    'request',
    (n) => ({ kind: 'notify', ...message, method: 'temperatureChanged', args: [`sensor number ${n & 15}`, n / 8] }),
  ],
  'call (object of 3)': [
    'request',
    (n) => ({ kind: 'call', ...message, id: n, method: 'hello', args: [{ id: n, name: 'a text', on: true }] }),
  ],
  'call with a deadline': [
    'request',
    (n) => ({
      kind: 'call',
      ...message,
      id: n,
      method: 'hello',
      context: { deadline: n + 0.5, chain: [1, 2], trace: undefined },
      args: [n],
    }),
  ],
  'value number': ['answer', (n) => ({ kind: 'value', id: n, value: n })],
  'value (object of 3)': ['answer', (n) => ({ kind: 'value', id: n, value: { id: n, name: 'a text', on: true } })],
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
}

function measure(lane: Lane, packet: (n: number) => Packet, ms: number): readonly [number, number, number] {
  const write: number[] = []
  const read: number[] = []
  const packets = Array.from({ length: BATCH }, (_, n) => packet(1_000_000 + n))
  const before = process.cpuUsage()
  let batches = 0
  for (const end = performance.now() + ms; performance.now() < end; batches++) {
    const start = performance.now()
    for (let i = 0; i < BATCH; i++) here.send(THERE, lane, packets[i]!, nothing)
    const written = performance.now()
    while (there.turn('all'));
    const done = performance.now()
    write.push(((written - start) * 1e6) / BATCH)
    read.push(((done - written) * 1e6) / BATCH)
  }
  const { user, system } = process.cpuUsage(before)
  return [median(write), median(read), ((user + system) * 1e3) / (batches * BATCH)]
}

const ms = Number(process.argv[2] ?? 0.5) * 1_000
// So that no figure is of code that has seen one kind of packet only.
for (let round = 0; round < 2; round++) for (const [lane, packet] of Object.values(PACKETS)) measure(lane, packet, 150)
console.log(`Node ${process.version}, ns per packet:`.padEnd(32), 'write    read     cpu')
for (const [name, [lane, packet]] of Object.entries(PACKETS)) {
  const figures = measure(lane, packet, ms)
  console.log(name.padEnd(32), figures.map((figure) => Math.round(figure).toString().padEnd(8)).join(' '))
}
here.close()
there.close()
if (arrived === 0) throw new Error('nothing has arrived')
