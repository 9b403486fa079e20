/**
 * The log: pino, loaded by a thread when it first writes a line, and written by each thread for itself, straight to the file descriptor
 * or file, so that no line waits for the main thread's event loop.
 *
 *   {"level":"info","time":"…","thread":"door","name":"door","index":0,"pid":3,"state":"Open","msg":"done"}
 *
 * To stderr and at level warn unless the settings say otherwise: stdout belongs to the program. On a terminal lines are written for
 * people (pretty-line.ts). Where there is no pino (a bundle without node_modules) plain-log.ts writes the same lines.
 */

import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspect } from 'node:util'
import type { DestinationStream } from 'pino'
import { BadConfiguration } from '../core/errors.ts'
import { LOG_LEVELS, type Logger, type LoggerFor, type LogLevel } from '../core/logger.ts'
import { plainError, plainLog, writerTo, type LineWriter } from './plain-log.ts'
import { prettyLine } from './pretty-line.ts'

/** Settings of the log. They travel to every thread. */
export interface LogSettings {
  /** Lines below it are not written; `warn` by default. Changeable while the system runs. */
  readonly level?: LogLevel
  /** A file to append to, in place of stderr; its folder is made. */
  readonly file?: string
  /** Lines for people instead of JSON; by default on a terminal. */
  readonly pretty?: boolean
}

const STDERR = 2

/** What only a thread that logs has use for is not loaded with the rest. */
const builtin = process.getBuiltinModule

export class ThreadLog {
  readonly #settings: LogSettings
  readonly #thread: string
  #level: LogLevel
  #lines: LineWriter | undefined

  constructor(settings: LogSettings, thread: string) {
    this.#settings = settings
    this.#thread = thread
    this.#level = settings.level ?? 'warn'
  }

  get level(): LogLevel {
    return this.#level
  }

  set level(level: LogLevel) {
    this.#level = level
    if (this.#lines !== undefined) this.#lines.level = level
  }

  /** The log of one object; what each line says of it is asked when the line is written, since its State changes. */
  readonly forObject: LoggerFor = ({ name, index, pid, state }) =>
    this.#logger(() => {
      const current = state()
      return { name, index, pid, ...(current === undefined ? {} : { state: current }) }
    })

  /** The log of tsworks itself in this thread. */
  readonly own: Logger = this.#logger(() => ({ name: 'tsworks' }))

  #logger(about: () => object): Logger {
    const line =
      (level: Exclude<LogLevel, 'silent'>) =>
      (...given: [first: unknown, text?: string]): void => {
        if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(this.#level)) return
        const { fields, text } = contentOf(given)
        this.#open()[level]({ ...about(), ...fields }, text)
      }
    return {
      trace: line('trace'),
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      fatal: line('fatal'),
    }
  }

  #open(): LineWriter {
    return (this.#lines ??= this.#openAt(this.#settings.file))
  }

  /** A file that can no longer be opened makes no handler fail that has something to say. */
  #openAt(file: string | undefined): LineWriter {
    try {
      return this.#openPino(file) ?? this.#openPlain(file)
    } catch (error) {
      if (file === undefined) throw error
      const lines = this.#openAt(undefined)
      lines.error({ name: 'tsworks', file, err: error }, 'the log cannot be written to its file; it goes to stderr')
      return lines
    }
  }

  #openPino(file: string | undefined): LineWriter | undefined {
    const pino = findPino()
    if (pino === undefined) return undefined
    // Synchronous: a line is out before whatever comes next, also before the thread dies of it.
    const destination = pino.destination(
      file === undefined ? { fd: STDERR, sync: true } : { dest: file, mkdir: true, append: true, sync: true },
    )
    // A disk that is full: nobody dies of a line that is lost.
    destination.on('error', () => {})
    return pino(
      {
        level: this.#level,
        base: { thread: this.#thread },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: {
          level: (level) => ({ level }),
          log: (fields) => plainFields(fields, pino.stdSerializers.errWithCause),
        },
        // An error under any name has been made plain by then.
        serializers: { err: (error: unknown) => error },
      },
      this.#forReader(destination, file),
    )
  }

  #openPlain(file: string | undefined): LineWriter {
    const { write } = this.#forReader({ write: writerTo(file ?? STDERR) }, file)
    return plainLog(write, { base: { thread: this.#thread }, plain: (fields) => plainFields(fields, plainError) })
  }

  /** The same destination, which gets lines for people if they are to read it. */
  #forReader(destination: DestinationStream, file: string | undefined): DestinationStream {
    const onTerminal = file === undefined && builtin('node:tty').isatty(STDERR)
    if (!(this.#settings.pretty ?? onTerminal)) return destination
    return { write: (line) => destination.write(prettyLine(line, { colours: onTerminal })) }
  }
}

/** Throws if the file of the log cannot be written: better before the start than at the first line of some thread. */
export function checkLogFile({ file }: LogSettings): void {
  if (file === undefined) return
  try {
    mkdirSync(dirname(file), { recursive: true })
    closeSync(openSync(file, 'a'))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new BadConfiguration(`log.file: ${file} cannot be written: ${why}; name another file, or none for stderr`, {
      cause: error,
    })
  }
}

/** pino, beside this file or above it; undefined in a bundle that runs without node_modules. */
function findPino(): typeof import('pino').pino | undefined {
  try {
    return (builtin('node:module').createRequire(import.meta.url)('pino') as typeof import('pino')).pino
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** What each line says of itself: fields of these names are put aside, so that they cannot hide it. */
const OF_THE_LINE: ReadonlySet<string> = new Set(['level', 'time', 'thread', 'name', 'index', 'pid', 'state'])

interface Content {
  readonly fields: Readonly<Record<string, unknown>>
  readonly text: string | undefined
}

/** `log.info(fields, text)`, `log.info(error)`, `log.info(value)`: what is to be written. */
function contentOf([first, text]: readonly [unknown, string?]): Content {
  if (first instanceof Error) return { fields: { err: first }, text: text ?? first.message }
  if (!isPlain(first)) return { fields: text === undefined ? {} : { value: first }, text: text ?? textOf(first) }
  const own: Record<string, unknown> = {}
  const aside: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(first)) (OF_THE_LINE.has(name) ? aside : own)[name] = value
  return { fields: Object.keys(aside).length === 0 ? own : { ...own, fields: aside }, text }
}

/** Whether it is an object of fields, and no value like a Map, a Future or a Remote. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })
}

function plainFields(
  fields: Readonly<Record<string, unknown>>,
  serialized: (error: Error) => object,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value, serialized)]))
}

/** What JSON would lose, as something that it keeps: errors with their causes, and Maps, Futures and the like as text. */
function plain(value: unknown, serialized: (error: Error) => object): unknown {
  if (value instanceof Error) {
    try {
      return serialized(value)
    } catch {
      // It marks the error while it reads it, which one that is frozen does not let it do.
      return { type: value.name, message: value.message, stack: value.stack }
    }
  }
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return inspect(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isPlain(value)) return value
  return Object.keys(value).length === 0 && !('toJSON' in value) ? inspect(value) : value
}
