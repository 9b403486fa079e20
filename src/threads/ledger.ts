/**
 * Ledger: how many messages (calls, tells, notifications) one thread has sent to another, and how many of them that one has taken: begun, or
 * dropped and counted. In shared memory, one for each pair of threads, so that what is lost with a dead thread is known to the last
 * message (S1, S33), even when both die.
 *
 *            SENT                                TAKEN
 *   a ─▶ b   a adds, before it leaves            b adds, when it is begun or dropped; takes one off when it is postponed
 *   b ─▶ a   b adds                              a adds
 *
 * Each word has one writer, and those of one writer stand in a cache line of their own. The stores are plain, since others read them only
 * once the kernel has told them that the writer has ended, which orders all its writes before their reads. Lost is SENT - TAKEN once one of the two is dead. The survivor closes the account (`settle`); where it dies before
 * it could, the kernel counts what is left. Modulo 2^32: what is on its way at the same time is less.
 */

/** The words of each side, a cache line apart: what it has sent, and what it has taken of the other's. */
const SENT = 0
const TAKEN = 1
const SIDE = 16

export class Ledger {
  static create(): SharedArrayBuffer {
    return new SharedArrayBuffer(2 * SIDE * Int32Array.BYTES_PER_ELEMENT)
  }

  readonly #words: Int32Array
  readonly #own: number
  readonly #peer: number

  /** The view of one of the two threads, side 0 or 1. */
  constructor(buffer: SharedArrayBuffer, side: 0 | 1) {
    this.#words = new Int32Array(buffer)
    this.#own = side * SIDE
    this.#peer = SIDE - this.#own
  }

  /** This thread has sent so many messages to the other. */
  sent(messages: number): void {
    this.#words[this.#own + SENT]! += messages
  }

  /** This thread has taken so many messages of the other; -1 for one that it has put back. */
  taken(messages: number): void {
    this.#words[this.#own + TAKEN]! += messages
  }

  /**
   * The other is dead, and all that it had sent has been read: closes the account.
   *
   * @param received how many messages have come from it, modulo 2^32
   * @returns how many messages to it are lost, how many of its own never left it, how many that have come from it wait here, and what this thread had
   *   sent and taken in all
   */
  settle(received: number): {
    readonly toIt: number
    readonly fromIt: number
    readonly waiting: number
    readonly sent: number
    readonly taken: number
  } {
    const words = this.#words
    const { sent, taken } = this.totals
    const toIt = difference(sent, words[this.#peer + TAKEN]!)
    const fromIt = difference(words[this.#peer + SENT]!, received)
    const waiting = difference(received, taken)
    words.fill(0)
    return { toIt, fromIt, waiting, sent, taken }
  }

  /** Anybody: what the thread of this side has sent and taken in all, modulo 2^32. */
  get totals(): { readonly sent: number; readonly taken: number } {
    return { sent: this.#words[this.#own + SENT]!, taken: this.#words[this.#own + TAKEN]! }
  }

  /** Both are dead: how many messages between them nobody has counted; none where the account was closed. */
  static lost(buffer: SharedArrayBuffer): number {
    const [one, other] = [new Ledger(buffer, 0).totals, new Ledger(buffer, 1).totals]
    return difference(one.sent, other.taken) + difference(other.sent, one.taken)
  }
}

function difference(sent: number, taken: number): number {
  return (sent - taken) | 0
}
