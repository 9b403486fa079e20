/**
 * Where it is noted what becomes of a message, so that it is known when this thread has died (S33): in the counts of this thread, in the
 * ledger that it keeps with the sender's thread, and, of a call, in the table of those that have begun.
 *
 * Invariant: of each message either the sender's thread knows that it was lost (it was not taken), or this one has counted it, as handled or
 * under the reason why it was dropped.
 */

import type { Receipt } from '../core/message.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import type { BegunCalls } from './begun-calls.ts'
import type { Counts } from './counts.ts'
import type { Ledger } from './ledger.ts'

/** Notes what becomes of messages between objects of this thread. */
export class LocalReceipt implements Receipt {
  readonly #counts: Counts

  constructor(counts: Counts) {
    this.#counts = counts
  }

  /** One is about to be put into its mailbox. */
  sent(): void {
    this.#counts.sentLocally()
  }

  begun(): void {
    this.#counts.takenLocally(1)
    this.#counts.handled(1)
  }

  postponed(): void {
    this.#counts.handled(-1)
    this.#counts.takenLocally(-1)
  }

  dropped(): void {
    this.#counts.takenLocally(1)
  }
}

/** Notes what becomes of the messages of one other thread: in the ledger, and in this thread's own counts once that one is dead. */
export class PeerReceipt implements Receipt {
  readonly #local: LocalReceipt
  readonly #counts: Counts
  #ledger: Ledger | undefined

  constructor(counts: Counts, ledger: Ledger | undefined) {
    this.#local = new LocalReceipt(counts)
    this.#counts = counts
    this.#ledger = ledger
  }

  // Taken is counted before what becomes of it, and taken back after: a thread that is ended in between leaves the difference (counts.ts).

  begun(): void {
    if (this.#ledger === undefined) return this.#local.begun()
    this.#ledger.taken(1)
    this.#counts.handled(1)
  }

  postponed(): void {
    if (this.#ledger === undefined) return this.#local.postponed()
    this.#counts.handled(-1)
    this.#ledger.taken(-1)
  }

  dropped(): void {
    if (this.#ledger === undefined) this.#local.dropped()
    else this.#ledger.taken(1)
  }

  /** The other thread is dead. */
  close(): void {
    this.#ledger = undefined
  }
}

/** Notes what becomes of one call besides: its caller asks, should this thread die. */
export class CallReceipt implements Receipt {
  readonly #peer: Receipt
  readonly #calls: BegunCalls
  readonly #call: { readonly place: Place; readonly id: number }
  #mark: number | undefined

  constructor(peer: Receipt, calls: BegunCalls, call: { readonly place: Place; readonly id: number }) {
    this.#peer = peer
    this.#calls = calls
    this.#call = call
  }

  begun(): void {
    // Before the handler runs; and marked before it counts as taken.
    this.#mark = this.#calls.mark(this.#call.place, this.#call.id)
    this.#peer.begun()
  }

  postponed(): void {
    this.#peer.postponed()
    this.answered()
  }

  dropped(): void {
    this.#peer.dropped()
  }

  /** Its answer has left. */
  answered(): void {
    if (this.#mark === undefined) return
    this.#calls.unmark(this.#mark)
    this.#mark = undefined
  }
}
