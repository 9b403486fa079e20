/** What a NetTask has of a connection: the peer of a server, or a client's own. */

import type { Socket } from 'node:net'
import { TLSSocket, type PeerCertificate } from 'node:tls'
import { inspect } from 'node:util'
import { isMs, LONGEST_MS } from '../core/clock.ts'
import { BadDefinition } from '../core/errors.ts'
import type { Future } from '../core/future.ts'
import { describe } from '../core/traits.ts'
import type { Address } from './address.ts'
import type { Telegram } from './framing.ts'
import type { Level } from './line.ts'
import type { RequestOptions } from './requests.ts'
import type { Server } from './server.ts'
import type { Counting } from './session.ts'

/** How many telegrams and bytes a connection has seen, over all that its peer and it were connected. */
export type ConnectionCounts = Readonly<Counting>

/** What it asks of its line; methods, so that a connection of texts is one of telegrams, too. */
export interface ConnectionLine<T extends Telegram> {
  readonly id: number
  readonly level: Level
  readonly peer: Address | undefined
  readonly isOpen: boolean
  readonly counts: Counting
  readonly shown: string
  readonly socket: Socket | undefined
  readonly server: object | undefined
  send(telegram: T): boolean
  request(telegram: T, options: RequestOptions<T>): Future<T>
  drained(): Future<void>
  end(reason: string): void
  cut(reason: string): void
}

/** Makes the face of a line; for listen and connect. */
export let connectionOf: <T extends Telegram>(line: ConnectionLine<T>) => Connection<T>

/**
 * A connection over which telegrams go both ways. It belongs to the Task that has opened it, and to its thread: others ask the Task.
 *
 * `listen` gives one for each peer, by `onNetUp`; `connect` gives one that comes back by itself.
 */
export class Connection<T extends Telegram = Telegram> {
  readonly #line: ConnectionLine<T>

  private constructor(line: ConnectionLine<T>) {
    this.#line = line
  }

  /** One for each connection of this thread, growing. */
  get id(): number {
    return this.#line.id
  }

  /** As the Task was told: 2 connected, 1 trying to connect, 0 ended for good. */
  get level(): Level {
    return this.#line.level
  }

  /** Whether `send` sends: the Task was told that it is up, not that it is down, and has not closed it. */
  get isOpen(): boolean {
    return this.#line.isOpen
  }

  /** Where the peer is; of a Unix socket its path. */
  get peer(): Address | undefined {
    return this.#line.peer
  }

  /** The Server that has accepted it; undefined for a client's. */
  get server(): Server<T> | undefined {
    return this.#line.server as Server<T> | undefined
  }

  /** What it has counted until now. */
  get counts(): ConnectionCounts {
    return { ...this.#line.counts }
  }

  /** The certificate of the peer, with TLS; undefined where it has shown none, or is not connected. */
  get certificate(): PeerCertificate | undefined {
    const { socket } = this.#line
    if (!(socket instanceof TLSSocket)) return undefined
    const certificate = socket.getPeerCertificate()
    return Object.keys(certificate).length === 0 ? undefined : certificate
  }

  /**
   * Sends a telegram, behind those before it. Returns at once.
   *
   * @returns false where the peer is slow: `highWater` bytes or more wait for it. The telegram is sent all the same; stop, and go on when `drained()`
   *   settles. False, too, where the connection is gone, or was closed here: then it is not sent, and counted as `unsent`
   * @throws NotConnected before the first `onNetUp`; SendBufferFull when `sendLimit` bytes wait; BadDefinition for a telegram that the
   *   framing cannot carry
   */
  send(telegram: T): boolean {
    return this.#line.send(telegram)
  }

  /**
   * Sends a telegram that is answered by one of the peer's. The answer does not come to `onNetReceived`. In a handler that awaits it no other
   * message is handled meanwhile (S4); what comes before the answer waits.
   *
   * @returns the answer; fails with FutureShock after `timeout`, or when the deadline of the call in hand has passed (S15), with ConnectionLost when the connection ends, with what `send` would throw
   *
   * @example
   * const answer = await conn.request('TEMP?', { timeout: 1_000, isAnswer: (telegram) => telegram.startsWith('TEMP=') })
   */
  request(telegram: T, options: RequestOptions<T> = {}): Future<T> {
    const call = `${this.#line.shown}: request(telegram, { timeout, signal, isAnswer })`
    if (typeof options !== 'object' || (options as unknown) === null)
      throw new BadDefinition(`${call}: expected options, found ${describe(options)}`)
    const { timeout, isAnswer, signal, ...others } = options
    for (const name of Object.keys(others)) throw new BadDefinition(`${call}: there is no option ${name}`)
    if (timeout !== undefined && !isMs(timeout))
      throw new BadDefinition(`${call}: expected a time from 0 to ${LONGEST_MS} ms, found ${describe(timeout)}`)
    if (isAnswer !== undefined && typeof isAnswer !== 'function')
      throw new BadDefinition(`${call}: expected isAnswer: a function, found ${describe(isAnswer)}`)
    if (signal !== undefined && !(signal instanceof AbortSignal))
      throw new BadDefinition(`${call}: expected an AbortSignal, found ${describe(signal)}`)
    return this.#line.request(telegram, options)
  }

  /** Settles when less than `highWater` bytes wait for the peer, at once where that is so; fails with ConnectionLost when it ends before. */
  drained(): Future<void> {
    return this.#line.drained()
  }

  /**
   * Ends the connection in order: what was sent goes to the peer, for up to `closeTimeout`; what comes is dropped. A client does not come back.
   * `onNetDown` tells when it is gone. Again is harmless.
   */
  close(reason = 'it was closed here'): void {
    this.#line.end(reason)
  }

  /** Ends it at once; what has not left yet is lost. */
  abort(reason = 'it was aborted here'): void {
    this.#line.cut(reason)
  }

  /** For logs and errors: the Task, the connection's id, the peer. */
  toString(): string {
    return this.#line.shown
  }

  static {
    Object.defineProperty(this, 'name', { value: 'Connection', configurable: true })
    connectionOf = (line) => new Connection(line)
    Reflect.defineProperty(this.prototype, inspect.custom, {
      value(this: Connection): string {
        return `Connection(${this.#line.shown}, level ${this.level})`
      },
    })
  }
}
