/**
 * A client's connection: it connects, and comes back.
 *
 *   dialing ──▶ up ──lost──▶ waiting ──▶ dialing …
 *      ╰─failed─▶ waiting: first, first × factor, … up to cap, with jitter; from the start again once it has been up for STEADY_MS
 *                    ╰─ close(), or too many attempts in a row ─▶ over
 */

import { connect as connectSocket, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { Owner } from '../core/belongings.ts'
import type { ClockTimer } from '../core/clock.ts'
import { shownMs } from '../core/duration.ts'
import { TsworksError } from '../core/errors.ts'
import { messageOf } from '../core/failure.ts'
import { backoffMs } from '../core/restart.ts'
import type { Address } from './address.ts'
import type { Connection } from './connection.ts'
import type { Telegram } from './framing.ts'
import { Line, type LineHolder } from './line.ts'
import { ownerOf, type Receiver } from './net-task.ts'
import { connecting, type Connecting, type ConnectOptions } from './options.ts'

/** A peer that has closed its side still gets the answers to what it had sent. */
const HALF_OPEN = { allowHalfOpen: true }

/** How long a connection has been up that is not taken for one that fails again and again, in ms. */
const STEADY_MS = 5_000

/**
 * Connects to a server, and again when that fails or the connection is lost. Returns at once: `onNetUp(conn, 2)` tells that it is connected,
 * `onNetDown(conn, 2, reason)` that it was lost, `onNetDown(conn, 1, reason)` that it does not come back; `onNetError` of each attempt that fails.
 *
 * @param task who gets what comes; the connection ends with it
 * @param options whom to connect to (`port` and `host`, or `path`), the `framing`, and what else ConnectOptions has
 * @throws BadDefinition for options that are wrong; what Node throws for a certificate that cannot be read
 *
 * @example
 * class Client extends NetTask {
 *   conn = connect(this, { port: 4711, framing: lines() })
 *   onNetUp(conn: Connection<string>) {
 *     conn.send('hello')
 *   }
 *   onNetReceived(conn: Connection<string>, line: string) {
 *     this.log.info({ line }, 'answered')
 *   }
 * }
 */
export function connect<T extends Telegram>(task: Receiver<NoInfer<T>>, options: ConnectOptions<T>): Connection<T> {
  const call = 'connect(task, options)'
  const owner = ownerOf(task, call)
  return new Client(owner, connecting(`${owner.name}: ${call}`, options), call).connection
}

class Client<T extends Telegram> implements LineHolder {
  readonly levelBelow = 1
  readonly server = undefined
  readonly connection: Connection<T>
  readonly #owner: Owner
  readonly #how: Connecting<T>
  readonly #line: Line<T>
  readonly #release: () => void
  /** Attempts in a row that have failed. */
  #failures = 0
  /** When it was connected, on the owner's clock. */
  #since = 0
  #dialing: Socket | undefined
  #timer: ClockTimer | undefined
  /** The object is to end. */
  #rests = false
  /** Why the object wants no more of it. */
  #over: string | undefined

  constructor(owner: Owner, how: Connecting<T>, call: string) {
    this.#owner = owner
    this.#how = how
    const peer: Address = how.to
    this.#line = new Line<T>(owner, how.each, { holder: this, peer })
    this.connection = this.#line.face
    this.#release = owner.own(this.#line, call)
    try {
      this.#dial()
    } catch (error) {
      this.#release()
      throw error
    }
  }

  #dial(): void {
    const { connectTimeout, tls } = this.#how
    const socket = this.#open()
    this.#dialing = socket
    let failure: Error | undefined
    this.#timer = this.#owner.clock.after(connectTimeout, () => {
      const took = `it was not connected within ${shownMs(connectTimeout)}`
      socket.destroy(new TsworksError(`${this.#line.shown}: ${took}`, { code: 'CONNECT_TIMEOUT' }))
    })
    const failed = (error: Error): void => {
      failure = error
      socket.destroy()
    }
    const closed = (): void => {
      this.#timer?.cancel()
      this.#dialing = undefined
      this.#failed(failure ?? new Error('the peer has closed the connection before it was up'))
    }
    socket.on('error', failed).once('close', closed)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      this.#timer?.cancel()
      this.#dialing = undefined
      socket.off('error', failed).off('close', closed)
      this.#since = this.#owner.clock.now()
      this.#line.connected(socket, this.#path)
    })
  }

  get #path(): string | undefined {
    return 'path' in this.#how.to ? this.#how.to.path : undefined
  }

  #open(): Socket {
    const { to, tls } = this.#how
    if (tls === undefined) return connectSocket({ ...to, ...HALF_OPEN })
    const options: ConnectionOptions = { ...tls, ...to, ...HALF_OPEN }
    return connectTls(options)
  }

  /** An attempt has failed. */
  #failed(error: Error): void {
    if (this.#over !== undefined) return this.#end(this.#over)
    if (this.#rests) return
    const { reconnect } = this.#how
    this.#line.failed(error)
    this.#failures++
    if (reconnect === undefined || this.#failures >= reconnect.attempts) {
      const attempts = this.#failures === 1 ? '' : ` in ${this.#failures} attempts`
      this.#over = `it could not be connected${attempts}: ${messageOf(error)}`
      return this.#end(this.#over)
    }
    const ms = this.#wait()
    const line = `${this.#line.shown} cannot be connected: ${messageOf(error)}; the next attempt is in ${shownMs(Math.round(ms))}`
    // One that goes on failing is told of once.
    this.#owner.log[this.#failures === 1 ? 'warn' : 'debug']({ err: error }, line)
  }

  /** Tries again, soon; gives in how many ms. */
  #wait(): number {
    const ms = backoffMs(this.#how.reconnect, Math.max(0, this.#failures - 1), Math.random())
    this.#timer = this.#owner.clock.after(ms, () => {
      try {
        this.#dial()
      } catch (error) {
        this.#failed(error instanceof Error ? error : new Error(messageOf(error)))
      }
    })
    return ms
  }

  gone(): void {
    if (this.#over !== undefined) return this.#end(this.#over)
    if (this.#rests) return
    if (this.#how.reconnect === undefined) return this.#end((this.#over = 'it was lost, and does not come back'))
    const isSteady = this.#owner.clock.now() - this.#since >= STEADY_MS
    // What was up for a moment only has failed, too: else one that is refused after it was accepted would be tried without pause.
    this.#failures = isSteady ? 0 : this.#failures + 1
    if (this.#failures >= this.#how.reconnect.attempts)
      return this.#end((this.#over = `it was lost ${this.#failures} times, soon after it was up`))
    this.#wait()
  }

  rest(): void {
    this.#rests = true
    this.#timer?.cancel()
    this.#dialing?.destroy()
  }

  closed(reason: string): void {
    if (this.#over !== undefined) return
    this.#over = reason
    this.#timer?.cancel()
    if (this.#dialing !== undefined) this.#dialing.destroy()
    else if (!this.#line.hasSession) this.#end(reason)
  }

  #end(reason: string): void {
    this.#release()
    this.#line.ended(reason)
  }
}
