/** Where something listens, or a peer is: a TCP port of a host, or the path of a Unix socket. Plain data: it travels in messages. */

import type { Server as NetServer, Socket } from 'node:net'

export type Address =
  | { readonly host: string; readonly port: number; readonly path?: undefined }
  | { readonly path: string; readonly host?: undefined; readonly port?: undefined }

/** As it stands in logs and errors: `127.0.0.1:4711`, `[::1]:4711`, `/run/echo.sock`. */
export function shownAddress(address: Address | undefined): string {
  if (address === undefined) return 'an unknown address'
  if (address.path !== undefined) return address.path
  return address.host.includes(':') ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`
}

/** Where a server listens; undefined while it does not. */
export function boundAddress(server: NetServer): Address | undefined {
  const address = server.address()
  if (address === null) return undefined
  return typeof address === 'string' ? { path: address } : { host: address.address, port: address.port }
}

/** Where the peer of a socket is; `path` for one of a Unix socket, which has no name of its own. */
export function peerAddress(socket: Socket, path: string | undefined): Address | undefined {
  if (path !== undefined) return { path }
  const { remoteAddress, remotePort } = socket
  return remoteAddress === undefined || remotePort === undefined ? undefined : { host: remoteAddress, port: remotePort }
}
