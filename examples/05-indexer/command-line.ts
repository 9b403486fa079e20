import { availableParallelism } from 'node:os'
import process from 'node:process'
import { parseArgs } from 'node:util'

const USAGE = 'usage: node main.ts [--tasks N] [--window N] FOLDER'

export interface CommandLine {
  readonly folder: string
  /** How many Readers there are, each in a thread of its own; one core is left to the rest of the program. */
  readonly tasks: number
  /** How many files each may have in its hands and its mailbox. */
  readonly window: number
}

function readCommandLine(): CommandLine {
  const { values, positionals } = parseArgs({
    options: { tasks: { type: 'string' }, window: { type: 'string' } },
    allowPositionals: true,
  })
  const [folder] = positionals
  if (folder === undefined || positionals.length > 1)
    throw new Error(`expected one folder, found ${positionals.length}`)
  return {
    folder,
    tasks: count('tasks', values.tasks ?? Math.max(1, availableParallelism() - 1)),
    window: count('window', values.window ?? 8),
  }
}

function count(name: string, value: string | number): number {
  const found = Number(value)
  if (Number.isSafeInteger(found) && found > 0) return found
  throw new Error(`expected --${name} to be a whole number from 1, found ${JSON.stringify(value)}`)
}

function orUsage<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    console.error(`indexer: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    return process.exit(1)
  }
}

/** What the command line says. A thread has the command line of its program, so it comes to the same everywhere. */
export const commandLine = orUsage(readCommandLine)
