/**
 * Inflow: the reader's end of a stream (S6), an async iterator as the producer's own.
 *
 *   next() ──▶ ahead ──when half of it is read──▶ pull(most) ──▶ the producer (outflow.ts)
 *                ▲────────────────── a batch ───────────────────────╯
 *
 * Credits: a pull asks for no more than there is room for ahead, so memory on both sides is bounded, however slow the reader is; and a fast one
 * has the next items on their way while it reads these. Nothing is pulled before the first `next()`, as the body of a generator does not run
 * before it.
 *
 * Invariant: at most one pull is open; what ends the stream is told behind all items that came before it.
 */

import { whenSettled, type Future, type Outcome } from '../core/future.ts'
import { Fifo } from '../wire/fifo.ts'
import { discard, noteBroughtBy } from '../wire/movables.ts'
import type { Batch } from './outflow.ts'
import { PulledStream, type Failure, type Returned } from './pulled-stream.ts'

/** Items that are ahead of their reader, at most. */
const MOST_AHEAD = 256

/** How it reaches its producer. */
export interface Source {
  readonly pull: (most: number) => Future<Batch>
  /** Why its reader gets nothing more; asked when something has come. */
  readonly late: () => Error | undefined
  /** It is read no further. Again is harmless. */
  readonly close: () => void
}

export class Inflow<T = unknown, R = unknown>
  extends PulledStream<T, R>
  implements AsyncGenerator<T, R | undefined, undefined>
{
  readonly #source: Source
  readonly #ahead = new Fifo<T>()
  #isPulling = false
  /** Half of what the last pull has brought: the next one goes when no more is ahead, so that these are two batches at most, whatever they weigh. */
  #half = 0
  /** How it ends, once all that is ahead has been read. */
  #ending: Failure | Returned<R> | undefined
  #isClosed = false

  constructor(source: Source) {
    super()
    this.#source = source
  }

  /** Closes it, as `return()`, and rejects with the error. */
  async throw(error: unknown): Promise<never> {
    await this.return()
    throw error
  }

  /** @internal */
  protected override take(): IteratorYieldResult<T> | undefined {
    // First: where it fails at once, others who read are served meanwhile, in order.
    if (this.#ahead.size - 1 <= this.#half) this.#pull()
    const isThere = this.#ahead.size > 0
    const value = this.#ahead.take()
    if (!isThere && this.#ending !== undefined) this.end(this.#ending)
    return isThere ? { value: value as T, done: false } : undefined
  }

  /** @internal */
  protected override get isEmpty(): boolean {
    return this.#ahead.size === 0
  }

  /** @internal */
  protected override ended(): void {
    // Its end is its last item's.
  }

  /** @internal */
  protected override dropped(): void {
    this.#isClosed = true
    while (this.#ahead.size > 0) discard(this.#ahead.take())
    this.#source.close()
  }

  #pull(): void {
    if (this.#isPulling || this.#ending !== undefined) return
    this.#isPulling = true
    whenSettled(this.#source.pull(MOST_AHEAD - this.#ahead.size), (outcome) => this.#pulled(outcome))
  }

  #pulled(outcome: Outcome): void {
    this.#isPulling = false
    const late = this.#isClosed ? undefined : this.#source.late()
    if (this.#isClosed || late !== undefined) {
      if (outcome.ok) discard(outcome.value)
      return this.end({ thrown: late })
    }
    if (outcome.ok) {
      const [items, ...returned] = outcome.value as Batch
      // Only the last one can have brought what must be closed.
      noteBroughtBy(items.at(-1), outcome.value)
      this.#half = Math.ceil(items.length / 2)
      for (const item of items) this.#ahead.push(item as T)
      if (returned.length > 0) this.#ending = { returned: returned[0] as R }
    } else this.#ending = { thrown: outcome.error }
    this.arrived()
  }
}
