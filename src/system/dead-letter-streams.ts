/**
 * Dead letters for programs and tests: streams that the main thread opens, and that all threads report to while one is open (S1).
 *
 *   first stream ──▶ the kernel tells all threads ──▶ their letters, in bounded batches ──▶ each open stream
 *   last one closed ──▶ they fall silent
 *
 * A stream holds as many as its capacity; what comes while it is full, and what threads had no room for, is `missed`.
 */

import { BadDefinition } from '../core/errors.ts'
import { describe } from '../core/traits.ts'
import { PulledStream } from '../threads/pulled-stream.ts'
import { Fifo } from '../wire/fifo.ts'
import type { DeadLetter } from '../wire/kernel-protocol.ts'

/** How a stream of dead letters is opened. */
export interface DeadLetterOptions {
  /** How many letters wait for their reader; what comes while so many do is only counted. 10,000 by default. */
  readonly capacity?: number
}

const DEFAULT_CAPACITY = 10_000

/** Messages that were not handled, as they are dropped, until it is closed or the system has stopped. */
export class DeadLetterStream extends PulledStream<DeadLetter> {
  /** Settles when the threads report; what they drop from then on comes. */
  readonly ready: Promise<void>
  readonly #capacity: number
  readonly #onClose: (stream: DeadLetterStream) => void
  readonly #letters = new Fifo<DeadLetter>()
  #missed = 0

  /** @internal */
  constructor(capacity: number, ready: Promise<void>, onClose: (stream: DeadLetterStream) => void) {
    super()
    this.ready = ready
    this.#capacity = capacity
    this.#onClose = onClose
  }

  /** How many dropped messages it has not told of: they came faster than they were read. */
  get missed(): number {
    return this.#missed
  }

  /**
   * Takes in what a thread has dropped.
   *
   * @internal
   */
  put(letters: readonly DeadLetter[], missed: number): void {
    this.#missed += missed
    for (const letter of letters) {
      if (this.#letters.size < this.#capacity) this.#letters.push(letter)
      else this.#missed++
      this.arrived()
    }
  }

  /** @internal */
  protected override take(): IteratorYieldResult<DeadLetter> | undefined {
    const value = this.#letters.take()
    return value === undefined ? undefined : { value, done: false }
  }

  /** @internal */
  protected override get isEmpty(): boolean {
    return this.#letters.size === 0
  }

  /** @internal */
  protected override ended(): void {
    this.#onClose(this)
  }

  /** @internal */
  protected override dropped(): void {
    this.#letters.clear()
  }
}

/** All streams of a system. */
export class DeadLetterStreams {
  readonly #hear: (on: boolean) => Promise<void>
  readonly #open = new Set<DeadLetterStream>()
  #ready = Promise.resolve()

  /** `hear` tells the kernel whether anybody listens. */
  constructor(hear: (on: boolean) => Promise<void>) {
    this.#hear = hear
  }

  open(options: DeadLetterOptions): DeadLetterStream {
    const capacity = checkedCapacity(options)
    if (this.#open.size === 0) this.#ready = this.#hear(true)
    // Whoever does not wait for it need not hear that the system has stopped meanwhile.
    this.#ready.catch(() => {})
    const stream = new DeadLetterStream(capacity, this.#ready, () => this.#closed(stream))
    this.#open.add(stream)
    return stream
  }

  put(letters: readonly DeadLetter[], missed: number): void {
    for (const stream of this.#open) stream.put(letters, missed)
  }

  /** The system has stopped. */
  endAll(): void {
    for (const stream of [...this.#open]) stream.end()
  }

  #closed(stream: DeadLetterStream): void {
    if (this.#open.delete(stream) && this.#open.size === 0) this.#hear(false).catch(() => {})
  }
}

function checkedCapacity(options: unknown): number {
  const refuse = (found: unknown): never => {
    throw new BadDefinition(
      `system.deadLetters(options): expected { capacity }, a whole number from 1 or Infinity, found ${describe(found)}`,
    )
  }
  if (typeof options !== 'object' || options === null) return refuse(options)
  for (const name of Object.keys(options)) if (name !== 'capacity') refuse(name)
  const { capacity = DEFAULT_CAPACITY } = options as DeadLetterOptions
  if (capacity !== Infinity && !(Number.isSafeInteger(capacity) && capacity > 0)) refuse(capacity)
  return capacity
}
