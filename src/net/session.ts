/**
 * One socket, from when it is connected until it is gone.
 *
 *   open ─▶ the peer has closed its side ─▶ told as down, behind its last telegram ─▶ ours is closed, once what was sent is on its way ─▶ gone
 *     ├─▶ close(): what was sent is sent, our side closed; its side awaited for a little ─────────────────────────────────────────────────▲
 *     ╰─▶ abort(), an error, a peer that is silent or writes what cannot be read: at once ───────────────────────────────────────────────╯
 *
 * Here it happens at once; of what the object must know it hears in its turns, by what its line (line.ts) tells.
 */

import type { Socket } from 'node:net'
import type { Owner } from '../core/belongings.ts'
import type { ClockTimer } from '../core/clock.ts'
import { shownMs } from '../core/duration.ts'
import { ConnectionLost, SendBufferFull, TsworksError } from '../core/errors.ts'
import { messageOf } from '../core/failure.ts'
import { settleFuture, type Future } from '../core/future.ts'
import type { Telegram } from './framing.ts'
import { Happening, Incoming, type Taker } from './incoming.ts'
import type { Settled } from './options.ts'
import { Outgoing } from './outgoing.ts'
import { pending } from './pending.ts'
import { Requests, type RequestOptions } from './requests.ts'
import { Silence } from './silence.ts'

/** How long the peer has to close its side once it has been told that ours is, in ms: what it still sends is read and dropped. */
const LINGER_MS = 500

/**
 * How long a peer that does not read is not read of either, in ms. Then it is: two that send much to each other, each before it reads, would wait for each
 * other without end. Near `sendLimit` it is not read any more: else each answer to it would be refused, and be an error.
 */
const STALL_MS = 1_000
const READ_UP_TO = 0.9

/** What a connection counts. */
export interface Counting {
  /** Telegrams, answers to requests included. */
  received: number
  sent: number
  /** Telegrams that were longer than the limit. */
  overlong: number
  /** Bytes that were part of no telegram. */
  garbage: number
  /** Telegrams that came too late to be sent: the connection was gone, or closed here. */
  unsent: number
  /** Telegrams that came too late to be handled: the connection had been closed here. */
  ignored: number
  /** Answers to requests that had been given up (S13). */
  late: number
}

/** The line that a session belongs to. */
export interface SessionLine<T extends Telegram> {
  readonly owner: Owner
  readonly options: Settled<T>
  readonly counts: Counting
  /** Who the peer is, for messages. */
  readonly shown: string
  /** These in a turn of the object. */
  handle(telegram: T): unknown
  /** Gives whether it was told of as up. */
  wentDown(reason: string): boolean
  tellDown(reason: string): unknown
  silent(): unknown
  /** Tells the object of an error, in a turn to come, in the order of `incoming`. */
  failed(error: Error, incoming: Incoming<T>): void
  /** The socket of the session is gone. */
  gone(): void
}

export class Session<T extends Telegram> implements Taker<T> {
  readonly #line: SessionLine<T>
  readonly #socket: Socket
  readonly #incoming: Incoming<T>
  readonly #outgoing: Outgoing<T>
  readonly #requests: Requests<T>
  readonly #silence: Silence
  /** Who waits until it is no longer full. */
  #waiters: Future<void>[] = []
  /** Why it ends, once it does. */
  #reason: string | undefined
  /** The object itself has closed it, and is not given what had come. */
  #isClosedHere = false
  /** The object was told of its end, or is not to be. */
  #isTold = false
  /** Of its end. */
  #timer: ClockTimer | undefined
  /** Runs while what was sent waits. */
  #stallTimer: ClockTimer | undefined
  /** The peer has not read for STALL_MS, once. */
  #hasStalled = false
  readonly #whenGone = Promise.withResolvers<void>()

  constructor(line: SessionLine<T>, socket: Socket) {
    const { owner, options } = line
    this.#line = line
    this.#socket = socket
    this.#incoming = new Incoming(socket, this, options)
    this.#outgoing = new Outgoing(socket, options, () => this.#taken())
    this.#requests = new Requests(owner, line.shown, () => void line.counts.late++)
    this.#silence = new Silence(owner.clock, options.idleTimeout, {
      isHeld: () => this.#incoming.isHeld,
      silent: (stretches) => this.#silent(stretches),
    })
    socket.on('data', (chunk: Buffer) => {
      this.#silence.broken()
      this.#incoming.push(chunk)
    })
    socket.on('end', () => this.#peerEnded())
    socket.on('error', (error) => this.#hasFailed(error))
    socket.on('finish', () => this.#finished())
    socket.on('close', () => this.#closed())
  }

  /** Tells the object that it is up, before anything else: `effect`, then `ask`, in its turn. */
  tellBegin(ask: () => unknown, effect: () => void): void {
    this.#incoming.tell(new Happening('onNetUp', ask, effect))
  }

  /** Whether it ends: nothing more is sent. */
  get isEnding(): boolean {
    return this.#reason !== undefined
  }

  // ── What the object does ──────────────────────────────────────────────────────────────────────────────────────────────────

  /** Sends a telegram; false where that should not go on: too much waits for the peer, or the connection is gone. */
  send(telegram: T): boolean {
    if (this.isEnding) {
      this.#line.counts.unsent++
      return false
    }
    const { sendLimit } = this.#line.options
    const refused = this.#outgoing.write(telegram, sendLimit)
    if (refused !== undefined)
      throw new SendBufferFull(
        `${this.#line.shown}: a telegram of ${refused.tooMany} bytes was not sent: ${this.#outgoing.waiting} bytes wait for the peer, which reads too slowly, ` +
          `and sendLimit is ${sendLimit}; stop when send() gives false, and await drained() before you go on`,
      )
    this.#line.counts.sent++
    if (!this.#outgoing.isFull) return true
    this.#incoming.flow()
    if (!this.#hasStalled) this.#stallTimer ??= this.#line.owner.clock.after(STALL_MS, () => this.#stalled())
    return false
  }

  /** Sends a request; its answer settles the Future. Throws as `send` does; nothing may be ending. */
  request(telegram: T, options: RequestOptions<T> & { readonly timeout: number }): Future<T> {
    this.send(telegram)
    const future = this.#requests.add(options)
    this.#incoming.asked()
    return future
  }

  /** Settles when there is room to send; fails when the connection has ended. */
  drained(): Future<void> {
    const future = pending<void>(this.#line.owner, `room to send to ${this.#line.shown}`, () => {
      this.#waiters = this.#waiters.filter((waiter) => waiter !== future)
    })
    if (this.isEnding) settleFuture(future, { ok: false, error: this.#lost() })
    else if (this.#outgoing.isFull) this.#waiters.push(future)
    else settleFuture(future, { ok: true, value: undefined })
    return future
  }

  // ── Its end ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Reads nothing more, but the answers to open requests; what has come is handled. */
  rest(): void {
    this.#incoming.rest()
  }

  /** The object is not told of its end: its own has come. */
  mute(): void {
    this.#isTold = true
    this.#line.counts.ignored += this.#incoming.drop()
  }

  /** Ends it once what was sent is on its way; settles when it is gone, which takes no longer than `closeTimeout` and LINGER_MS. */
  close(reason: string): Promise<void> {
    this.#isClosedHere = true
    this.#line.counts.ignored += this.#incoming.drop()
    return this.#finish(reason)
  }

  /** The same, where what has come is still handled. */
  #finish(reason: string): Promise<void> {
    if (!this.#end(reason)) return this.#whenGone.promise
    const { closeTimeout } = this.#line.options
    this.#outgoing.end()
    if (!this.#socket.writableFinished)
      this.#timer = this.#line.owner.clock.after(closeTimeout, () => {
        this.#reason = `${reason}; ${this.#outgoing.waiting} bytes that were sent had not been taken within ${shownMs(closeTimeout)}`
        this.#socket.destroy()
      })
    return this.#whenGone.promise
  }

  /** Ends it at once. */
  abort(reason: string): void {
    this.#isClosedHere = true
    this.#line.counts.ignored += this.#incoming.drop()
    this.#cut(reason)
  }

  /** Ends it at once; what has come is still handled. */
  #cut(reason: string): void {
    this.#end(reason)
    this.#socket.destroy()
  }

  /** From here on nothing is read or sent; false where that is so already. */
  #end(reason: string): boolean {
    if (this.isEnding) return false
    this.#reason = reason
    this.#silence.end()
    this.#stallTimer?.cancel()
    this.#requests.fail(this.#lost())
    for (const waiter of this.#waiters) settleFuture(waiter, { ok: false, error: this.#lost() })
    this.#waiters = []
    return true
  }

  #lost(): ConnectionLost {
    return new ConnectionLost(`${this.#line.shown}: the connection has ended: ${this.#reason}`)
  }

  // ── What its socket tells ─────────────────────────────────────────────────────────────────────────────────────────────────

  /** No answer comes any more; what has come is handled, and may still be answered, before the object hears of the end. */
  #peerEnded(): void {
    this.#incoming.end()
    this.#silence.end()
    if (this.isEnding) return
    this.#requests.fail(new ConnectionLost(`${this.#line.shown}: the peer has closed the connection`))
    this.#tellEnd('the peer has closed the connection', (reason) => void this.#finish(reason))
  }

  #hasFailed(error: Error): void {
    // One that is being closed has done its work.
    if (!this.#isTold && !this.isEnding) this.#line.failed(error, this.#incoming)
    // An error of TLS does not end the socket by itself.
    this.#cut(messageOf(error))
  }

  /** Something that only this side sees is wrong: nothing more is read. */
  failed(reason: string, cause?: unknown): void {
    if (this.isEnding) return
    this.#incoming.stop()
    this.#line.failed(
      new TsworksError(`${this.#line.shown}: ${reason}`, {
        code: 'BAD_STREAM',
        ...(cause === undefined ? {} : { cause }),
      }),
      this.#incoming,
    )
    this.#cut(reason)
  }

  /** The peer has been told that our side is closed. */
  #finished(): void {
    this.#timer?.cancel()
    this.#timer = this.#line.owner.clock.after(LINGER_MS, () => this.#socket.destroy())
  }

  #closed(): void {
    this.#timer?.cancel()
    this.#end('the connection was lost')
    this.#incoming.end()
    this.#tellEnd(this.#reason!, () => {})
    this.#line.gone()
    this.#whenGone.resolve()
  }

  /** Once: behind all that has come. */
  #tellEnd(reason: string, then: (reason: string) => void): void {
    if (this.#isTold) return
    this.#isTold = true
    let wasUp = false
    const effect = (): void => {
      then(reason)
      wasUp = this.#line.wentDown(reason)
    }
    const ask = (): unknown => (wasUp ? this.#line.tellDown(reason) : undefined)
    this.#incoming.tell(new Happening('onNetDown', ask, effect))
  }

  /** The system has taken some of what was sent. */
  #taken(): void {
    if (!this.#outgoing.isFull) {
      this.#stallTimer?.cancel()
      this.#stallTimer = undefined
      for (const waiter of this.#waiters) settleFuture(waiter, { ok: true, value: undefined })
      this.#waiters = []
    }
    this.#incoming.flow()
  }

  #stalled(): void {
    this.#stallTimer = undefined
    this.#hasStalled = true
    this.#incoming.flow()
  }

  #silent(stretches: number): void {
    const { idleTimeout, idleLimit } = this.#line.options
    if (stretches >= idleLimit) {
      this.#incoming.stop()
      return this.#cut(`nothing has come for ${shownMs(stretches * idleTimeout)}: the peer is taken for gone`)
    }
    this.#incoming.tell(new Happening('onNetTimeout', () => this.#line.silent()))
  }

  // ── What its reader finds ─────────────────────────────────────────────────────────────────────────────────────────────────

  get owner(): Owner {
    return this.#line.owner
  }

  get awaitsAnswer(): boolean {
    return this.#requests.open > 0
  }

  get isFull(): boolean {
    if (!this.#outgoing.isFull) return false
    return !this.#hasStalled || this.#outgoing.waiting >= this.#line.options.sendLimit * READ_UP_TO
  }

  takesAnswer(telegram: T): boolean {
    this.#line.counts.received++
    return this.#requests.take(telegram)
  }

  handle(telegram: T): unknown {
    if (!this.#isClosedHere) return this.#line.handle(telegram)
    this.#line.counts.ignored++
    return undefined
  }

  overlong(): void {
    this.#line.counts.overlong++
    const { overlong, limit } = this.#line.options
    if (overlong === 'close') this.failed(`a telegram is longer than the limit of ${limit} bytes`)
  }

  garbage(bytes: number): void {
    this.#line.counts.garbage += bytes
  }

  broken(reason: string): void {
    this.failed(`what it sends cannot be read any more: ${reason}`)
  }
}
