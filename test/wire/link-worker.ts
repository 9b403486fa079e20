/** The other threads of link-threads.test.ts, told by `workerData` what to play. */

import { parentPort, workerData, Worker, type WorkerOptions } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import type { Lane } from '../../src/wire/link.ts'
import { pump, type PumpOptions } from './pump.ts'
import { fill, type Progress } from './serial-records.ts'
import { Turns, type End } from './turns.ts'

export type Role =
  /** Answers each request by its own bytes, after 0 to 3 turns of the event loop. */
  | { readonly kind: 'echo'; readonly end: End }
  /** Sends `count` records at once, most of which must wait for room. */
  | { readonly kind: 'burst'; readonly end: End; readonly count: number }
  /** Answers as well, but has nothing else that would keep it alive. */
  | { readonly kind: 'idle'; readonly end: End }
  /** Starts the victims it is told to and makes their deaths known, whatever the main thread does. */
  | { readonly kind: 'kernel'; readonly bell: Int32Array }
  /** Sends and reads until all has come. */
  | { readonly kind: 'stress'; readonly options: PumpOptions }
  | Victim

/** Sends without end, until it dies. */
export interface Victim {
  readonly kind: 'victim'
  readonly end: End
  readonly progress: Progress
  readonly death: 'terminate' | 'exit' | 'throw'
  /** Dies, or asks to be ended, when it has sent so many. */
  readonly after: number
}

const role = workerData as Role
switch (role.kind) {
  case 'echo':
    echo(role)
    break
  case 'burst':
    burst(role)
    break
  case 'idle':
    idle(role)
    break
  case 'victim':
    flood(role)
    break
  case 'stress':
    await pump(role.options)
    break
  case 'kernel':
    startVictims(new Bell(role.bell))
    break
  default:
    throw new Error(`unknown role: ${JSON.stringify(role satisfies never)}`)
}

function echo({ end }: Extract<Role, { kind: 'echo' }>): void {
  const turns = new Turns(end, (_, record) => {
    const bytes = new Uint8Array(record.bytes)
    afterTurns(Math.floor(Math.random() * 4), () => turns.link.send('answer', { bytes, attachments: [] }))
  })
  turns.plan()
  stayAlive()
}

function afterTurns(count: number, then: () => void): void {
  if (count === 0) then()
  else setImmediate(() => afterTurns(count - 1, then))
}

function burst({ end, count }: Extract<Role, { kind: 'burst' }>): void {
  const turns = new Turns(end, () => {})
  for (let serial = 0; serial < count; serial++) {
    turns.link.send(serial % 3 === 0 ? 'answer' : 'request', fill(serial, serial % 100 === 0 ? 3_000 : serial % 60))
  }
  turns.plan()
  stayAlive()
}

function idle({ end }: Extract<Role, { kind: 'idle' }>): void {
  const turns = new Turns(end, (_, { bytes }) => turns.link.send('answer', { bytes, attachments: [] }))
  turns.plan()
}

function stayAlive(): void {
  parentPort?.on('message', () => {})
}

function flood({ end, progress, death, after }: Victim): void {
  const turns = new Turns(end, () => {})
  turns.plan()
  const sent = { request: 0, answer: 0 }
  const sendOne = () => {
    const lane: Lane = Math.random() < 0.3 ? 'answer' : 'request'
    turns.link.send(lane, fill(sent[lane]++, Math.random() < 0.05 ? 3_000 : Math.floor(Math.random() * 60)))
    if (sent.request + sent.answer === after) die(death)
  }
  const someTurn = () => {
    const unread = sent.request + sent.answer - Atomics.load(progress, 2)
    // No more than the reader can follow, and only while nothing is held, which would die with this thread.
    let most = Math.min(1 + Math.floor(Math.random() * 200), 2_000 - unread)
    for (; most > 0 && turns.link.held === 0; most--) {
      sendOne()
      if (turns.link.held > 0) break
      Atomics.store(progress, 0, sent.request)
      Atomics.store(progress, 1, sent.answer)
    }
    setImmediate(someTurn)
  }
  someTurn()
}

function die(death: Victim['death']): void {
  switch (death) {
    case 'exit':
      process.exit(3)
    case 'throw':
      throw new Error('the victim dies')
    case 'terminate':
      parentPort?.postMessage('now') // It goes on sending until the kernel has heard it.
  }
}

function startVictims(bell: Bell): void {
  parentPort?.on('message', (victim: Victim) => {
    const options: WorkerOptions = { workerData: victim, transferList: [victim.end.half.port] }
    const worker = new Worker(new URL(import.meta.url), options)
    worker.on('message', () => void worker.terminate())
    worker.on('error', () => {})
    worker.on('exit', () => {
      Atomics.store(victim.progress, 3, 1)
      parentPort?.postMessage('dead')
      bell.ring()
    })
  })
}
