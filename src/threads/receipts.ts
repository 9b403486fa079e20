/**
 * Where it is noted what becomes of a message, so that it is known when this thread has died (S33): in the counts of this thread, in the
 * ledger that it keeps with the sender's thread, and, of a call, in the table of those that have begun (arrived-call.ts).
 *
 * Invariant: of each message either the sender's thread knows that it was lost (it was not taken), or this one has counted it, as handled or
 * under the reason why it was dropped.
 */

import type { Receipt } from '../core/message.ts'
import type { Counts } from './counts.ts'
import type { Ledger } from './ledger.ts'

/** Notes what becomes of the messages of one thread: of another in the ledger with it, of this one, and of one that is dead, in the counts alone. */
export class SenderReceipt implements Receipt {
  readonly #counts: Counts
  #ledger: Ledger | undefined

  constructor(counts: Counts, ledger?: Ledger) {
    this.#counts = counts
    this.#ledger = ledger
  }

  // Taken is counted before what becomes of it, and taken back after: a thread that is ended in between leaves the difference (counts.ts).

  begun(): void {
    this.#taken(1)
    this.#counts.handled(1)
  }

  postponed(): void {
    this.#counts.handled(-1)
    this.#taken(-1)
  }

  dropped(): void {
    this.#taken(1)
  }

  /** That thread is dead. */
  close(): void {
    this.#ledger = undefined
  }

  #taken(messages: number): void {
    if (this.#ledger === undefined) this.#counts.takenLocally(messages)
    else this.#ledger.taken(messages)
  }
}
