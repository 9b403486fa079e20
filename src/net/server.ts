/**
 * A server: it listens, and has a connection for each peer.
 *
 *   binding ─▶ ready (level 1) ─▶ closed
 *      ╰─ cannot: onNetError, or a failure of the object that has none
 *                 each peer: connection accepted, hands shaken (TLS) ─▶ onNetUp(conn, 2) … onNetDown(conn, 2, reason)
 *
 * Its peers outlive it: who wants them gone closes them.
 */

import { lstatSync, renameSync, unlinkSync } from 'node:fs'
import { connect as connectSocket, createServer, type Server as NetServer, type Socket } from 'node:net'
import process from 'node:process'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { threadId } from 'node:worker_threads'
import type { Owned, Owner } from '../core/belongings.ts'
import { NotConnected, TsworksError } from '../core/errors.ts'
import { settleFuture, type Future } from '../core/future.ts'
import { boundAddress, shownAddress, type Address } from './address.ts'
import type { Connection } from './connection.ts'
import type { Telegram } from './framing.ts'
import { Happening } from './incoming.ts'
import { ask, Line, type Level, type LineHolder } from './line.ts'
import { ownerOf, type Receiver } from './net-task.ts'
import { listening, type Listening, type ListenOptions } from './options.ts'
import { pending } from './pending.ts'
import { UntoldErrors } from './untold-errors.ts'

/** How long a peer may take to shake hands, in ms, where `tls` does not say. */
const HANDSHAKE_MS = 10_000

/** What a server counts. */
export interface ServerCounts {
  /** Peers that were connected. */
  readonly accepted: number
  /** Peers that were one too many. */
  readonly refused: number
  /** Peers with which the handshake of TLS has failed. */
  readonly failed: number
}

/**
 * Listens for peers. Returns at once: `onNetReady(address, server)` tells that it listens, `onNetUp(conn, 2)` of each peer, `onNetError(server, error)`
 * that it cannot listen, or that a peer's handshake has failed. A Task without `onNetError` fails when it cannot listen (S31).
 *
 * @param task who gets what comes; the server, and all connections of its peers, end with it
 * @param options where to listen (`port` and `host`, or `path`), the `framing`, and what else ListenOptions has
 * @throws BadDefinition for options that are wrong; what Node throws for a certificate that cannot be read
 *
 * @example
 * class Echo extends NetTask<{ serverReady(address: Address): void }> {
 *   onStart() {
 *     listen(this, { framing: lines() })
 *   }
 *   onNetReady(address: Address) {
 *     this.notify.serverReady(address)
 *   }
 *   onNetReceived(conn: Connection<string>, line: string) {
 *     conn.send(line)
 *   }
 * }
 */
export function listen<T extends Telegram>(task: Receiver<NoInfer<T>>, options: ListenOptions<T>): Server<T> {
  const call = 'listen(task, options)'
  const owner = ownerOf(task, call)
  return new Listener(owner, listening(`${owner.name}: ${call}`, options), call).server
}

/** What a Server asks of what listens. */
interface ListenerFace<T extends Telegram> {
  readonly level: Level
  readonly address: Address | undefined
  readonly ready: Future<Address>
  readonly connections: Connection<T>[]
  readonly counts: ServerCounts
  readonly shown: string
  end(reason: string): void
}

let serverOf: <T extends Telegram>(listener: ListenerFace<T>) => Server<T>

/** A port, or a Unix socket, on which a Task listens. */
export class Server<T extends Telegram = Telegram> {
  readonly #listener: ListenerFace<T>

  private constructor(listener: ListenerFace<T>) {
    this.#listener = listener
  }

  /** As the Task was told: 1 it listens; 0 it does not yet, or not any more. */
  get level(): Level {
    return this.#listener.level
  }

  /** Where it listens; undefined while it does not. */
  get address(): Address | undefined {
    return this.#listener.address
  }

  /**
   * Settles when it listens, with where; fails with what `onNetError` would be told. May be awaited in `onStart`: objects of higher levels then start when
   * it listens, and the start fails where it cannot.
   */
  get ready(): Future<Address> {
    return this.#listener.ready
  }

  /** The connections of its peers, as the Task was told: those that are up, and that it has not closed. */
  get connections(): Connection<T>[] {
    return this.#listener.connections
  }

  get counts(): ServerCounts {
    return { ...this.#listener.counts }
  }

  /** Listens no more; its peers stay. `onNetDown(server, 1, reason)` tells of it. Again is harmless. */
  close(reason = 'it was closed here'): void {
    this.#listener.end(reason)
  }

  /** For logs and errors: the Task, and where it listens. */
  toString(): string {
    return this.#listener.shown
  }

  static {
    Object.defineProperty(this, 'name', { value: 'Server', configurable: true })
    serverOf = (listener) => new Server(listener)
  }
}

/** Which socket stands at a path: another one has another number, or was made at another time. */
function socketAt(path: string): string | undefined {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  return stats?.isSocket() === true ? `${stats.ino} ${stats.mtimeNs}` : undefined
}

/** Removes that socket, and no other; false where it is there no more, or cannot be removed. */
function removed(path: string, found: string): boolean {
  const aside = `${path}.${process.pid}-${threadId}-${++lastAside}`
  try {
    renameSync(path, aside)
    if (socketAt(aside) === found) unlinkSync(aside)
    else renameSync(aside, path)
    return true
  } catch {
    return false
  }
}
let lastAside = 0

/** Tells peers of TCP apart; those of a Unix socket have no names, and one that does not shake hands there is gone after its timeout. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

class Listener<T extends Telegram> implements ListenerFace<T>, Owned {
  readonly server: Server<T>
  readonly counts = { accepted: 0, refused: 0, failed: 0 }
  readonly #lines = new Set<Line<T>>()
  level: Level = 0
  readonly #owner: Owner
  readonly #how: Listening<T>
  readonly #call: string
  readonly #server: NetServer
  readonly #release: () => void
  /** Peers with which hands are being shaken. */
  readonly #shaking = new Map<string, Socket>()
  readonly #untold = new UntoldErrors()
  #hasTakenOver = false
  /** Made when first asked for. */
  #ready: Future<Address> | undefined
  /** Why it cannot listen. */
  #failure: Error | undefined
  #isOver = false

  constructor(owner: Owner, how: Listening<T>, call: string) {
    this.#owner = owner
    this.#how = how
    this.#call = call
    this.server = serverOf(this)
    this.#server =
      how.tls === undefined
        ? createServer({ allowHalfOpen: true })
        : // Not half open yet: of a peer that leaves before it has shaken hands Node would not tell.
          createTlsServer({ handshakeTimeout: HANDSHAKE_MS, ...how.tls })
    if (how.maxPeers !== Infinity) this.#server.maxConnections = how.maxPeers
    this.#hear()
    this.#release = owner.own(this, call)
    this.#listen()
  }

  get address(): Address | undefined {
    return this.#server.listening ? boundAddress(this.#server) : undefined
  }

  get ready(): Future<Address> {
    if (this.#ready === undefined) {
      this.#ready = pending<Address>(this.#owner, `${this.shown} to listen`, () => {})
      this.#settleReady()
    }
    return this.#ready
  }

  /** Once somebody has asked. */
  #settleReady(): void {
    if (this.#ready === undefined) return
    const { address } = this
    if (address !== undefined) settleFuture(this.#ready, { ok: true, value: address })
    else if (this.#isOver)
      settleFuture(this.#ready, {
        ok: false,
        error: this.#failure ?? new NotConnected(`${this.shown}: it was closed before it listened`),
      })
  }

  get connections(): Connection<T>[] {
    return Array.from(this.#lines)
      .filter(({ isOpen }) => isOpen)
      .map(({ face }) => face)
  }

  get shown(): string {
    return `${this.#owner.name}, server at ${shownAddress(this.address ?? this.#how.at)}`
  }

  #listen(): void {
    this.#server.listen({ ...this.#how.at, backlog: this.#how.backlog })
  }

  #hear(): void {
    this.#server.on('listening', () => this.#listens())
    this.#server.on('error', (error: NodeJS.ErrnoException) => this.#failed(error))
    this.#server.on('drop', () => void this.counts.refused++)
    if (this.#how.tls === undefined) this.#server.on('connection', (socket) => this.#accept(socket))
    else this.#hearHandshakes()
  }

  #hearHandshakes(): void {
    this.#server.on('connection', (socket) => {
      const peer = peerOf(socket)
      this.#shaking.set(peer, socket)
      socket.once('close', () => {
        if (this.#shaking.get(peer) === socket) this.#shaking.delete(peer)
      })
    })
    this.#server.on('secureConnection', (socket: TLSSocket) => {
      this.#shaking.delete(peerOf(socket))
      socket.allowHalfOpen = true
      this.#accept(socket)
    })
    this.#server.on('tlsClientError', (error: Error, socket: TLSSocket) => {
      this.counts.failed++
      const { authorizationError } = socket
      // Else it would keep its place.
      socket.destroy()
      // Why it was refused, where all else that is known is that it was.
      const why = authorizationError as Error | string | null
      this.#tellError(
        why === null
          ? error
          : new TsworksError(`a peer's certificate is refused: ${String(why)}`, { code: String(why), cause: error }),
      )
    })
  }

  #listens(): void {
    // Closed meanwhile.
    if (this.#isOver) return
    const address = this.address!
    this.#settleReady()
    this.#owner.log.debug({ address }, `${this.shown}: ready`)
    const tell = (): unknown => ask(this.#owner, 'onNetReady', [address, this.server])
    this.#owner.tell('onNetReady', new Happening('onNetReady', tell, () => void (this.level = 1)))
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (this.#isOver) return
    // What goes wrong while it listens concerns one that would have been a peer.
    if (this.#server.listening) return this.#tellError(error)
    const { at } = this.#how
    if ('path' in at && error.code === 'EADDRINUSE') this.#takeOver(at.path, error)
    else this.#cannotListen(error)
  }

  /**
   * A Unix socket outlives a process that was killed: one where nobody listens is removed. Several may try at once, in several processes: each moves aside
   * what it has found, and puts it back where that was another one's, which has been quicker.
   */
  #takeOver(path: string, error: Error): void {
    const found = socketAt(path)
    // What is no socket is not ours to remove; and it is tried once.
    if (found === undefined || this.#hasTakenOver) return this.#cannotListen(error)
    this.#hasTakenOver = true
    const asks = connectSocket({ path })
    asks.once('connect', () => {
      asks.destroy()
      this.#cannotListen(error)
    })
    asks.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (this.#isOver) return
      if (code === 'ECONNREFUSED' && removed(path, found)) this.#listen()
      else this.#cannotListen(error)
    })
  }

  #cannotListen(error: Error): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#failure = error
    this.#release()
    this.#settleReady()
    this.#tellError(error, { isFailure: true })
  }

  #tellError(error: Error, { isFailure = false } = {}): void {
    this.#owner.log.debug({ err: error }, `${this.shown}: ${error.message}`)
    if (this.#isOver && !isFailure) return
    const happening = this.#untold.add(() => {
      if (isFailure && this.#owner.hook('onNetError') === undefined) throw error
      return ask(this.#owner, 'onNetError', [this.server, error])
    })
    if (happening !== undefined) this.#owner.tell('onNetError', happening)
  }

  #accept(socket: Socket): void {
    // Its hands were not shaken before this one ended.
    if (this.#isOver) return void socket.destroy()
    // Those that have gone and of which the object has not been told yet have a place, too.
    if (this.#lines.size >= this.#how.maxPeers) {
      this.counts.refused++
      return void socket.destroy()
    }
    this.counts.accepted++
    const holder: LineHolder = {
      levelBelow: 0,
      server: this.server,
      gone: () => {
        release()
        this.#lines.delete(line)
      },
      rest: () => {},
      closed: () => {},
    }
    const line = new Line<T>(this.#owner, this.#how.each, { holder })
    const release = this.#owner.own(line, this.#call)
    this.#lines.add(line)
    line.connected(socket, 'path' in this.#how.at ? this.#how.at.path : undefined)
  }

  end(reason: string): void {
    if (this.#isOver) return
    this.rest()
    this.#release()
    const tell = (): unknown => ask(this.#owner, 'onNetDown', [this.server, 1, reason])
    this.#owner.tell('onNetDown', new Happening('onNetDown', tell, () => void (this.level = 0)))
  }

  rest(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#settleReady()
    this.#server.close()
    for (const socket of this.#shaking.values()) socket.destroy()
  }

  close(): Promise<void> {
    this.rest()
    return Promise.resolve()
  }

  abort(): void {
    this.rest()
  }
}
