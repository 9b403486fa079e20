/**
 * What comes over one socket: from its bytes to the object, which handles it in turns of its own.
 *
 *   socket ─▶ unread ─a slice─▶ reader ─▶ an open request's answer
 *                                  ╰────▶ queue ◀─takes from it─ one message in the mailbox: a turn
 *
 * Of each connection one message stands in the mailbox, however much has come. Its turn handles up to MOST_A_TURN telegrams, as if each were a message:
 * it ends with a handler that waits, fails, changes the State, postpones or stops, when its time is over, and where something urgent has come; the next
 * message then stands behind all others. So a peer that floods its connection keeps others waiting for no more than that, and a telegram costs
 * little.
 *
 * Backpressure: no slice is read while more telegrams wait than a turn takes, and no socket while a slice is not read, or what was sent to the peer waits
 * for it. So of each connection there are in memory what was read twice (64 KB each), about eight times as many telegrams as a turn takes, and one that is not
 * complete, whatever the peer sends. What is postponed is bounded by MOST_POSTPONED. While a request is open it is read on, to a limit: whoever waits for
 * the answer may be the one who does not handle what came before it.
 *
 * All of this is of the object's own thread: nothing here races.
 */

import type { Socket } from 'node:net'
import type { News, Owner } from '../core/belongings.ts'
import { TsworksError } from '../core/errors.ts'
import { messageOf } from '../core/failure.ts'
import type { NetHook } from '../core/words.ts'
import type { Framing, Sink, Telegram, TelegramReader } from './framing.ts'

/** Telegrams that one turn handles, and that may wait while more is read. */
const MOST_A_TURN = 32
/** Bytes that a reader gets at once: so many that it finds four to eight times MOST_A_TURN telegrams in them, since each takes more memory than its bytes. */
const SLICE = { least: 256, first: 512, most: 64 * 1024 }
/** Bytes of telegrams that wait while a request is open, from which on nothing is read. */
const MOST_WHILE_ASKED = 16 * 1024 * 1024
/** Bytes of telegrams that were postponed, from which on the connection is given up: its State waits for something that does not come. */
const MOST_POSTPONED = 1024 * 1024
/** What a telegram takes besides its bytes. */
const OVERHEAD = 64
/**
 * A turn goes on for no longer than that, in ms. It is looked at after 1, 2, 4 … telegrams; after MOST_UNTIMED only, where those before have been short
 * (as threads/engine.ts does with messages).
 */
const TURN_MS = 1
const MOST_UNTIMED = 16
const SHORT_MS = 0.002

/** Something that has happened to a connection, or to a server; told as a message by itself, or in the order of a stream. */
export class Happening implements News {
  readonly method: NetHook
  readonly #ask: () => unknown
  #effect: (() => void) | undefined

  /** @param effect what becomes true with it, in its first turn: a hook may be postponed, and asked again */
  constructor(method: NetHook, ask: () => unknown, effect?: () => void) {
    this.method = method
    this.#ask = ask
    this.#effect = effect
  }

  run(): unknown {
    const effect = this.#effect
    this.#effect = undefined
    effect?.()
    return this.#ask()
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
  /** It cannot go on, for what only this side sees. */
  failed(reason: string, error: unknown): void
}

/** The end of the stream. */
const END = Symbol('end')

export class Incoming<T extends Telegram> implements Sink<T> {
  readonly #socket: Socket
  readonly #taker: Taker<T>
  readonly #reader: TelegramReader
  /** What has come and was not given to the reader, and what is told behind that. */
  #unread: (Uint8Array | Happening | typeof END)[] = []
  #queue: (T | Happening)[] = []
  /** Those before it have been taken. */
  #head = 0
  /** Of the telegrams that wait; and of those that were postponed. */
  #bytes = 0
  #postponedBytes = 0
  /** A message stands in the mailbox, or its turn takes from the queue. */
  #slice = SLICE.first
  #firstLook = 1
  #isTold = false
  #isReading = true
  #rests = false
  #isDropped = false
  #isStopped = false

  constructor(socket: Socket, taker: Taker<T>, how: { readonly framing: Framing<T>; readonly limit: number }) {
    this.#socket = socket
    this.#taker = taker
    this.#reader = how.framing.reader(this, how.limit)
  }

  // ── What comes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes bytes. */
  push(chunk: Uint8Array): void {
    if (this.#isDropped) return
    this.#unread.push(chunk)
    this.#goOn()
  }

  /** The stream has ended: what is left of a telegram is garbage. */
  end(): void {
    if (this.#isDropped) return
    this.#unread.push(END)
    this.#goOn()
  }

  /** Tells the object something, behind all that has come. */
  tell(what: Happening): void {
    if (this.#unread.length > 0) this.#unread.push(what)
    else this.#put(what)
  }

  telegram(telegram: T): void {
    // A reader that was told to stop in the middle of a slice goes on to its end.
    if (this.#isDropped || this.#isStopped || this.#taker.takesAnswer(telegram)) return
    this.#bytes += telegram.length + OVERHEAD
    this.#put(telegram)
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

  #put(what: T | Happening): void {
    this.#queue.push(what)
    if (!this.#isTold) this.#tellNext()
  }

  /** Gives the reader what may be read now, and the socket its leave to bring more. */
  #goOn(): void {
    try {
      while (this.#unread.length > 0 && this.#hasRoom) this.#readNext(this.#unread[0]!)
    } catch (error) {
      this.stop()
      this.#taker.failed(`its framing has failed: ${messageOf(error)}`, error)
    }
    this.flow()
  }

  #readNext(next: Uint8Array | Happening | typeof END): void {
    if (next instanceof Uint8Array) return this.#readSlice(next)
    this.#unread.shift()
    if (next === END) this.#reader.end()
    else this.#put(next)
  }

  #readSlice(bytes: Uint8Array): void {
    const slice = this.#slice
    if (bytes.length > slice) this.#unread[0] = bytes.subarray(slice)
    else this.#unread.shift()
    const before = this.#queue.length
    this.#reader.push(bytes.length > slice ? bytes.subarray(0, slice) : bytes)
    const found = this.#queue.length - before
    if (found > 8 * MOST_A_TURN) this.#slice = Math.max(slice / 2, SLICE.least)
    else if (found < 4 * MOST_A_TURN) this.#slice = Math.min(slice * 2, SLICE.most)
  }

  get #hasRoom(): boolean {
    if (this.#taker.awaitsAnswer) return this.#bytes < MOST_WHILE_ASKED
    return this.#queue.length - this.#head <= MOST_A_TURN
  }

  // ── Whether more may come ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether the peer is not read of because of what has come of it, so that its silence says nothing. */
  get isHeld(): boolean {
    return !this.#isReading && !this.#taker.isFull
  }

  /** Reads, or reads not, as things stand now. */
  flow(): void {
    const reads = this.#isDropped || this.#mayRead()
    if (reads === this.#isReading) return
    this.#isReading = reads
    if (reads) this.#socket.resume()
    else this.#socket.pause()
  }

  #mayRead(): boolean {
    if (this.#unread.length > 1) return false
    return this.#hasRoom && (this.#taker.awaitsAnswer || !(this.#rests || this.#taker.isFull))
  }

  /** A request is open, and its answer may stand behind much. */
  asked(): void {
    this.#goOn()
  }

  /** Reads no more, but for the answer to a request; what has come is handled. */
  rest(): void {
    this.#rests = true
    this.flow()
  }

  /** What has not been read is not read any more: the stream is over here, what was read is handled. */
  stop(): void {
    this.#isStopped = true
    this.#unread = this.#unread.filter((one) => one instanceof Happening)
    this.#goOn()
  }

  /** Reads on, and drops all that comes, and the telegrams that have come. Gives how many of those were known. */
  drop(): number {
    this.#isDropped = true
    const left = this.#queue.slice(this.#head)
    const happenings = [...left, ...this.#unread].filter((one) => one instanceof Happening)
    const known = left.filter((one) => !(one instanceof Happening)).length
    this.#unread = []
    this.#queue = happenings
    this.#head = 0
    this.flow()
    if (!this.#isTold) this.#tellNext()
    return known
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
    let look = this.#firstLook
    try {
      for (let handled = 1; ; handled++) {
        const next = this.#take()
        if (next === undefined) return undefined
        message.kept = next
        if (next instanceof Happening) return next.run()
        const result = this.#taker.handle(next)
        // It waits, perhaps.
        if (typeof result === 'object' && result !== null) return result
        if (handled === look) {
          const took = owner.clock.now() - since
          this.#firstLook = took < SHORT_MS * handled ? MOST_UNTIMED : 1
          if (took > TURN_MS) return undefined
          look += Math.min(look, MOST_UNTIMED)
        }
        if (handled === MOST_A_TURN || this.#queue[this.#head] instanceof Happening) return undefined
        if (this.#head === this.#queue.length || !owner.takesAnother()) return undefined
      }
    } finally {
      this.#goOn()
      this.#tellNext()
    }
  }

  #take(): T | Happening | undefined {
    const next = this.#queue[this.#head++]
    if (this.#head >= this.#queue.length) {
      this.#queue.length = 0
      this.#head = 0
    }
    if (next !== undefined && !(next instanceof Happening)) this.#bytes -= next.length + OVERHEAD
    return next
  }

  /** Something was postponed: it waits in the mailbox by itself, or (-1) does no more. */
  postponed(what: T | Happening, by: 1 | -1): void {
    if (what instanceof Happening) return
    this.#postponedBytes += by * (what.length + OVERHEAD)
    if (this.#postponedBytes <= MOST_POSTPONED || by < 0) return
    const reason = `more than ${MOST_POSTPONED} bytes of its telegrams are postponed: the State that waits for another telegram is kept from it by those`
    this.#taker.failed(reason, new TsworksError(reason, { code: 'TOO_MUCH_POSTPONED' }))
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
