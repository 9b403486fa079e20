/** Real programs as the peers of a Talker: started, written to, read, and gone when their test is over, however it ends. */

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { TestContext } from 'node:test'
import type { Remote } from '../../../src/index.ts'
import { withSystem } from '../../clauses/support/running.ts'
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
