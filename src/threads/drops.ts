/** What becomes of a message that is not handled (S1): it is counted and logged by the tally, and told to those who listen to dead letters. */

import { OUTSIDE } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import type { Future, FutureKeeper } from '../core/future.ts'
import type { DropReason } from '../core/host.ts'
import type { DeadLetters, Undelivered } from './dead-letters.ts'
import type { Tally } from './tally.ts'

export class Drops implements FutureKeeper {
  readonly clock: Clock
  readonly #tally: Tally
  readonly letters: DeadLetters

  constructor(tally: Tally, letters: DeadLetters) {
    this.clock = tally.clock
    this.#tally = tally
    this.letters = letters
  }

  /** `why` as for Tally.drop. */
  readonly drop = (reason: DropReason, letter: Undelivered, why?: () => string): void => {
    const { kind, to, method } = letter
    const what = to === undefined ? `a ${kind}${method === undefined ? '' : ` of ${method}`}` : `${to.name}.${method}`
    this.#tally.drop(reason, what, why)
    this.letters.put(reason, letter)
  }

  /** Bytes have come that are no message. */
  unreadable(): void {
    this.drop('unreadable', { kind: 'record', to: undefined, method: undefined, from: OUTSIDE })
  }

  /** A call was given up before this thread knew the thread it was for. */
  stale(): void {
    this.drop('cancelled', { kind: 'call', to: undefined, method: undefined, from: OUTSIDE })
  }

  late(): void {
    this.#tally.late()
    this.letters.put('late answer', { kind: 'answer', to: undefined, method: undefined, from: OUTSIDE })
  }

  failedUnasked(future: Future<unknown>): void {
    this.#tally.failedUnasked(future)
  }
}
