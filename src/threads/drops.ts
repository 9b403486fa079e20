/** What becomes of a message that is not handled (S1): it is counted and logged by the tally, and told to those who listen to dead letters. */

import { OUTSIDE } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import type { Future, FutureKeeper } from '../core/future.ts'
import type { DropReason } from '../core/host.ts'
import type { Counts } from './counts.ts'
import type { DeadLetters, Undelivered } from './dead-letters.ts'
import type { Tally } from './tally.ts'

/** Counts, notes and tells of one that is not handled. */
export type Drop = (reason: DropReason, letter: Undelivered, why?: () => string) => void

export class Drops implements FutureKeeper {
  readonly clock: Clock
  readonly #counts: Counts
  readonly #tally: Tally
  readonly letters: DeadLetters

  constructor(counts: Counts, tally: Tally, letters: DeadLetters) {
    this.#counts = counts
    this.clock = tally.clock
    this.#tally = tally
    this.letters = letters
  }

  /** A message that was taken here is not handled; `why` as for Tally.note. */
  readonly drop: Drop = (reason, letter, why) => {
    this.#counts.dropped(reason)
    this.#note(reason, letter, why)
  }

  /** A message of an object of this thread does not leave it. */
  readonly refuse: Drop = (reason, letter, why) => {
    this.#counts.refused(reason)
    this.#note(reason, letter, why)
  }

  /** What is no message that was sent and counted is not heard of. */
  readonly aside: Drop = (reason, letter, why) => {
    this.#counts.aside(reason, 1)
    this.#note(reason, letter, why)
  }

  /** Bytes have come that are no message. */
  unreadable(): void {
    this.aside('unreadable', { kind: 'record', to: undefined, method: undefined, from: OUTSIDE })
  }

  /** A call was given up before this thread knew the thread it was for. */
  stale(): void {
    this.refuse('cancelled', { kind: 'call', to: undefined, method: undefined, from: OUTSIDE })
  }

  late(): void {
    this.aside('late answer', { kind: 'answer', to: undefined, method: undefined, from: OUTSIDE })
  }

  #note(reason: DropReason, letter: Undelivered, why?: () => string): void {
    const { kind, to, method } = letter
    const what = to === undefined ? `a ${kind}${method === undefined ? '' : ` of ${method}`}` : `${to.name}.${method}`
    this.#tally.note(reason, what, why)
    this.letters.put(reason, letter)
  }

  failedUnasked(future: Future<unknown>): void {
    this.#tally.failedUnasked(future)
  }
}
