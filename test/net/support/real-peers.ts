/** Real programs as the peers of a Talker: started, written to, read, and gone when their test is over, however it ends. */

import assert from 'node:assert/strict'
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Remote } from '../../../src/index.ts'
import type { Address } from '../../../src/net/index.ts'
import { someTurns, withSystem } from '../../clauses/support/running.ts'
import { talkers, type Talker } from '../fixtures/talker.ts'
import { findProgram, type DebianProgram } from './debian-program.ts'
import { Heard } from './heard.ts'
import { CERTIFICATES } from './ways.ts'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A program that runs. */
export class Peer {
  readonly ended: Promise<Ended>
  readonly #child: ChildProcessWithoutNullStreams
  readonly #shown: string
  readonly #waiting = new Set<() => void>()
  #stdout = ''
  #stderr = ''

  constructor(path: string, args: readonly string[], signal: AbortSignal) {
    this.#shown = [path, ...args].join(' ')
    // In the folder of the certificates, so that their paths have nothing that an address of socat would be split at.
    this.#child = spawn(path, args, { cwd: CERTIFICATES, stdio: 'pipe', signal, killSignal: 'SIGKILL' })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      for (const look of this.#waiting) look()
    })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
      for (const look of this.#waiting) look()
    })
    // What is written to one that has ended is lost.
    this.#child.stdin.on('error', () => {})
    const { promise, resolve, reject } = Promise.withResolvers<Ended>()
    this.ended = promise
    this.ended.catch(() => {})
    this.#child.on('error', reject)
    this.#child.on('close', (code, by) => resolve({ code, signal: by, stdout: this.#stdout, stderr: this.#stderr }))
  }

  /** What it has written to stdout so far: what has come to it. */
  get stdout(): string {
    return this.#stdout
  }

  writes(text: string): void {
    this.#child.stdin.write(text)
  }

  /** The end of its input, behind `text`. */
  ends(text = ''): void {
    this.#child.stdin.end(text)
  }

  gets(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Resolves with what `text` has found in what it says, there or on stderr; rejects if it ends without. */
  async says(text: RegExp): Promise<RegExpMatchArray> {
    const found = new Promise<RegExpMatchArray>((resolve) => {
      const look = (): void => {
        const match = text.exec(this.#stdout) ?? text.exec(this.#stderr)
        if (match === null) return
        this.#waiting.delete(look)
        resolve(match)
      }
      this.#waiting.add(look)
      look()
    })
    const ended = this.ended.then(({ stdout, stderr }) => {
      throw new Error(`${this.#shown} has ended without saying ${String(text)}:\n${stdout}\n${stderr}`)
    })
    return Promise.race([found, ended])
  }

  /** Ends it at once, also one that is stopped. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.ended.catch(() => {})
  }
}

export interface Facing {
  readonly talker: Remote<Talker>
  readonly heard: Heard
  /** Runs the program. */
  run(...args: readonly string[]): Peer
}

/** Runs `use` with a Talker and a program; where that is missing the test is skipped. */
export async function withPeers(
  t: TestContext,
  program: DebianProgram,
  use: (facing: Facing) => Promise<void>,
): Promise<void> {
  const found = await findProgram(program)
  if ('missing' in found) return t.skip(`${program} is not here, and cannot be installed: ${found.missing}`)
  await withSystem(talkers, async (system) => {
    const talker = system.spawn(talkers.talker_own)
    const peers: Peer[] = []
    const run = (...args: readonly string[]): Peer => {
      const peer = new Peer(found.path, args, t.signal)
      peers.push(peer)
      return peer
    }
    try {
      await use({ talker, heard: new Heard(talker), run })
    } finally {
      await Promise.all(peers.map((peer) => peer.kill()))
    }
  })
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Runs `use` with a folder that is gone then. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tsworks-net-'))
  try {
    await use(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

type Options = Parameters<Talker['listens']>[0]

/** Lets the Talker listen, and gives where. */
export async function listens({ talker, heard }: Facing, options: Options = {}): Promise<Address> {
  await talker.listens(options)
  return (await heard.next('onNetReady')).address!
}

export const HOST = '127.0.0.1'

/** How nc is told where to. */
export const nc = ({ host, port, path }: Address): string[] =>
  path === undefined ? ['-n', host, String(port)] : ['-U', path]

/** How socat is told where to, with what else is said of it. */
export function socat(kind: 'TCP' | 'OPENSSL', { host, port }: Address, ...options: readonly string[]): string {
  return [`${kind}:${host}:${port}`, ...options].join(',')
}

/** How long socat waits for answers once its input has ended: until they are there. */
export const PATIENT = ['-t', '60']

/** Runs socat as a server on a port of its own, which is given. */
export async function socatListens(
  { run }: Facing,
  kind: 'TCP' | 'OPENSSL',
  { options = [], other = '-' }: { readonly options?: readonly string[]; readonly other?: string } = {},
): Promise<{ readonly peer: Peer; readonly port: number }> {
  const peer = run('-d', '-d', ...PATIENT, [`${kind}-LISTEN:0,bind=${HOST}`, ...options].join(','), other)
  const [, port] = await peer.says(/listening on AF=2 127\.0\.0\.1:(\d+)/)
  return { peer, port: Number(port) }
}

export const LINES = Array.from({ length: 2_000 }, (_, index) => `${index} ${'ä'.repeat(index % 50)}`)

/** As they stand in the stream. */
export const asLines = (all: readonly string[]): string => all.map((one) => `${one}\n`).join('')

/** More than the system takes for a peer that does not read; ROOMY: whoever sends it may have all of it wait. */
export const MUCH = Array.from({ length: 24 }, (_, index) => String.fromCodePoint(97 + index).repeat(1024 * 1024))
export const ROOMY = { sendLimit: 64 * 1024 * 1024, closeTimeout: 60_000 }

/** Sends MUCH to a peer that is stopped, and gives what settles when it has taken it. */
export async function fills({ talker }: Facing, conn: number): Promise<{ readonly drained: Promise<void> }> {
  await talker.sendsMany(conn, MUCH.slice(0, -1))
  assert.equal(await talker.sendsUntilFull(conn, MUCH.at(-1)!), 1)
  let isDrained = false
  const drained = talker.drained(conn).then(() => void (isDrained = true))
  drained.catch(() => {})
  await talker.hello()
  await someTurns()
  assert.equal(isDrained, false)
  return { drained }
}

/** A peer that is stopped makes send say false, and gets all of it when it goes on. */
export async function getsAllAfterStop(facing: Facing, peer: Peer): Promise<void> {
  const { talker, heard } = facing
  const { conn } = await heard.next('onNetUp')
  peer.gets('SIGSTOP')
  const { drained } = await fills(facing, conn)
  peer.gets('SIGCONT')
  await drained
  await talker.closes(conn)
  const { stdout } = await peer.ended
  assert.ok(stdout === asLines(MUCH), `${stdout.length} bytes came`)
}
