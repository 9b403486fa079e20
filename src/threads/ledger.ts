/**
 * Ledger: how many messages (calls, tells, notifications) one thread has sent to another, and how many of them that one has taken: begun, or
 * dropped and counted. In shared memory, one for each pair of threads, so that what is lost with a dead thread is known to the last
 * message (S1, S33), even when both die.
 *
 *            SENT                                TAKEN
 *   a ─▶ b   a adds, before it leaves            b adds, when it is begun or dropped; takes one off when it is postponed
 *   b ─▶ a   b adds                              a adds
 *
 * Each word has one writer. Lost is SENT - TAKEN once one of the two is dead. The survivor closes the account (`settle`); where it dies before
 * it could, the kernel counts what is left. Modulo 2^32: what is on its way at the same time is less.
 */

const WORDS = 4

export class Ledger {
  static create(): SharedArrayBuffer {
    return new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)
  }

  readonly #words: Int32Array
  readonly #sent: number
  readonly #taken: number

  /** The view of one of the two threads, side 0 or 1. */
  constructor(buffer: SharedArrayBuffer, side: 0 | 1) {
    this.#words = new Int32Array(buffer)
    this.#sent = side === 0 ? 0 : 2
    this.#taken = side === 0 ? 3 : 1
  }

  /** This thread has sent so many messages to the other. */
  sent(messages: number): void {
    Atomics.add(this.#words, this.#sent, messages)
  }

  /** This thread has taken so many messages of the other; -1 for one that it has put back. */
  taken(messages: number): void {
    Atomics.add(this.#words, this.#taken, messages)
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
    const [sent, taken] = [Atomics.load(words, this.#sent), Atomics.load(words, this.#taken)]
    const toIt = difference(sent, Atomics.load(words, this.#sent + 1))
    const fromIt = difference(Atomics.load(words, this.#taken - 1), received)
    const waiting = difference(received, taken)
    for (let word = 0; word < WORDS; word++) Atomics.store(words, word, 0)
    return { toIt, fromIt, waiting, sent, taken }
  }

  /** Anybody: what the thread of this side has sent and taken in all, modulo 2^32. */
  get totals(): { readonly sent: number; readonly taken: number } {
    return { sent: Atomics.load(this.#words, this.#sent), taken: Atomics.load(this.#words, this.#taken) }
  }

  /** Both are dead: how many messages between them nobody has counted; none where the account was closed. */
  static lost(buffer: SharedArrayBuffer): number {
    const [sent0 = 0, taken1 = 0, sent1 = 0, taken0 = 0] = new Int32Array(buffer)
    return difference(sent0, taken1) + difference(sent1, taken0)
  }
}

function difference(sent: number, taken: number): number {
  return (sent - taken) | 0
}
