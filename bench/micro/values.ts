/**
 * What values cost on the wire between two threads, beside postMessage of the same: `node bench/micro/values.ts [seconds per figure] [text]`.
 *
 * `round` is one value there and back, then the next; `flood` is tells of it in one direction, as many as a thread sends before it looks at its
 * event loop. Shown is the processor time of the whole process for each value, since a wall clock tells more of the other programs of the
 * machine; the ratio is raw / ours, so more than 1 is better than raw. Contenders take turns in each round of rounds. With a text, only
 * the workloads that have it in their name.
 */

import { isMainThread, MessageChannel, Worker, workerData, type MessagePort } from 'node:worker_threads'
import { NO_CONTEXT } from '../../src/core/message.ts'
import { realEngine } from '../../src/threads/engine.ts'
import { Ledger } from '../../src/threads/ledger.ts'
import { Routes } from '../../src/threads/routes.ts'
import { ThreadMemory } from '../../src/threads/shared-state.ts'
import { makeLinkPair, type ThreadHalf } from '../../src/wire/link-pair.ts'
import type { Packet } from '../../src/wire/protocol.ts'

interface Setup {
  readonly half: ThreadHalf
  readonly memories: readonly [SharedArrayBuffer, SharedArrayBuffer]
  readonly account: SharedArrayBuffer
  readonly raw: MessagePort
}

interface Contender {
  /** There and back. */
  round(value: unknown): Promise<void>
  /** One way, so many; the last one is answered. */
  flood(value: unknown, count: number): Promise<void>
}

const [MAIN, OTHER] = [0, 1]

/** The roads of one of the two threads. */
function openRoutes(
  { half, memories, account }: Setup,
  side: 0 | 1,
  receive: (packet: Packet, routes: Routes) => void,
): Routes {
  const [own, peer] = [new ThreadMemory(memories[side]), new ThreadMemory(memories[1 - side]!)]
  const routes = new Routes({
    here: side,
    references: { write: () => undefined, read: () => ({}) },
    introduce: () => {},
    receive: (_, packet) => receive(packet, routes),
    settle: () => 0,
    lostUnmet: () => {},
    stale: () => {},
    isFenced: () => own.isFenced,
    handOverLines: () => false,
    unreadable: (_, error) => {
      throw error
    },
    onReadable: () => loop.plan(),
    onWoken: () => loop.woken(),
  })
  const loop = realEngine(own.bell).loop(() => routes.turn('all'))
  routes.introduced(1 - side, { half, memory: peer, ledger: new Ledger(account, side) })
  loop.plan()
  return routes
}

function echo(setup: Setup): void {
  const { raw } = setup
  openRoutes(setup, OTHER as 1, (packet, routes) => {
    if (packet.kind === 'call')
      routes.send(MAIN, 'answer', { kind: 'value', id: packet.id, value: (packet.args as unknown[])[0] })
  })
  raw.on('message', ({ id, value }: { readonly id: number; readonly value: unknown }) => {
    if (id !== 0) raw.postMessage({ id, value })
  })
}

function startContenders(): { readonly contenders: readonly [Contender, Contender]; readonly worker: Worker } {
  const [left, right] = makeLinkPair('ring')
  const { port1, port2 } = new MessageChannel()
  const memories = [ThreadMemory.create().buffer, ThreadMemory.create().buffer] as const
  const setup: Setup = { half: right, memories, account: Ledger.create(), raw: port2 }
  const worker = new Worker(new URL(import.meta.url), { workerData: setup, transferList: [right.port, port2] })
  let [back, id] = [(): void => {}, 0]
  const whenBack = (send: () => void) =>
    new Promise<void>((resolve) => {
      back = resolve
      send()
    })
  const routes = openRoutes({ ...setup, half: left }, MAIN as 0, () => back())
  port1.on('message', () => back())
  const message = { to: 5, from: 4, method: 'hello', context: NO_CONTEXT }
  const flooding =
    (tell: (value: unknown) => void, round: Contender['round']) =>
    (value: unknown, count: number): Promise<void> => {
      for (let i = 1; i < count; i++) tell(value)
      return round(value)
    }
  const raw: Contender['round'] = (value) => whenBack(() => port1.postMessage({ id: ++id, value }))
  const ours: Contender['round'] = (value) =>
    whenBack(() => routes.send(OTHER, 'request', { kind: 'call', ...message, id: ++id, args: [value] }))
  return {
    contenders: [
      { round: raw, flood: flooding((value) => port1.postMessage({ id: 0, value }), raw) },
      {
        round: ours,
        flood: flooding((value) => routes.send(OTHER, 'request', { kind: 'tell', ...message, args: [value] }), ours),
      },
    ],
    worker,
  }
}

function rowsOf(bytes: number): unknown {
  const list: unknown[] = []
  for (let i = 0, length = 0; length < bytes; i++) {
    const row = {
      id: i,
      name: `device ${i}`,
      on: i % 2 === 0,
      at: 1.5 * i,
      tags: ['a', `tag${i}`],
      pos: { x: i, y: -i },
    }
    list.push(row)
    length += JSON.stringify(row).length + 1
  }
  return { rows: list }
}

const SIZES = { '1 KB': 1_000, '64 KB': 64_000, '1 MB': 1_000_000 }
const VALUES: Readonly<Record<string, (bytes: number) => unknown>> = {
  object: rowsOf,
  string: (bytes) => 'x'.repeat(bytes),
  'string of é': (bytes) => 'é'.repeat(bytes),
  'string of Ж': (bytes) => 'Ж'.repeat(bytes / 2),
  bytes: (bytes) => new Uint8Array(bytes).fill(7),
  numbers: (bytes) => Array.from({ length: bytes / 8 }, (_, i) => i * 1.5),
}

/** Processor time in µs for each value, and how many a second. */
async function measure(run: () => Promise<number>, ms: number): Promise<readonly [cpu: number, perSecond: number]> {
  let values = 0
  const before = process.cpuUsage()
  const start = performance.now()
  while (performance.now() - start < ms) values += await run()
  const { user, system } = process.cpuUsage(before)
  return [(user + system) / values, (values * 1_000) / (performance.now() - start)]
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
}

async function main(ms: number, only: string): Promise<void> {
  const { contenders, worker } = startContenders()
  console.log(`Node ${process.version}, CPU µs per value:`.padEnd(32), 'raw      ours     raw/ours   wall: ours/raw')
  const workloads: [string, (one: Contender) => Promise<number>][] = [
    ['flood, (number)', async (one) => (await one.flood(7, 500), 500)],
  ]
  for (const [what, make] of Object.entries(VALUES))
    for (const [size, bytes] of Object.entries(SIZES)) {
      const value = make(bytes)
      workloads.push([`round, ${what} ${size}`, async (one) => (await one.round(value), 1)])
    }
  for (const [name, run] of workloads) {
    if (!name.includes(only)) continue
    const cpu: [number[], number[]] = [[], []]
    const wall: [number[], number[]] = [[], []]
    for (let round = 0; round < 5; round++)
      for (const side of [0, 1] as const) {
        const [time, rate] = await measure(() => run(contenders[side]), round === 0 ? ms / 2 : ms)
        cpu[side].push(time)
        wall[side].push(rate)
      }
    const [raw, ours] = [median(cpu[0].slice(1)), median(cpu[1].slice(1))]
    const figures = [raw.toPrecision(3), ours.toPrecision(3), (raw / ours).toFixed(2)].map((text) => text.padEnd(8))
    console.log(
      name.padEnd(32),
      figures.join(' '),
      '  ',
      (median(wall[1].slice(1)) / median(wall[0].slice(1))).toFixed(2),
    )
  }
  await worker.terminate()
}

if (isMainThread) await main(Number(process.argv[2] ?? 0.3) * 1_000, process.argv[3] ?? '')
else echo(workerData as Setup)
