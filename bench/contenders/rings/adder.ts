/** A Worker that adds, and does nothing else: it has no event loop, reads a ring and writes another one. */

import { once } from 'node:events'
import { setImmediate as eventLoop } from 'node:timers/promises'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { add } from '../services/add.ts'
import { makeRing, Reader, Writer } from './flat-ring.ts'

/** The ids of what needs no answer, and of the question for the sum of all that. */
const TOLD = 0
const TOTAL = -1
const NO_TEXT = ''

export interface Rings {
  readonly requests: SharedArrayBuffer
  readonly answers: SharedArrayBuffer
}

if (!isMainThread && workerData !== null && 'serves' in (workerData as object))
  serve((workerData as { readonly serves: Rings }).serves)

function serve({ requests, answers }: Rings): never {
  const reader = new Reader(requests)
  const writer = new Writer(answers)
  let total = 0
  const use = (id: number, number: number, text: string): void => {
    if (id === TOLD) total += add(number, text)
    else if (id === TOTAL) writer.put(id, 0, String(total))
    else writer.put(id, add(number, text), NO_TEXT)
  }
  for (;;) {
    while (reader.read(use)) writer.wake()
    reader.block()
  }
}

export async function startAdder(): Promise<Rings> {
  const rings: Rings = { requests: makeRing(), answers: makeRing() }
  await once(new Worker(new URL(import.meta.url), { workerData: { serves: rings } }), 'online')
  return rings
}

/** Calls an adder from a thread that has an event loop. */
export class Caller {
  readonly #requests: Writer
  readonly #answers: Reader
  readonly #open = new Map<number, (answer: number) => void>()
  #last = 0
  #isWaiting = false

  constructor({ requests, answers }: Rings) {
    this.#requests = new Writer(requests)
    this.#answers = new Reader(answers)
  }

  add(n: number, text: string): Promise<number> {
    return this.#call(++this.#last, n, text)
  }

  tell(n: number, text: string): void {
    this.#requests.put(TOLD, n, text)
    this.#requests.wake()
  }

  total(): Promise<number> {
    return this.#call(TOTAL, 0, NO_TEXT)
  }

  /** Stands still until the answer is there. */
  addNow(n: number, text: string): number {
    let sum = 0
    this.#requests.put(++this.#last, n, text)
    this.#requests.wake()
    while (!this.#answers.read((_, answer) => (sum = answer))) this.#answers.block()
    return sum
  }

  #call(id: number, n: number, text: string): Promise<number> {
    this.#requests.put(id, n, text)
    this.#requests.wake()
    if (!this.#isWaiting) void this.#wait()
    return new Promise((resolve) => this.#open.set(id, resolve))
  }

  async #wait(): Promise<void> {
    this.#isWaiting = true
    // What is called in the same turn goes together.
    await Promise.resolve()
    while (this.#open.size > 0) {
      // A limit may be a bad neighbour: it asks again in each round of its event loop, and never sleeps.
      if (!this.#answers.look()) await eventLoop()
      this.#answers.read(this.#settle)
      await Promise.resolve()
    }
    this.#isWaiting = false
  }

  readonly #settle = (id: number, answer: number, text: string): void => {
    // A total may be more than a cell's number.
    this.#open.get(id)!(id === TOTAL ? Number(text) : answer)
    this.#open.delete(id)
  }
}
