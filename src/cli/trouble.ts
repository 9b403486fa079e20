/** What went wrong, told to a person on stderr; stdout belongs to the program. */

import { writeSync } from 'node:fs'

/** The command line cannot be understood. */
export class Misunderstood extends Error {
  override name = 'Misunderstood'
}

/** The command cannot do what it was told; the message says why, and what to do. */
export class Refused extends Error {
  override name = 'Refused'
}

const STDERR = 2

/** Writes to stderr before it returns, so that nothing is lost when the process ends right after it. */
export function say(text: string): void {
  writeSync(STDERR, `${text}\n`)
}

/** Tells an error, and gives the exit code for it. */
export function report(error: unknown): number {
  if (error instanceof Misunderstood) {
    say(`tsworks: ${error.message}\n\nTry tsworks --help.`)
    return 2
  }
  if (error instanceof Refused || isWrongInput(error)) say(`tsworks: ${error.message}`)
  else if (isStartError(error)) say(startTrouble(error))
  else say(`tsworks: ${error instanceof Error ? (error.stack ?? String(error)) : String(error)}`)
  return 1
}

/** An error of ours about what a person wrote: its message says all, and where it was thrown tells nothing. Told by its code, as below. */
function isWrongInput(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && WRONG_INPUT.has(error.code)
}

const WRONG_INPUT: ReadonlySet<unknown> = new Set(['BAD_CONFIGURATION', 'BAD_DEFINITION'])

/** A StartError, told from others by its code, so that the class need not be loaded for `--help`. */
interface StartTrouble extends Error {
  readonly actor?: string
  readonly phase: string
}

function isStartError(error: unknown): error is StartTrouble {
  return error instanceof Error && 'code' in error && error.code === 'START_FAILED'
}

/** What to look at, by the phase in which the start failed; messages often say more. */
const CURES: Readonly<Record<string, string>> = {
  plan: 'correct the definitions of the subsystems; nothing was started',
  thread: 'see that the module of the subsystem can be loaded by itself: node ./NAME/tasks.ts',
  load: 'see the definition and its module, which must be there, export what the definition names, and run under Node as it is',
  construct: 'see the constructor and the fields of the class',
  configuration: 'correct the configuration file; expected and found stand above',
  onInit: 'see onInit of the class; nothing can be awaited from other objects there',
  onConfigure: 'see onConfigure of the class; nothing can be awaited from other objects there',
  onStart: 'see onStart of the class; objects that it needs are named in `after` of its definition',
}

/** The start that failed: object, phase, cause and cure. */
export function startTrouble(error: StartTrouble): string {
  const rows: [string, string][] = []
  if (error.actor !== undefined) rows.push(['object', error.actor])
  rows.push(['phase', error.phase])
  const cause = causeOf(error)
  if (cause !== undefined) rows.push(['cause', cause])
  rows.push(['cure', CURES[error.phase] ?? 'run it with --debug to see more'])
  const lines = rows.map(([name, text]) => `  ${name.padEnd(7)} ${text.replaceAll('\n', `\n${' '.repeat(10)}`)}`)
  return [
    `tsworks: the system could not start: ${error.message}`,
    '',
    ...lines,
    '',
    'What had started has been stopped again.',
  ].join('\n')
}

/** The cause with its stack where it is an error of the program's own; one of ours has said all in its message. */
function causeOf({ cause }: Error): string | undefined {
  if (cause === undefined) return undefined
  if (!(cause instanceof Error)) return String(cause)
  return 'executed' in cause ? causeOf(cause) : stacksOf(cause)
}

function stacksOf(error: Error): string {
  const own = withoutOurs(error.stack ?? String(error))
  return error.cause instanceof Error ? `${own}\ncaused by: ${stacksOf(error.cause)}` : own
}

/** Without the lines of Node and of tsworks, which tell a person nothing about the program. */
function withoutOurs(stack: string): string {
  const home = new URL('../', import.meta.url).href
  return stack
    .split('\n')
    .filter((line) => !line.startsWith('    at ') || !(line.includes(home) || /[( ]node:/.test(line)))
    .join('\n')
}
