/**
 * What the command line may say. Parsed by Node's own `parseArgs`: it is enough for three commands and three options, and whoever uses
 * tsworks as a library gets no parser with it.
 */

import { parseArgs } from 'node:util'
import { Misunderstood } from './trouble.ts'

export const USAGE = `tsworks: concurrent objects in threads

  tsworks create NAME             makes a project in the new folder NAME
  tsworks create-subsystem NAME   makes a subsystem in the new folder NAME of a project
  tsworks run                     runs the program that tsworks.config.ts (or .js) describes, until it is told to stop (Ctrl-C)
      --console                   with a prompt in which every object is a variable: await worker.hello(1, 'x')
      --debug                     with the log at level debug
      --config FILE               with another settings file; TSWORKS_CONFIG does the same

  --help, -h                      shows this
  --version, -v                   shows the version

Each setting has a variable of the environment that goes before the settings file: TSWORKS_LOG_LEVEL, TSWORKS_STOP_TIMEOUT, …
`

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'create' | 'create-subsystem'; readonly name: string }
  | RunCommand

export interface RunCommand {
  readonly kind: 'run'
  readonly debug: boolean
  readonly console: boolean
  readonly config: string | undefined
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  debug: { type: 'boolean' },
  console: { type: 'boolean' },
  config: { type: 'string' },
} as const

const COMMANDS = ['create', 'create-subsystem', 'run'] as const
/** Options that only `run` has. */
const OF_RUN: readonly string[] = ['debug', 'console', 'config']

/** Reads the arguments after `tsworks`; throws Misunderstood. */
export function parseCommandLine(args: readonly string[]): Command {
  // Not strict, so that what is wrong can be said in our words.
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  for (const token of tokens) if (token.kind === 'option') checkOption(token)
  if (values.help === true) return { kind: 'help' }
  if (values.version === true) return { kind: 'version' }
  const [command, ...rest] = positionals
  if (command === undefined) throw new Misunderstood(`expected a command: ${COMMANDS.join(', ')}`)
  switch (command) {
    case 'create':
    case 'create-subsystem': {
      for (const option of OF_RUN)
        if (option in values) throw new Misunderstood(`--${option} belongs to tsworks run, not to tsworks ${command}`)
      const [name] = rest
      if (name === undefined) throw new Misunderstood(`expected a name: tsworks ${command} NAME`)
      if (rest.length > 1)
        throw new Misunderstood(`expected one name, found ${rest.join(' ')}: tsworks ${command} NAME`)
      return { kind: command, name }
    }
    case 'run':
      if (rest.length > 0)
        throw new Misunderstood(
          `tsworks run takes options only, found ${rest.join(' ')}; a settings file is given by --config`,
        )
      return {
        kind: 'run',
        debug: values.debug === true,
        console: values.console === true,
        config: typeof values.config === 'string' ? values.config : undefined,
      }
    default:
      throw new Misunderstood(`there is no command ${command}${didYouMean(command, COMMANDS)}`)
  }
}

function checkOption({
  name,
  rawName,
  value,
}: {
  readonly name: string
  readonly rawName: string
  readonly value?: string | undefined
}): void {
  const option = Object.hasOwn(OPTIONS, name) ? OPTIONS[name as keyof typeof OPTIONS] : undefined
  if (option === undefined)
    throw new Misunderstood(`there is no option ${rawName}${didYouMean(name, Object.keys(OPTIONS), '--')}`)
  if (option.type === 'string' && (value === undefined || value === ''))
    throw new Misunderstood(`${rawName}: expected a file: ${rawName} FILE`)
  if (option.type === 'boolean' && value !== undefined)
    throw new Misunderstood(`${rawName} takes no value, found ${value}`)
}

function didYouMean(given: string, known: readonly string[], prefix = ''): string {
  const near = known.filter((name) => isNear(given, name)).map((name) => prefix + name)
  return near.length === 0
    ? `; there are ${known.map((name) => prefix + name).join(', ')}`
    : `; did you mean ${near.join(' or ')}?`
}

/** Whether two words begin alike, or are of nearly the same letters: enough for the few words that there are. */
function isNear(given: string, name: string): boolean {
  if (given.length > 1 && (name.startsWith(given) || given.startsWith(name))) return true
  const left = name.split('')
  let strange = 0
  for (const letter of given) {
    const at = left.indexOf(letter)
    if (at === -1) strange++
    else left.splice(at, 1)
  }
  return Math.max(strange, left.length) <= (name.length > 4 ? 2 : 1)
}
