/**
 * A line to a peer, as its object sees it: over one socket, or of a client over one after another.
 *
 *   what is:    connecting ─▶ session ─▶ gone ─▶ (connecting …)
 *                               │          │
 *   messages:            onNetUp(2), telegrams, onNetDown(2)     in the mailbox, in this order
 *                               │          │
 *   what the object sees:       ▼ level 2  ▼ level 1, or 0
 *
 * Invariants: a client's next session begins when the object was told of the end of the one before. And `level`, and the session that is sent to,
 * change in a turn of the object only, with the hook that tells of it. So whoever sends in a handler sends to the peer of which it was told, never to
 * the next one; and one that is gone already takes nothing, which is counted.
 */

import type { Socket } from 'node:net'
import type { Owned, Owner } from '../core/belongings.ts'
import { AbortError, BadDefinition, FutureShock, NotConnected } from '../core/errors.ts'
import { messageOf } from '../core/failure.ts'
import { settleFuture, type Future } from '../core/future.ts'
import { describe } from '../core/traits.ts'
import type { NetHook } from '../core/words.ts'
import { peerAddress, shownAddress, type Address } from './address.ts'
import { connectionOf, type Connection, type ConnectionLine } from './connection.ts'
import type { Telegram } from './framing.ts'
import { Happening, type Incoming } from './incoming.ts'
import type { Settled } from './options.ts'
import { pending } from './pending.ts'
import type { RequestOptions } from './requests.ts'
import { Session, type Counting, type SessionLine } from './session.ts'
import { UntoldErrors } from './untold-errors.ts'

/** 1: ready: it is bound, or tries to connect; 2: connected; 0: neither, and it will not be any more. */
export type Level = 0 | 1 | 2

/** Whoever has the line: the server that has accepted it, or the client. */
export interface LineHolder {
  /** The Server that has accepted it. */
  readonly server: object | undefined
  /** Its level while it is not connected. */
  readonly levelBelow: 0 | 1
  /** The object is to end: no other session. */
  rest(): void
  /** Its socket is gone, and the object knows. */
  gone(): void
  /** The object wants no more of it. */
  closed(reason: string): void
}

/** Asks the object, or its State, for a hook of the net, in a turn. */
export function ask(owner: Owner, hook: NetHook, args: readonly unknown[]): unknown {
  const handler = owner.hook(hook)
  return handler === undefined ? undefined : Reflect.apply(handler.method, handler.self, args)
}

let lastId = 0

export class Line<T extends Telegram> implements SessionLine<T>, ConnectionLine<T>, Owned {
  readonly owner: Owner
  readonly options: Settled<T>
  readonly id = ++lastId
  readonly counts: Counting = { received: 0, sent: 0, overlong: 0, garbage: 0, unsent: 0, ignored: 0, late: 0 }
  /** What the object has of it. */
  readonly face: Connection<T>
  level: Level
  /** Where the peer is; of a client that is not connected, where it shall be. */
  peer: Address | undefined
  readonly #holder: LineHolder
  /** The one that the object was told of. */
  #told: Session<T> | undefined
  /** The one that there is. */
  #session: Session<T> | undefined
  #socket: Socket | undefined
  /** Who sends now was told that it is not up any more, where it is not. */
  #hasBeenUp = false
  /** The object was told that the session has ended. */
  #knowsEnd = true
  /** The object wants no more of it; or it has ended itself, and is told of nothing. */
  #isOver = false
  #isMuted = false
  readonly #untold = new UntoldErrors()

  constructor(
    owner: Owner,
    options: Settled<T>,
    { holder, peer }: { readonly holder: LineHolder; readonly peer?: Address },
  ) {
    this.owner = owner
    this.options = options
    this.peer = peer
    this.#holder = holder
    this.level = holder.levelBelow
    this.face = connectionOf<T>(this)
  }

  /** Whether the object was told that it is up, and has not closed it. */
  get isOpen(): boolean {
    return this.#told !== undefined && !this.#isOver
  }

  get shown(): string {
    return `${this.owner.name}, connection ${this.id} to ${shownAddress(this.peer)}`
  }

  /** The socket that there is. */
  get socket(): Socket | undefined {
    return this.#socket
  }

  /** A socket is connected; `path` of a Unix socket. */
  connected(socket: Socket, path: string | undefined): void {
    this.#socket = socket
    this.#knowsEnd = false
    this.peer = peerAddress(socket, path) ?? this.peer
    if (path === undefined) {
      socket.setNoDelay(true)
      // Node cuts it to whole seconds, and takes 0 for what the system does by default: two hours.
      if (this.options.keepAlive > 0) socket.setKeepAlive(true, Math.ceil(this.options.keepAlive / 1_000) * 1_000)
    }
    const session = new Session(this, socket)
    this.#session = session
    const tellUp = (): unknown => (this.#told === session ? ask(this.owner, 'onNetUp', [this.face, 2]) : undefined)
    session.tellBegin(tellUp, () => {
      // One that was closed meanwhile is not told as up.
      if (this.#isOver) return
      this.#told = session
      this.#hasBeenUp = true
      this.level = 2
      this.owner.log.debug({ connection: this.id }, `${this.shown}: up`)
    })
  }

  // ── What the object does ──────────────────────────────────────────────────────────────────────────────────────────────────

  send(telegram: T): boolean {
    this.#check(telegram, 'send(telegram)')
    if (!this.isOpen && this.#hasBeenUp) {
      this.counts.unsent++
      return false
    }
    const session = this.#toldFor('send(telegram)')
    try {
      return session.send(telegram)
    } catch (error) {
      throw this.#naming(error, 'send(telegram)')
    }
  }

  request(telegram: T, options: RequestOptions<T>): Future<T> {
    const call = 'request(telegram)'
    this.#check(telegram, call)
    try {
      if (options.signal?.aborted === true)
        throw new AbortError(`${this.shown}: ${call}: its signal had aborted; nothing was sent`, {
          executed: 'no',
          cause: options.signal.reason,
        })
      const session = this.#toldFor(call)
      const timeout = this.#timeoutOf(options)
      if (timeout < 0)
        throw new FutureShock(
          `timeout: ${this.shown}: ${call}: the deadline of the call in hand has passed; nothing was sent`,
          'no',
        )
      const how = { ...options, timeout }
      if (!session.isEnding) return session.request(telegram, how)
      throw new NotConnected(`${this.shown}: request(telegram): the connection has just ended; nothing was sent`)
    } catch (error) {
      return this.#failed(this.#naming(error, call))
    }
  }

  drained(): Future<void> {
    try {
      return this.#toldFor('drained()').drained()
    } catch (error) {
      return this.#failed(error)
    }
  }

  #failed<V>(error: unknown): Future<V> {
    const failed = pending<V>(this.owner, this.shown, () => {})
    settleFuture(failed, { ok: false, error })
    return failed
  }

  /** What a framing that refuses a telegram does not know: where that was. */
  #naming(error: unknown, call: string): unknown {
    return error instanceof BadDefinition
      ? new BadDefinition(`${this.shown}: ${call}: ${error.message}; nothing was sent`)
      : error
  }

  /** A call's deadline is that of what it asks for (S15); less than 0 where that has passed. */
  #timeoutOf({ timeout = this.options.requestTimeout }: RequestOptions<T>): number {
    const { deadline, clock } = this.owner
    return deadline === undefined ? timeout : Math.min(timeout, deadline - clock.now())
  }

  #check(telegram: unknown, call: string): void {
    if (typeof telegram === 'string' || telegram instanceof Uint8Array) return
    throw this.#naming(new BadDefinition(`expected a text or a Uint8Array, found ${describe(telegram)}`), call)
  }

  #toldFor(call: string): Session<T> {
    if (this.#told !== undefined && !this.#isOver) return this.#told
    throw new NotConnected(`${this.shown}: ${call}: ${this.#whyNot()}; nothing was sent`)
  }

  #whyNot(): string {
    if (this.#isOver) return 'it was closed'
    if (!this.#hasBeenUp) return 'it is not connected yet: wait for onNetUp'
    return this.level === 1 ? 'it was lost, and is not connected again yet: wait for onNetUp' : 'it has ended'
  }

  /** Ends it for good; what was sent is sent. */
  end(reason: string): void {
    this.#isOver = true
    void this.#session?.close(reason)
    this.#holder.closed(reason)
  }

  /** The same, at once. */
  cut(reason: string): void {
    this.#isOver = true
    this.#session?.abort(reason)
    this.#holder.closed(reason)
  }

  /** It will never be connected again: a client's has ended. */
  ended(reason: string): void {
    if (this.#isMuted) return
    const tell = (): unknown => ask(this.owner, 'onNetDown', [this.face, 1, reason])
    this.owner.tell('onNetDown', new Happening('onNetDown', tell, () => void (this.level = 0)))
  }

  get server(): object | undefined {
    return this.#holder.server
  }

  get hasSession(): boolean {
    return this.#session !== undefined
  }

  // ── The end of the object ─────────────────────────────────────────────────────────────────────────────────────────────────

  rest(): void {
    this.#session?.rest()
    this.#holder.rest()
  }

  close(reason: string): Promise<void> {
    this.#mute(reason)
    this.#holder.closed(reason)
    return this.#session?.close(reason) ?? Promise.resolve()
  }

  abort(reason: string): void {
    this.#mute(reason)
    this.#holder.closed(reason)
    this.#session?.abort(reason)
  }

  #mute(reason: string): void {
    const { ignored } = this.counts
    this.#isOver = true
    this.#isMuted = true
    this.#session?.mute()
    const lost = this.counts.ignored - ignored
    if (lost > 0)
      this.owner.log.warn(
        { connection: this.id, telegrams: lost },
        `${this.shown}: ${lost} telegrams that had come were not handled: ${reason}`,
      )
  }

  // ── What its session tells ────────────────────────────────────────────────────────────────────────────────────────────────

  handle(telegram: T): unknown {
    const handler = this.owner.hook('onNetReceived')
    if (handler !== undefined) return Reflect.apply(handler.method, handler.self, [this.face, telegram])
    this.counts.ignored++
    if (this.counts.ignored === 1)
      this.owner.log.warn(
        { connection: this.id },
        `${this.shown}: a telegram has come, and neither ${this.owner.name} nor its State declares onNetReceived; it is dropped, as further ones are`,
      )
    return undefined
  }

  wentDown(reason: string): boolean {
    const wasUp = this.#told !== undefined
    this.#told = undefined
    this.#knowsEnd = true
    this.level = this.#isOver ? 0 : this.#holder.levelBelow
    this.#free()
    this.owner.log.debug({ connection: this.id }, `${this.shown}: down: ${reason}`)
    return wasUp
  }

  tellDown(reason: string): unknown {
    return ask(this.owner, 'onNetDown', [this.face, 2, reason])
  }

  silent(): unknown {
    return ask(this.owner, 'onNetTimeout', [this.face])
  }

  failed(error: Error, incoming?: Incoming<T>): void {
    this.owner.log.debug({ err: error, connection: this.id }, `${this.shown}: ${messageOf(error)}`)
    if (this.#isMuted) return
    const happening = this.#untold.add(() => ask(this.owner, 'onNetError', [this.face, error]))
    if (happening === undefined) return
    if (incoming === undefined) this.owner.tell('onNetError', happening)
    else incoming.tell(happening)
  }

  gone(): void {
    this.#socket = undefined
    this.#free()
  }

  /** Its socket is gone, and the object knows: only then may there be another. */
  #free(): void {
    if (this.#socket !== undefined || !(this.#knowsEnd || this.#isMuted)) return
    this.#session = undefined
    this.#holder.gone()
  }
}
