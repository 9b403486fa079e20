/**
 * `tsworks run`: starts what the settings file describes, and stays until it has stopped.
 *
 *   start ─▶ (console) ─▶ SIGINT, SIGTERM, `exit`, or a program that stops itself ─▶ all objects end in order ─▶ the process ends
 *
 * Only this command ends the process; the library never does.
 */

import process from 'node:process'
import { start, type StopReport, type System } from '../index.ts'
import type { RunCommand } from './command-line.ts'
import type { LogTail } from './log-tail.ts'
import { loadSettingsFile, type SettingsFile } from './settings-file.ts'
import { report, say } from './trouble.ts'

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

export async function run({ debug, console, config }: RunCommand): Promise<void> {
  // The command line is nearer to whoever types it than the environment is, which goes before all else.
  if (debug) process.env['TSWORKS_LOG_LEVEL'] = 'debug'
  const settings = await loadSettingsFile(config)
  const log = console ? await logForPrompt(settings) : undefined
  const system = await startUnlessTold(settings)
  if (system === undefined) return leave(0)
  if (console) {
    const { openConsole } = await import('./console.ts')
    await openConsole(system, log)
  }
  let stopped: StopReport
  try {
    stopped = await system.done
  } catch (error) {
    return leave(report(error))
  }
  log?.close()
  await end(stopped)
}

/** Where the log goes while somebody types: above the prompt, unless it goes to a file anyway. */
async function logForPrompt({ config }: SettingsFile): Promise<LogTail | undefined> {
  const onTerminal = process.stdin.isTTY && process.stdout.isTTY && process.stderr.isTTY
  if (!onTerminal || config.log?.file !== undefined || process.env['TSWORKS_LOG_FILE'] !== undefined) return undefined
  const { LogTail } = await import('./log-tail.ts')
  const log = new LogTail((lines) => void process.stderr.write(lines))
  process.once('exit', () => log.close())
  process.env['TSWORKS_LOG_FILE'] = log.path
  process.env['TSWORKS_LOG_PRETTY'] ??= '1'
  return log
}

/** Starts the system; undefined if a signal has stopped it before it was up. */
async function startUnlessTold({ url, config }: SettingsFile): Promise<System | undefined> {
  let told: NodeJS.Signals | undefined
  const hear = (signal: NodeJS.Signals): void => {
    told = signal
  }
  // Once: the system listens as well, and a second signal ends the process as if nobody did.
  for (const signal of SIGNALS) process.once(signal, hear)
  try {
    return await start(url, config)
  } catch (error) {
    if (told === undefined) throw error
    say(`tsworks: stopped by ${told} while it was starting`)
    return undefined
  } finally {
    for (const signal of SIGNALS) process.off(signal, hear)
  }
}

async function end({ late, forced, givenUp }: StopReport): Promise<void> {
  if (late.length > 0) say(`tsworks: did not end in time: ${late.join(', ')}`)
  if (forced.length > 0) say(`tsworks: had to be ended by force, the threads of ${forced.join(', ')}`)
  if (givenUp.length === 0) return leave(0)
  say(`tsworks: given up, since they stand in native code, the threads of ${givenUp.join(', ')}; the process is killed`)
  // process.exit would wait for them for ever.
  process.kill(process.pid, 'SIGKILL')
}

/** Ends the process, whatever the program has left open, with all that it has printed out. */
async function leave(code: number): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((written) => stream.write('', () => written()))),
  )
  process.exit(process.exitCode === undefined || code !== 0 ? code : process.exitCode)
}
