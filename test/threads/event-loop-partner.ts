/** Each of two threads of event-loop.test.ts: sends a number on, larger by one, as soon as it has come, or a little later. */

import { setImmediate } from 'node:timers'
import { isMainThread, workerData, type MessagePort } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import { EventLoop } from '../../src/threads/event-loop.ts'
import { Looking } from '../../src/threads/looking.ts'
import { SeededRandom } from '../../src/testing/seeded-random.ts'

export interface PartnerData {
  readonly memory: SharedArrayBuffer
  readonly number: 0 | 1
  readonly port: MessagePort
  readonly seed: number
  readonly rounds: number
}

/** Words: a bell for each, and what each has sent last. */
const SENT = 2 * Bell.words

export class Partner {
  /** How many rounds were made. */
  readonly done: Promise<number>
  readonly #data: PartnerData
  readonly #words: Int32Array
  readonly #random: SeededRandom
  readonly #peer: Bell
  #last = 0
  #isDone: (rounds: number) => void = () => {}

  constructor(data: PartnerData) {
    const { memory, number, port, seed } = data
    this.#data = data
    this.#words = new Int32Array(memory)
    this.#random = new SeededRandom(seed * 2 + number)
    this.done = new Promise((resolve) => (this.#isDone = resolve))
    const bellOf = (of: number): Bell => new Bell(this.#words.subarray(of * Bell.words, (of + 1) * Bell.words))
    this.#peer = bellOf(1 - number)
    const now = (): number => performance.now()
    const loop = new EventLoop({ bell: bellOf(number), looking: new Looking(2, now), now, spellMs: 1 }, () =>
      this.#turn(),
    )
    port.on('message', () => loop.woken())
    loop.plan()
    if (number === 0) this.#send(1)
  }

  #turn(): boolean {
    const got = Atomics.load(this.#words, SENT + 1 - this.#data.number)
    if (got <= this.#last) return false
    this.#last = got
    const send = (): void => this.#send(got + 1)
    const ways: (() => void)[] = [
      send,
      () => queueMicrotask(send),
      () => process.nextTick(send),
      () => void setImmediate(send),
      () => {
        const end = performance.now() + this.#random.between(1, 100) / 1_000
        while (performance.now() < end);
        send()
      },
    ]
    ways[this.#random.between(0, ways.length - 1)]!()
    return false
  }

  #send(value: number): void {
    const { number, port, rounds } = this.#data
    Atomics.store(this.#words, SENT + number, value)
    this.#peer.ring(() => port.postMessage(null))
    if (value < 2 * rounds) return
    this.#isDone(Math.floor(value / 2))
    port.unref()
  }
}

if (!isMainThread && 'rounds' in (workerData as object)) void new Partner(workerData as PartnerData)
