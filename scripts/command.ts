// Runs a command from the root of the project, with node_modules/.bin on its PATH as under `npm run`.

import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Killed then, and its code is 124, as with timeout(1). */
  readonly timeoutMs?: number
}

/** Lets a command write to our own output; the exit code. */
export async function show(command: string, args: readonly string[], options: CommandOptions = {}): Promise<number> {
  return (await start(command, args, options, 'inherit')).code
}

/** Runs a command and keeps what it writes. */
export function capture(command: string, args: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  return start(command, args, options, 'pipe')
}

function start(
  command: string,
  args: readonly string[],
  { cwd = root, env, timeoutMs }: CommandOptions,
  output: 'inherit' | 'pipe',
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
  const path = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PATH: path, ...env },
    stdio: ['ignore', output, output],
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' }),
  })
  const written = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => (written[stream] += text))
  }
  child.on('error', reject)
  child.on('close', (code) => resolve({ code: code ?? 124, ...written }))
  return promise
}
