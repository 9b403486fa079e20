/**
 * What one thread counts: nothing is dropped without a number and a reason (S1), late answers and failed Futures that nobody asks for
 * included (S13, S16). What nobody but the log could tell is a warning, once.
 */

import type { Clock } from '../core/clock.ts'
import { wasAsked, type Future, type FutureKeeper, type Outcome } from '../core/future.ts'
import type { DropReason } from '../core/host.ts'
import type { Logger } from '../core/logger.ts'
import type { Counters } from '../wire/kernel-protocol.ts'

/** How long a failed Future may stay unasked before it is logged, in ms (S16). */
const UNASKED_MS = 1_000
/** Different warnings of one thread, at most: names may be made by a program, without end. */
const MOST_WARNED = 1_000

export class Tally implements FutureKeeper {
  /** Calls and tells that objects of this thread have sent. */
  sent = 0
  /** Handlers and hooks that were begun here. */
  handled = 0
  readonly #clock: Clock
  readonly #log: Logger
  readonly #dropped = new Map<DropReason, number>()
  /** What a warning was given for. */
  readonly #warned = new Set<string>()
  #unasked = 0
  /** Failed Futures that may still be asked for. */
  #failed: Future<unknown>[] = []

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock
    this.#log = log
  }

  /** `why`: for what its sender is not told of and has probably not meant; a warning, once for each `what`. */
  drop(reason: DropReason, what: string, why?: () => string): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + 1)
    if (why === undefined || this.#warned.has(what) || this.#warned.size === MOST_WARNED)
      return this.#log.debug({ reason }, `${what} was not handled: ${reason}`)
    this.#warned.add(what)
    this.#log.warn({ reason }, `${what} was not handled: ${why()}; further ones are only counted`)
  }

  late(): void {
    this.drop('late answer', 'an answer')
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
    if (this.#failed.length === 1) this.#clock.after(UNASKED_MS, () => this.flush()())
  }

  /** Takes what has failed until now; the function given counts and logs what of it was not asked for by then. */
  flush(): () => void {
    const futures = this.#failed
    this.#failed = []
    return () => this.#countUnasked(futures)
  }

  counters(): Counters {
    return {
      sent: this.sent,
      handled: this.handled,
      dropped: Object.fromEntries(this.#dropped),
      unasked: this.#unasked,
    }
  }

  #countUnasked(futures: readonly Future<unknown>[]): void {
    for (const future of futures) {
      if (wasAsked(future)) continue
      this.#unasked++
      void future.then(undefined, (error: unknown) =>
        this.#log.warn({ err: error }, 'a Future failed and nobody asked for it'),
      )
    }
  }
}
