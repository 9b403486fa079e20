// Runs a command from the root of the project, with node_modules/.bin on its PATH as under `npm run`.

import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

export interface CommandOptions {
  readonly cwd?: string
  /** The Node that `node` means to the command; the project's own unless given. */
  readonly node?: string
  /** Keep what it writes, instead of showing it. */
  readonly quiet?: boolean
  /** Killed then, with all its children, and its code is 124, as with timeout(1). */
  readonly timeoutMs?: number
}

export interface Outcome {
  readonly code: number
  /** Both empty unless quiet. */
  readonly stdout: string
  readonly stderr: string
}

export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  const output = options.quiet ? 'pipe' : 'inherit'
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']]
  if (options.node !== undefined) path.unshift(dirname(options.node))
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ['ignore', output, output],
    // A group of its own, so that the end of its time reaches what it has started.
    detached: options.timeoutMs !== undefined,
  })
  const limit = options.timeoutMs === undefined ? undefined : limitGroup(child, options.timeoutMs)
  const written = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => (written[stream] += text))
  }
  child.on('error', reject)
  child.on('close', (code) => resolve({ code: limit?.lift() ? 124 : (code ?? 1), ...written }))
  return promise
}

/** Ends the group of a process when its time is up, politely, then not; also when somebody ends us. */
function limitGroup(leader: ChildProcess, ms: number): { lift(): boolean } {
  let late = false
  let killing: NodeJS.Timeout | undefined
  const end = (signal: NodeJS.Signals): void => {
    try {
      if (leader.pid !== undefined) process.kill(-leader.pid, signal)
    } catch {
      // It is gone already.
    }
  }
  const timer = setTimeout(() => {
    late = true
    end('SIGTERM')
    killing = setTimeout(() => end('SIGKILL'), 2_000)
  }, ms)
  // A group of its own hears no Ctrl+C.
  const interrupted = (): never => {
    end('SIGTERM')
    process.exit(130)
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.once(signal, interrupted)
  return {
    lift() {
      clearTimeout(timer)
      clearTimeout(killing)
      for (const signal of signals) process.off(signal, interrupted)
      return late
    },
  }
}
