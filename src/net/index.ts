/**
 * tsworks/net: Tasks that have connections, and the framings of their telegrams. TCP, TLS and Unix sockets, by Node's own `net` and `tls`.
 *
 * See docs/net.md.
 */

import '../index.ts'

export { NetTask, type NetHooks, type Receiver } from './net-task.ts'
export { listen, Server, type ServerCounts } from './server.ts'
export { connect } from './client.ts'
export { Connection, type ConnectionCounts } from './connection.ts'
export type { Address } from './address.ts'
export type { Level } from './line.ts'
export type { RequestOptions } from './requests.ts'
export type { ConnectionOptions, ConnectOptions, ListenOptions, Reconnect } from './options.ts'
export type { Encoding, Framing, Sink, Telegram, TelegramIn, TelegramReader } from './framing.ts'
export type { Output } from './output.ts'
export { raw } from './raw.ts'
export { delimited, lines } from './delimited.ts'
export { ascii, framed, stxEtx, type Marks } from './framed.ts'
export { lengthPrefixed, type LengthOptions } from './length-prefixed.ts'
export { ConnectionLost, NotConnected, SendBufferFull } from '../core/errors.ts'
