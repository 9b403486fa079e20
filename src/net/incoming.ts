/**
 * What comes over one socket: from its bytes to the object, which handles it in turns of its own.
 *
 *   socket ─▶ reader ─▶ an open request's answer
 *                ╰────▶ queue ◀─takes from it─ one message in the mailbox: a turn
 *
 * Of each connection one message stands in the mailbox, however much has come. Its turn handles up to MOST_A_TURN telegrams, as if each were a message:
 * it ends with a handler that waits, fails, changes the State, postpones or stops, when its time is over, and where something urgent has come; the next
 * message then stands behind all others. So a peer that floods its connection keeps others waiting for no more than that, and a telegram costs
 * little.
 *
 * Backpressure: nothing is read while more telegrams wait than a turn takes, or what was sent to the peer does. So of each connection there are in
 * memory at most as many, what was read at once (64 KB), and one telegram that is not complete. While a request is open it is read on, to a limit: whoever
 * waits for the answer may be the one who does not handle what came before it.
 *
 * All of this is of the object's own thread: nothing here races.
 */

import type { Socket } from 'node:net'
import type { News, Owner } from '../core/belongings.ts'
import type { NetHook } from '../core/words.ts'
import type { Framing, Sink, Telegram, TelegramReader } from './framing.ts'

/** Telegrams that one turn handles, and that may wait, and be postponed, while more is read. */
const MOST_A_TURN = 32
/** Bytes of telegrams that wait, from which on nothing is read; and so many times as much while a request is open. */
const MOST_BYTES = 1024 * 1024
const WHILE_ASKED = 16
/** A turn goes on for no longer than that, in ms; looked at after each LOOK_AFTER telegrams. */
const TURN_MS = 1
const LOOK_AFTER = 8

/** Something that has happened to a connection, or to a server; told as a message by itself, or in the order of a stream. */
export class Happening implements News {
  readonly method: NetHook
  readonly run: () => unknown

  constructor(method: NetHook, run: () => unknown) {
    this.method = method
    this.run = run
  }

  isCurrent(): boolean {
    return true
  }

  begun(): void {}
  postponed(): void {}
  dropped(): void {}
}

/** Who takes what is found in the stream. */
export interface Taker<T extends Telegram> {
  readonly owner: Owner
  /** Whether it was the answer to an open request. */
  takesAnswer(telegram: T): boolean
  /** Whether a request is open, or what was sent waits for the peer. */
  readonly awaitsAnswer: boolean
  readonly isFull: boolean
  /** Asks the object to handle it, in its turn. */
  handle(telegram: T): unknown
  overlong(): void
  garbage(bytes: number): void
  broken(reason: string): void
}

export class Incoming<T extends Telegram> implements Sink<T> {
  readonly #socket: Socket
  readonly #taker: Taker<T>
  readonly #reader: TelegramReader
  #queue: (T | Happening)[] = []
  /** Those before it have been taken. */
  #head = 0
  /** Of the telegrams that wait, or were postponed. */
  #bytes = 0
  #postponed = 0
  /** A message stands in the mailbox, or its turn takes from the queue. */
  #isTold = false
  #isRead = true
  #rests = false
  #isDropped = false

  constructor(socket: Socket, taker: Taker<T>, how: { readonly framing: Framing<T>; readonly limit: number }) {
    this.#socket = socket
    this.#taker = taker
    this.#reader = how.framing.reader(this, how.limit)
  }

  // ── What comes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes bytes; throws what the framing throws. */
  push(chunk: Uint8Array): void {
    if (this.#isDropped) return
    this.#reader.push(chunk)
    this.flow()
  }

  /** The stream has ended: what is left of a telegram is garbage. */
  end(): void {
    if (!this.#isDropped) this.#reader.end()
  }

  telegram(telegram: T): void {
    // A reader that was told to stop in the middle of a chunk goes on to its end.
    if (this.#isDropped || this.#taker.takesAnswer(telegram)) return
    this.#bytes += telegram.length
    this.tell(telegram)
  }

  overlong(): void {
    if (!this.#isDropped) this.#taker.overlong()
  }

  garbage(bytes: number): void {
    if (!this.#isDropped) this.#taker.garbage(bytes)
  }

  broken(reason: string): void {
    if (!this.#isDropped) this.#taker.broken(reason)
  }

  /** Tells the object something, behind all that has come. */
  tell(what: T | Happening): void {
    this.#queue.push(what)
    if (!this.#isTold) this.#tellNext()
  }

  // ── Whether more may come ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether the peer is not read of, so that its silence says nothing. */
  get isHeld(): boolean {
    return !this.#isRead
  }

  /** Reads, or reads not, as things stand now. */
  flow(): void {
    const reads = this.#isDropped || this.#mayRead()
    if (reads === this.#isRead) return
    this.#isRead = reads
    if (reads) this.#socket.resume()
    else this.#socket.pause()
  }

  #mayRead(): boolean {
    if (this.#rests) return false
    if (this.#taker.awaitsAnswer) return this.#bytes < WHILE_ASKED * MOST_BYTES
    const waiting = this.#queue.length - this.#head
    const isEmpty = waiting <= MOST_A_TURN && this.#postponed < MOST_A_TURN
    return isEmpty && this.#bytes < MOST_BYTES && !this.#taker.isFull
  }

  /** Reads no more; what has come is handled. */
  rest(): void {
    this.#rests = true
    this.flow()
  }

  /** Reads on, and drops all that comes, and the telegrams that have come. Gives how many those were. */
  drop(): number {
    this.#isDropped = true
    const left = this.#queue.slice(this.#head)
    this.#queue = left.filter((one) => one instanceof Happening)
    this.#head = 0
    this.flow()
    return left.length - this.#queue.length
  }

  // ── Turns of the object ───────────────────────────────────────────────────────────────────────────────────────────────────

  #tellNext(): void {
    const next = this.#queue[this.#head]
    this.#isTold = next !== undefined
    if (next === undefined) return
    const method = next instanceof Happening ? next.method : 'onNetReceived'
    this.#taker.owner.tell(method, new Arrivals<T>(this))
  }

  /** Handles what waits, in a turn of `message`, which keeps what it hands to the object; gives what the last handler gave. */
  handle(message: Arrivals<T>): unknown {
    const { owner } = this.#taker
    const since = owner.clock.lastRead()
    try {
      for (let handled = 1; ; handled++) {
        const next = this.#take()
        if (next === undefined) return undefined
        message.kept = next
        if (next instanceof Happening) return next.run()
        const result = this.#taker.handle(next)
        // It waits, perhaps.
        if (typeof result === 'object' && result !== null) return result
        if (handled === MOST_A_TURN || this.#queue[this.#head] instanceof Happening) return undefined
        if (handled % LOOK_AFTER === 0 && owner.clock.now() - since > TURN_MS) return undefined
        if (this.#head === this.#queue.length || !owner.takesAnother()) return undefined
      }
    } finally {
      this.#tellNext()
      this.flow()
    }
  }

  #take(): T | Happening | undefined {
    const next = this.#queue[this.#head++]
    if (this.#head >= this.#queue.length) {
      this.#queue.length = 0
      this.#head = 0
    }
    if (next !== undefined && !(next instanceof Happening)) this.#bytes -= next.length
    return next
  }

  /** Something was postponed: it waits in the mailbox by itself, or does no more. */
  postponed(what: T | Happening, by: 1 | -1): void {
    this.#postponed += by
    if (!(what instanceof Happening)) this.#bytes += by * what.length
    this.flow()
  }

  /** What was postponed, again. */
  handleAgain(what: T | Happening): unknown {
    return what instanceof Happening ? what.run() : this.#taker.handle(what)
  }
}

/** Stands in the mailbox for what has come; once its turn was postponed, for what the object had then. */
class Arrivals<T extends Telegram> implements News {
  readonly #incoming: Incoming<T>
  /** What the object has, or has postponed. */
  kept: T | Happening | undefined
  #isPostponed = false

  constructor(incoming: Incoming<T>) {
    this.#incoming = incoming
  }

  isCurrent(): boolean {
    return true
  }

  run(): unknown {
    return this.kept === undefined ? this.#incoming.handle(this) : this.#incoming.handleAgain(this.kept)
  }

  begun(): void {
    if (this.#isPostponed) this.#settle(false)
  }

  postponed(): void {
    this.#settle(true)
  }

  dropped(): void {
    if (this.#isPostponed) this.#settle(false)
  }

  #settle(isPostponed: boolean): void {
    this.#isPostponed = isPostponed
    this.#incoming.postponed(this.kept!, isPostponed ? 1 : -1)
  }
}
