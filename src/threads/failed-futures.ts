/** What is counted and logged of the Futures of one thread: those that fail and that nobody asks for (S16), and those that are settled twice (S10). */

import type { Clock } from '../core/clock.ts'
import { wasAsked, type Future, type Outcome } from '../core/future.ts'
import type { Logger } from '../core/logger.ts'
import type { Counts } from './counts.ts'

/** How long a failed Future may stay unasked before it is logged, in ms (S16). */
const UNASKED_MS = 1_000

export class FailedFutures {
  readonly #counts: Counts
  readonly #clock: Clock
  readonly #log: Logger
  /** Those that may still be asked for. */
  #failed: Future<unknown>[] = []

  constructor(counts: Counts, how: { readonly clock: Clock; readonly log: Logger }) {
    this.#counts = counts
    this.#clock = how.clock
    this.#log = how.log
  }

  /** It failed, and nobody has asked for it yet. */
  put(future: Future<unknown>): void {
    this.#failed.push(future)
    if (this.#failed.length === 1) this.#clock.after(UNASKED_MS, () => this.flush()())
  }

  /** Takes what has failed until now; the function given counts and logs what of it was not asked for by then. */
  flush(): () => void {
    const futures = this.#failed
    this.#failed = []
    return () => this.#countUnasked(futures)
  }

  /** A Future that has its outcome was given another; whoever did that could not be told. */
  settledAgain(holders: string, outcome: Outcome): void {
    const call = outcome.ok ? 'set' : 'failed'
    this.#log.warn(
      outcome.ok ? {} : { err: outcome.error },
      `a Future that ${holders || 'another thread'} held was ${call} after it had been settled; a Future is settled once: this outcome, and any ` +
        'later one, is dropped',
    )
  }

  #countUnasked(futures: readonly Future<unknown>[]): void {
    for (const future of futures) {
      if (wasAsked(future)) continue
      this.#counts.unasked()
      void future.then(undefined, (error: unknown) =>
        this.#log.warn({ err: error }, 'a Future failed and nobody asked for it'),
      )
    }
  }
}
