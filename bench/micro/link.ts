/**
 * What the roads between two threads carry: `node bench/micro/link.ts [seconds per figure]`.
 *
 * One way: main floods another thread that only reads. Round trip: one record there and back, then the next; both threads live
 * in their event loops, or main stands still in between as get() does. Raw: postMessage of the same bytes, nothing of ours.
 */

import { setImmediate } from 'node:timers/promises'
import { isMainThread, MessageChannel, Worker, workerData, type MessagePort } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import { makeLinkPair, type LinkKind } from '../../src/wire/link-pair.ts'
import { Turns, type End } from '../../test/wire/turns.ts'

type Setup = { readonly read: Int32Array } & (
  | { readonly kind: 'link'; readonly end: End }
  | { readonly kind: 'raw'; readonly port: MessagePort }
)

/** A road with a thread at its other end that counts what it reads, and sends back what it gets if `echoes`. */
interface Road {
  send(bytes: Uint8Array): void
  /** Resolves when one has come back. */
  back(): Promise<void>
  /** The same, with this thread standing still. */
  blockedBack?: () => void
  readonly held: number
  /** How many the other thread has read. */
  read(): number
  end(): Promise<unknown>
}

const [ECHOES, READ] = [0, 1]

if (isMainThread) await main(Number(process.argv[2] ?? 1) * 1_000)
else answer(workerData as Setup)

function answer(setup: Setup): void {
  const { read } = setup
  const echoes = () => Atomics.load(read, ECHOES) === 1
  if (setup.kind === 'raw') {
    setup.port.on('message', (bytes: Uint8Array) => {
      Atomics.add(read, READ, 1)
      if (echoes()) setup.port.postMessage(bytes)
    })
  } else {
    const turns = new Turns(setup.end, (_, { bytes }) => {
      Atomics.add(read, READ, 1)
      if (echoes()) turns.link.send('answer', { bytes, attachments: [] })
    })
    turns.plan()
  }
}

function openRoad(kind: LinkKind | 'raw', echoes: boolean): Road {
  const read = new Int32Array(new SharedArrayBuffer(8))
  if (echoes) Atomics.store(read, ECHOES, 1)
  let onBack = () => {}
  const back = () => new Promise<void>((resolve) => (onBack = resolve))
  const shared = { back, read: () => Atomics.load(read, READ) }
  if (kind === 'raw') {
    const { port1, port2 } = new MessageChannel()
    const worker = startThread({ kind, port: port2, read }, port2)
    port1.on('message', () => onBack())
    return { ...shared, held: 0, send: (bytes) => port1.postMessage(bytes), end: () => worker.terminate() }
  }
  const [half, theirHalf] = makeLinkPair(kind)
  const [own, peer] = [Bell.create().memory, Bell.create().memory]
  const theirs: End = { half: theirHalf, bells: { own: peer, peer: own }, keepsAlive: true }
  const worker = startThread({ kind: 'link', end: theirs, read }, theirHalf.port)
  let returned = 0
  const turns = new Turns({ half, bells: { own, peer } }, () => {
    returned++
    onBack()
  })
  turns.plan()
  return {
    ...shared,
    get held() {
      return turns.link.held
    },
    send: (bytes) => turns.link.send('request', { bytes, attachments: [] }),
    blockedBack: () => {
      const before = returned
      turns.blockUntil(() => returned > before, 'readAnswers')
    },
    end: () => worker.terminate(),
  }
}

function startThread(setup: Setup, port: MessagePort): Worker {
  return new Worker(new URL(import.meta.url), { workerData: setup, transferList: [port] })
}

/** Records per second, one way. */
async function oneWay(kind: LinkKind | 'raw', length: number, ms: number): Promise<number> {
  const road = openRoad(kind, false)
  const bytes = new Uint8Array(length)
  road.send(bytes)
  while (road.read() < 1) await setImmediate()
  let sent = 1
  const start = performance.now()
  while (performance.now() - start < ms) {
    for (let i = 0; i < 100 && road.held === 0 && sent - road.read() < 2_000; i++, sent++) road.send(bytes)
    await setImmediate()
  }
  while (road.read() < sent) await setImmediate()
  const perSecond = (sent / (performance.now() - start)) * 1_000
  await road.end()
  return perSecond
}

/** Round trips per second. */
async function roundTrips(kind: LinkKind | 'raw', how: 'awaited' | 'blocked', ms: number): Promise<number> {
  const road = openRoad(kind, true)
  const bytes = new Uint8Array(100)
  road.send(bytes)
  await road.back()
  let rounds = 0
  const start = performance.now()
  for (; performance.now() - start < ms; rounds++) {
    road.send(bytes)
    if (how === 'awaited') await road.back()
    else road.blockedBack?.()
  }
  const perSecond = (rounds / (performance.now() - start)) * 1_000
  await road.end()
  return perSecond
}

async function main(ms: number): Promise<void> {
  console.log(`Node ${process.version}, per second:`.padEnd(32), 'raw      port     ring     ring/raw  ring/port')
  const show = (name: string, [raw, port, ring]: readonly [number | undefined, number, number]) => {
    const figure = (value: number | undefined) => (value === undefined ? '-' : Math.round(value).toString()).padEnd(8)
    const ratio = (value: number | undefined) => (value === undefined ? '-' : (ring / value).toFixed(2)).padEnd(9)
    console.log(name.padEnd(32), figure(raw), figure(port), figure(ring), ratio(raw), ratio(port))
  }
  for (const length of [20, 100, 1_000, 8_000, 16_000, 100_000]) {
    const figures = [
      await oneWay('raw', length, ms),
      await oneWay('port', length, ms),
      await oneWay('ring', length, ms),
    ]
    show(`one way, ${length} bytes`, figures as [number, number, number])
  }
  for (const how of ['awaited', 'blocked'] as const) {
    const raw = how === 'blocked' ? undefined : await roundTrips('raw', how, ms)
    show(`round trip, ${how}`, [raw, await roundTrips('port', how, ms), await roundTrips('ring', how, ms)])
  }
}
