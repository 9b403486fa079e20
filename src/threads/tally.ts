/**
 * What the log of one thread says of messages that are not handled (S1), and of failed Futures that nobody asks for, which are counted here
 * (S16). What nobody but the log could tell is a warning, once.
 */

import type { Clock } from '../core/clock.ts'
import { wasAsked, type Future, type Outcome } from '../core/future.ts'
import type { DropReason } from '../core/host.ts'
import type { Logger } from '../core/logger.ts'
import type { Counts } from './counts.ts'

/** How long a failed Future may stay unasked before it is logged, in ms (S16). */
const UNASKED_MS = 1_000
/** Different warnings of one thread, at most: names may be made by a program, without end. */
const MOST_WARNED = 1_000

export class Tally {
  readonly #counts: Counts
  readonly clock: Clock
  readonly #log: Logger
  /** What a warning was given for. */
  readonly #warned = new Set<string>()
  /** Failed Futures that may still be asked for. */
  #failed: Future<unknown>[] = []

  constructor(counts: Counts, how: { readonly clock: Clock; readonly log: Logger }) {
    this.#counts = counts
    this.clock = how.clock
    this.#log = how.log
  }

  /** `why`: for what its sender is not told of and has probably not meant; a warning, once for each `what`. */
  note(reason: DropReason, what: string, why?: () => string): void {
    if (why === undefined || this.#warned.has(what) || this.#warned.size === MOST_WARNED)
      return this.#log.debug({ reason }, `${what} was not handled: ${reason}`)
    this.#warned.add(what)
    this.#log.warn({ reason }, `${what} was not handled: ${why()}; further ones are only counted`)
  }

  /** Messages were lost with another thread; nobody knows any more which they were. */
  lost(messages: number, reason: DropReason, thread: string): void {
    if (messages === 0) return
    this.#counts.aside(reason, messages)
    this.#log.debug({ reason, messages }, `${messages} messages were lost with ${thread}`)
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

  failedUnasked(future: Future<unknown>): void {
    this.#failed.push(future)
    if (this.#failed.length === 1) this.clock.after(UNASKED_MS, () => this.flush()())
  }

  /** Takes what has failed until now; the function given counts and logs what of it was not asked for by then. */
  flush(): () => void {
    const futures = this.#failed
    this.#failed = []
    return () => this.#countUnasked(futures)
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
