/**
 * What it costs to wake a thread, without anything that is sent: `node bench/micro/wake.ts [seconds per figure] [threads in the ring]`.
 *
 * A number goes to and fro between two threads, or round a ring of them, each of which takes it out of a word, adds one, and
 * rings the next one's bell. `in loops`: each lives in its event loop (src/threads/event-loop.ts). `standing`: main stands still in between,
 * as get() does. `without looks` is what one core would do. `bare`: Atomics.wait and notify, nothing of ours. Where the machine is busy,
 * looks and sleeps come to the same; that is meant. Pin the threads, or wait, to see more.
 */

import { availableParallelism, loadavg } from 'node:os'
import { isMainThread, MessageChannel, Worker, workerData, type MessagePort } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import { EventLoop } from '../../src/threads/event-loop.ts'
import { Looking } from '../../src/threads/looking.ts'
import { realClock } from '../../src/threads/real-clock.ts'

type How = 'in loops' | 'standing' | 'bare'

interface Setup {
  readonly how: How
  readonly memory: SharedArrayBuffer
  readonly here: number
  readonly next: number
  readonly looks: boolean
  /** Where it is woken, and where it wakes the next one. */
  readonly door: MessagePort
  readonly nextDoor: MessagePort
}

/** Words of each thread, in two cache lines of its own: the number, the bell. */
const STRIDE = 32
const BELL_AT = 16

const { now } = realClock

class Seat {
  readonly bell: Bell
  readonly #setup: Setup
  readonly #words: Int32Array
  readonly #next: Bell
  #last = 0

  constructor(setup: Setup) {
    this.#setup = setup
    this.#words = new Int32Array(setup.memory)
    const bellOf = (seat: number): Bell => {
      const at = seat * STRIDE + BELL_AT
      return new Bell(this.#words.subarray(at, at + Bell.words))
    }
    this.bell = bellOf(setup.here)
    this.#next = bellOf(setup.next)
  }

  /** The number, if a new one is there; 0 if not. */
  take(): number {
    const number = Atomics.load(this.#words, this.#setup.here * STRIDE)
    return number === this.#last ? 0 : (this.#last = number)
  }

  give(number: number): void {
    Atomics.store(this.#words, this.#setup.next * STRIDE, number)
    this.#next.ring(() => this.#setup.nextDoor.postMessage(null))
  }

  /** Calls `got` with each number, in an event loop. */
  live(got: (number: number) => void): EventLoop {
    const looking = new Looking(this.#setup.looks ? availableParallelism() : 1, now)
    const loop = new EventLoop({ bell: this.bell, looking, now, spellMs: 1 }, () => {
      const number = this.take()
      if (number > 0) got(number)
      return false
    })
    this.#setup.door.on('message', loop.woken)
    loop.plan()
    return loop
  }

  /** The next number, with this thread standing still. */
  stand(looking: Looking): number {
    for (;;) {
      const seen = this.bell.count()
      const number = this.take()
      if (number > 0) return number
      looking.standStill(this.bell, seen, Infinity)
    }
  }

  /** The same by nothing but the number's word. */
  wait(): number {
    for (;;) {
      const number = this.take()
      if (number > 0) return number
      Atomics.wait(this.#words, this.#setup.here * STRIDE, this.#last)
    }
  }

  giveBare(number: number): void {
    Atomics.store(this.#words, this.#setup.next * STRIDE, number)
    Atomics.notify(this.#words, this.#setup.next * STRIDE)
  }
}

/** Threads in a ring, of which the first seat is main's. */
async function seats(count: number, how: How, looks: boolean) {
  const memory = new SharedArrayBuffer(count * STRIDE * Int32Array.BYTES_PER_ELEMENT)
  const channels = Array.from({ length: count }, () => new MessageChannel())
  const setupOf = (here: number): Setup => {
    const next = (here + 1) % count
    return { how, memory, here, next, looks, door: channels[here]!.port1, nextDoor: channels[next]!.port2 }
  }
  const workers = channels.slice(1).map((_, i) => {
    const setup = setupOf(i + 1)
    const transferList = [setup.door, setup.nextDoor]
    return new Worker(new URL(import.meta.url), { workerData: setup, transferList, name: `seat ${i + 1}` })
  })
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('online', resolve))))
  const seat = new Seat(setupOf(0))
  const end = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.terminate()))
    channels[0]!.port1.close()
  }
  return { seat, end }
}

/** Passes on what comes, for ever. */
function answer(setup: Setup): void {
  const seat = new Seat(setup)
  if (setup.how === 'bare') for (;;) seat.giveBare(seat.wait() + 1)
  else seat.live((number) => seat.give(number + 1))
}

/** Numbers that come round per second, times the threads that each has passed. */
async function hops(count: number, how: How, looks: boolean, ms: number): Promise<number> {
  const { seat, end } = await seats(count, how, looks)
  const looking = new Looking(looks ? availableParallelism() : 1, now)
  let rounds = 0
  const once = await rounder()
  // Warm, and all that answer are there.
  for (let i = 0; i < 20_000 / count; i++) await once()
  const since = now()
  for (rounds = 0; now() - since < ms; rounds++) await once()
  const perSecond = ((rounds * count) / (now() - since)) * 1_000
  await end()
  return perSecond

  async function rounder(): Promise<() => Promise<void> | void> {
    if (how === 'bare')
      return () => {
        seat.giveBare(1 + rounds++ * count)
        seat.wait()
      }
    if (how === 'standing')
      return () => {
        seat.give(1 + rounds++ * count)
        seat.stand(looking)
      }
    let back: () => void = () => {}
    seat.live(() => back())
    return () =>
      new Promise((resolve) => {
        back = resolve
        seat.give(1 + rounds++ * count)
      })
  }
}

/** What ringing the bell of somebody who is awake costs, in ns, alone and while another thread rings, too. */
function rings(): number {
  const bell = Bell.create()
  const most = 2_000_000
  let best = Infinity
  for (let round = 0; round < 5; round++) {
    const since = now()
    for (let i = 0; i < most; i++) bell.ring()
    best = Math.min(best, ((now() - since) / most) * 1e6)
  }
  return best
}

/** The CPU time of threads that only sleep, in % of a core. */
async function idle(count: number, ms: number): Promise<number> {
  const { seat, end } = await seats(count, 'in loops', true)
  const loop = seat.live(() => {})
  await new Promise((resolve) => setTimeout(resolve, 500))
  const before = process.cpuUsage()
  const since = now()
  await new Promise((resolve) => setTimeout(resolve, ms))
  const { user, system } = process.cpuUsage(before)
  const percent = (user + system) / (now() - since) / 10
  loop.end()
  await end()
  return percent
}

if (!isMainThread) answer(workerData as Setup)
else {
  const ms = Number(process.argv[2] ?? 1) * 1_000
  const inRing = Number(process.argv[3] ?? 20)
  const show = (what: string, value: number, unit: string): void =>
    console.log(
      what.padEnd(48),
      (value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en')).padStart(10),
      unit,
    )
  console.log(`Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}`)
  for (const [how, looks, what] of [
    ['in loops', true, 'two loops, with looks'],
    ['in loops', false, 'two loops, without looks'],
    ['standing', true, 'a loop and one that stands, with looks'],
    ['standing', false, 'a loop and one that stands, without looks'],
    ['bare', false, 'two that stand, bare'],
  ] as const)
    show(`to and fro: ${what}`, (await hops(2, how, looks, ms)) / 2, '/s')
  for (const [how, looks, what] of [
    ['in loops', true, 'with looks'],
    ['in loops', false, 'without looks'],
    ['bare', false, 'bare'],
  ] as const)
    show(`ring of ${inRing}: ${what}`, await hops(inRing, how, looks, ms), 'hops/s')
  show('a ring for one who is awake', rings(), 'ns')
  show('20 threads that sleep', await idle(20, 2 * ms), '% of a core')
}
