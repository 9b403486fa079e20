// Runs a command from the root of the project, with node_modules/.bin on its PATH as under `npm run`.

import { spawn } from 'node:child_process'
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
    // A group of its own, so that a timeout reaches what the command has started; Ctrl+C then is ours to hand on.
    detached: options.timeoutMs !== undefined,
  })

  let late = false
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          late = true
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        }, options.timeoutMs)

  const written = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => (written[stream] += text))
  }
  child.on('error', reject)
  child.on('close', (code) => {
    clearTimeout(timer)
    resolve({ code: late ? 124 : (code ?? 1), ...written })
  })
  return promise
}
