/**
 * What comes over one socket: from its bytes to telegrams in the mailbox of the object.
 *
 *   socket ─▶ reader ─▶ an open request's answer
 *                ╰────▶ queue ─▶ mailbox, MOST_TOLD at once
 *
 * Backpressure: nothing is read while telegrams wait in the queue, or what was sent to the peer does; so of each connection there are in memory at
 * most MOST_TOLD telegrams, what was read at once (64 KB), and one that is not complete. And as few stand in the mailbox, a peer that floods its
 * connection keeps others waiting for no more than MOST_TOLD handlers.
 *
 * While a request is open it is read on, to a limit: whoever waits for the answer may be the one who does not handle what came before it.
 *
 * All of this is of the object's own thread: nothing here races.
 */

import type { Socket } from 'node:net'
import type { News, Owner } from '../core/belongings.ts'
import type { NetHook } from '../core/words.ts'
import type { Framing, Sink, Telegram, TelegramReader } from './framing.ts'

/** Telegrams of one connection that stand in the mailbox at once. */
const MOST_TOLD = 32
/** Bytes of telegrams that are not handled, from which on nothing is read. */
const MOST_WAITING = 1024 * 1024

/** What is told to the object: as a message, in the order of the stream. */
export class Tidings implements News {
  readonly method: NetHook
  readonly run: () => unknown
  /** Bytes that it keeps. */
  readonly size: number
  /** What it came by, and where it counts until it is handled; undefined for what came by nothing. */
  readonly #incoming: Incoming<Telegram> | undefined

  constructor(
    method: NetHook,
    run: () => unknown,
    { size = 0, incoming }: { readonly size?: number; readonly incoming?: Incoming<Telegram> } = {},
  ) {
    this.method = method
    this.run = run
    this.size = size
    this.#incoming = incoming
  }

  isCurrent(): boolean {
    return true
  }

  begun(): void {
    this.#incoming?.left(this)
  }

  postponed(): void {
    this.#incoming?.back(this)
  }

  dropped(): void {
    this.#incoming?.left(this)
  }
}

/** Who takes what is found in the stream. */
export interface Taker<T extends Telegram> {
  readonly owner: Owner
  /** Whether it was the answer to an open request. */
  takesAnswer(telegram: T): boolean
  /** Whether something waits for what has not come yet, or what was sent waits for the peer. */
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
  #queue: Tidings[] = []
  /** Those before it have been told. */
  #head = 0
  #told = 0
  /** Of the telegrams that are not handled. */
  #bytes = 0
  #isRead = true
  #rests = false
  #isDropped = false

  constructor(socket: Socket, taker: Taker<T>, how: { readonly framing: Framing<T>; readonly limit: number }) {
    this.#socket = socket
    this.#taker = taker
    this.#reader = how.framing.reader(this, how.limit)
  }

  /** Whether the peer is not read of, so that its silence says nothing. */
  get isHeld(): boolean {
    return !this.#isRead
  }

  /** Takes what has come; throws what the framing throws. */
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
    const run = (): unknown => this.#taker.handle(telegram)
    this.tell(new Tidings('onNetReceived', run, { size: telegram.length, incoming: this }))
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
  tell(tidings: Tidings): void {
    this.#bytes += tidings.size
    this.#queue.push(tidings)
    this.#feed()
  }

  /** One that was told has left the mailbox: it is handled, or never will be. */
  left(tidings: Tidings): void {
    this.#told--
    this.#bytes -= tidings.size
    this.#feed()
    this.flow()
  }

  /** It was postponed, and waits again. */
  back(tidings: Tidings): void {
    this.#told++
    this.#bytes += tidings.size
    this.flow()
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
    if (this.#taker.awaitsAnswer) return this.#bytes < 16 * MOST_WAITING
    return this.#queue.length === 0 && this.#bytes < MOST_WAITING && !this.#taker.isFull
  }

  /** Reads no more, and puts all that has come into the mailbox. */
  rest(): void {
    if (this.#rests) return
    this.#rests = true
    this.#feed()
    this.flow()
  }

  /** Reads on, and drops all that comes and what has come and was not told. Gives how many telegrams those were. */
  drop(): number {
    this.#isDropped = true
    const dropped = this.#queue.slice(this.#head)
    for (const { size } of dropped) this.#bytes -= size
    this.#queue = []
    this.#head = 0
    this.flow()
    return dropped.length
  }

  #feed(): void {
    while (this.#head < this.#queue.length && (this.#told < MOST_TOLD || this.#rests)) {
      const tidings = this.#queue[this.#head++]!
      this.#told++
      this.#taker.owner.tell(tidings.method, tidings)
    }
    if (this.#head < this.#queue.length) return
    this.#queue.length = 0
    this.#head = 0
  }
}
