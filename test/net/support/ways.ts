/** The ways on which a connection is made: TCP, TLS, a Unix socket. */

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Address } from '../../../src/net/index.ts'

export const CERTIFICATES = join(import.meta.dirname, '../fixtures/certificates')
const pem = (name: string): Promise<string> => readFile(join(CERTIFICATES, `${name}.pem`), 'utf8')

const [ca, cert, key, clientCert, clientKey, strangerCert, strangerKey] = await Promise.all(
  ['ca', 'server', 'server.key', 'client', 'client.key', 'stranger', 'stranger.key'].map(pem),
)

export const SERVER_TLS = { cert: cert!, key: key!, ca: ca!, requestCert: true, rejectUnauthorized: false }
/** Only peers that the CA vouches for. */
export const STRICT_TLS = { ...SERVER_TLS, rejectUnauthorized: true }
export const CLIENT_TLS = { ca: ca!, cert: clientCert!, key: clientKey! }
export const NAMELESS_TLS = { ca: ca! }
export const STRANGER_TLS = { ca: ca!, cert: strangerCert!, key: strangerKey! }

export const WAYS = ['TCP', 'TLS', 'Unix socket'] as const
export type Way = (typeof WAYS)[number]

interface Making {
  readonly listens: { readonly tls?: typeof SERVER_TLS; readonly path?: string }
  readonly connects: (address: Address) => Address & { readonly tls?: typeof NAMELESS_TLS }
}

/** Runs `use` with what a server and a client of this way say. */
export async function withWay(way: Way, use: (making: Making) => Promise<void>): Promise<void> {
  if (way === 'TCP') return use({ listens: {}, connects: (address) => address })
  if (way === 'TLS')
    return use({ listens: { tls: SERVER_TLS }, connects: (address) => ({ ...address, tls: CLIENT_TLS }) })
  const folder = await mkdtemp(join(tmpdir(), 'tsworks-net-'))
  try {
    await use({ listens: { path: join(folder, 'socket') }, connects: (address) => address })
  } finally {
    await rm(folder, { recursive: true })
  }
}
