/** What can be said of connections, what holds where nothing is said, and the refusal of what is wrong. */

import type { ConnectionOptions as TlsConnectOptions, TlsOptions } from 'node:tls'
import { isMs, LONGEST_MS } from '../core/clock.ts'
import { BadDefinition } from '../core/errors.ts'
import { DEFAULT_BACKOFF, EXPECTED_BACKOFF, isBackoff, type Backoff } from '../core/restart.ts'
import { describe } from '../core/traits.ts'
import type { Framing, Telegram } from './framing.ts'

/** What holds for each connection, whoever has opened it. Times in ms. */
export interface ConnectionOptions<T extends Telegram = Telegram> {
  /** How telegrams stand in the stream. */
  readonly framing: Framing<T>
  /** Bytes of the longest telegram that is taken; 65,536. */
  readonly limit?: number
  /** What becomes of a longer one: it is dropped and counted (`drop`), or the connection is closed (`close`). */
  readonly overlong?: 'drop' | 'close'
  /** `onNetTimeout` after so long without a byte of the peer, and again for each further such stretch; 0, unless it is given: never. */
  readonly idleTimeout?: number
  /** After so many such stretches in a row the peer is taken for gone, and the connection ended; 2. */
  readonly idleLimit?: number
  /** Bytes that wait to be sent from which on `send` gives false, and nothing more is read of the peer; 65,536. */
  readonly highWater?: number
  /** Bytes that wait to be sent beyond which `send` throws SendBufferFull; 16 MB. */
  readonly sendLimit?: number
  /** How long a request waits for its answer, unless it says otherwise; 5,000. */
  readonly requestTimeout?: number
  /** How long `close` waits for the peer to take what was sent; 3,000. */
  readonly closeTimeout?: number
  /** After so long without traffic the system asks whether the peer is still there (TCP keep-alive); 10,000; 0: never. */
  readonly keepAlive?: number
}

/** How `listen` listens. */
export interface ListenOptions<T extends Telegram = Telegram> extends ConnectionOptions<T> {
  /** 0, or nothing: one that is free, of which `onNetReady` tells. */
  readonly port?: number | undefined
  /** The address that it listens on; `127.0.0.1`: whoever shall be reached from elsewhere says so. */
  readonly host?: string | undefined
  /** Of a Unix socket, in place of port and host. A socket that nobody listens on any more is taken over. */
  readonly path?: string | undefined
  /** TLS, with what `tls.createServer` takes: `cert`, `key`; `ca`, `requestCert: true` to ask for certificates of clients. */
  readonly tls?: TlsOptions
  /** Peers at once, those that shake hands included; one more is refused, and counted; 1,024. */
  readonly maxPeers?: number
  /** Peers that the system keeps until they are accepted; 511. */
  readonly backlog?: number
}

/** How a client comes back: as a Backoff says, and how often. */
export interface Reconnect extends Backoff {
  /** Attempts in a row that fail before it gives up; Infinity. */
  readonly attempts: number
}

/** How `connect` connects. */
export interface ConnectOptions<T extends Telegram = Telegram> extends ConnectionOptions<T> {
  readonly port?: number | undefined
  /** `127.0.0.1` unless it says otherwise. */
  readonly host?: string | undefined
  /** Of a Unix socket, in place of port and host. */
  readonly path?: string | undefined
  /** TLS: `true`, or what `tls.connect` takes: `ca`, `servername`; `cert`, `key` for a certificate of one's own. */
  readonly tls?: TlsConnectOptions | true
  /** How long one attempt may take, its handshake included; 10,000. */
  readonly connectTimeout?: number
  /**
   * How soon it tries again, and comes back when it was lost: after 100 ms, each time twice as long, 10 s at most, 20 % more or less, without end.
   * `false`: not at all.
   */
  readonly reconnect?: Partial<Reconnect> | false
}

/** With what holds where nothing was said. */
export type Settled<T extends Telegram> = Required<ConnectionOptions<T>>

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0
const isBound = (value: unknown): boolean => value === Infinity || isCount(value)
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''
const isPort = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 65_536
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null

function isFraming(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { reader, write } = value as Partial<Framing>
  return typeof reader === 'function' && typeof write === 'function'
}

const COUNT = 'a whole number from 1'
const TIME = `a time from 0 to ${LONGEST_MS} ms`
const TLS = "what Node's tls takes, { cert, key } for one"

/** Of each option what it must be, in words. */
type Rules = Readonly<Record<string, readonly [is: (value: unknown) => boolean, expected: string]>>

const EACH: Rules = {
  framing: [isFraming, 'how telegrams stand in the stream, lines() for one'],
  limit: [isCount, `${COUNT}, in bytes`],
  overlong: [(value) => value === 'drop' || value === 'close', "'drop' or 'close'"],
  idleTimeout: [isMs, TIME],
  idleLimit: [isBound, `${COUNT}, or Infinity`],
  highWater: [isCount, `${COUNT}, in bytes`],
  sendLimit: [isBound, `${COUNT}, in bytes`],
  requestTimeout: [isMs, TIME],
  closeTimeout: [isMs, TIME],
  keepAlive: [isMs, TIME],
  port: [isPort, '0 to 65535'],
  host: [isText, 'a name or an address'],
  path: [isText, 'the path of a Unix socket'],
}
const LISTENS: Rules = {
  ...EACH,
  tls: [isObject, TLS],
  maxPeers: [isBound, `${COUNT}, or Infinity`],
  backlog: [isCount, COUNT],
}
const CONNECTS: Rules = {
  ...EACH,
  tls: [(value) => value === true || isObject(value), TLS],
  connectTimeout: [isMs, TIME],
  // Looked at where it is read, by reconnecting().
  reconnect: [() => true, ''],
}

/** Throws in the name of `call` for what is wrong; an option that is undefined was not given, and only the framing must be. */
function check(call: string, options: unknown, rules: Rules): void {
  if (typeof options !== 'object' || options === null)
    throw new BadDefinition(`${call}: expected options, an object with a framing, found ${describe(options)}`)
  for (const [name, value] of Object.entries({ framing: undefined, ...options }) as [string, unknown][]) {
    const rule = rules[name]
    if (rule === undefined)
      throw new BadDefinition(
        `${call}: there is no option ${name}; there are ${Object.keys(rules).toSorted().join(', ')}`,
      )
    const [is, expected] = rule
    if ((value !== undefined || name === 'framing') && !is(value))
      throw new BadDefinition(`${call}: expected ${name}: ${expected}, found ${describe(value)}`)
  }
  const { path, port, host, highWater = 0, sendLimit = Infinity } = options as Partial<ListenOptions>
  if (highWater > sendLimit)
    throw new BadDefinition(
      `${call}: expected highWater to be no more than sendLimit, found ${highWater} and ${sendLimit}: send would throw before it tells`,
    )
  if (path !== undefined && (port !== undefined || host !== undefined))
    throw new BadDefinition(`${call}: expected a path, or a port and a host, found both`)
}

function settled<T extends Telegram>({
  framing,
  limit = 65_536,
  overlong = 'drop',
  idleTimeout = 0,
  idleLimit = 2,
  highWater = 65_536,
  sendLimit = 16 * 1024 * 1024,
  requestTimeout = 5_000,
  closeTimeout = 3_000,
  keepAlive = 10_000,
}: ConnectionOptions<T>): Settled<T> {
  return {
    framing,
    limit,
    overlong,
    idleTimeout,
    idleLimit,
    highWater,
    sendLimit,
    requestTimeout,
    closeTimeout,
    keepAlive,
  }
}

/** Of a server: how it listens, and what holds for each of its peers. */
export interface Listening<T extends Telegram> {
  readonly each: Settled<T>
  readonly at: { readonly port: number; readonly host: string } | { readonly path: string }
  readonly tls: TlsOptions | undefined
  readonly maxPeers: number
  readonly backlog: number
}

/** Throws a BadDefinition in the name of `call`. */
export function listening<T extends Telegram>(call: string, options: ListenOptions<T>): Listening<T> {
  check(call, options, LISTENS)
  const { tls, port = 0, host = '127.0.0.1', path, maxPeers = 1_024, backlog = 511 } = options
  return { each: settled(options), at: path === undefined ? { port, host } : { path }, tls, maxPeers, backlog }
}

/** Of a client: whom it connects to, how, and how it comes back; `reconnect` undefined: not at all. */
export interface Connecting<T extends Telegram> {
  readonly each: Settled<T>
  readonly to: { readonly port: number; readonly host: string } | { readonly path: string }
  readonly tls: TlsConnectOptions | undefined
  readonly connectTimeout: number
  readonly reconnect: Reconnect | undefined
}

/** Throws a BadDefinition in the name of `call`. */
export function connecting<T extends Telegram>(call: string, options: ConnectOptions<T>): Connecting<T> {
  check(call, options, CONNECTS)
  const { tls, port, host = '127.0.0.1', path, connectTimeout = 10_000 } = options
  if (path === undefined && (port === undefined || port === 0))
    throw new BadDefinition(`${call}: expected a port from 1, or the path of a Unix socket, found ${String(port)}`)
  return {
    each: settled(options),
    to: path === undefined ? { port: port!, host } : { path },
    tls: tls === true ? {} : tls,
    connectTimeout,
    reconnect: reconnecting(call, options.reconnect),
  }
}

function reconnecting(call: string, given: Partial<Reconnect> | false = {}): Reconnect | undefined {
  if (given === false) return undefined
  const isGiven = isObject(given)
  const { attempts = Infinity, ...backoff } = isGiven ? given : {}
  if (isGiven && isBackoff(backoff) && isBound(attempts)) return { ...DEFAULT_BACKOFF, ...backoff, attempts }
  throw new BadDefinition(
    `${call}: expected reconnect: false, or ${EXPECTED_BACKOFF}, attempts: ${COUNT} or Infinity, found ${JSON.stringify(given)}`,
  )
}
