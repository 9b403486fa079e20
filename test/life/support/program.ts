/** Programs that run as a process of their own: those that are wrong on purpose, that get signals, that must end by themselves. */

import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  /** Resolves when a line of its stdout or stderr has this text; rejects if it ends without. */
  said(text: string): Promise<void>
  readonly ended: Promise<Ended>
}

/** Nothing waits for it where all is well: a program that has not ended by then is ended, and its test fails. */
const PATIENCE_MS = 60_000

/** Runs a program of test/life/programs, or an absolute path, with this Node. */
export function runProgram(
  name: string,
  how: { readonly node?: readonly string[]; readonly args?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {},
): Running {
  const path = name.startsWith('/') ? name : fileURLToPath(new URL(`../programs/${name}`, import.meta.url))
  const child = spawn(process.execPath, [...(how.node ?? []), path, ...(how.args ?? [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...how.env },
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  const heard = (): void => {
    for (const listener of listeners) listener()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    heard()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    heard()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${name} did not end by itself; it said:\n${stdout}\n${stderr}`))
    }, PATIENCE_MS)
    child.once('close', (code, signal) => {
      clearTimeout(limit)
      resolve({ code, signal, stdout, stderr })
    })
  })
  // Whoever waits for the end sees its error; whoever waits for a word does, too.
  ended.catch(() => {})
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!`${stdout}\n${stderr}`.includes(text)) return
        listeners.delete(look)
        resolve()
      }
      listeners.add(look)
      look()
      ended.then(
        () => reject(new Error(`${name} ended without saying ${JSON.stringify(text)}:\n${stdout}\n${stderr}`)),
        (error: unknown) => reject(error as Error),
      )
    })
  return { process: child, said, ended }
}
