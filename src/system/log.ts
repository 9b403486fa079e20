/**
 * The log: pino, loaded by a thread when it first writes a line, and written by each thread for itself, straight to the file descriptor
 * or file, so that no line waits for the main thread's event loop.
 *
 *   {"level":"info","time":"…","name":"worker","index":0,"state":"Open","pid":3,"thread":"worker","msg":"done"}
 *
 * To stderr and at level warn unless the settings say otherwise: stdout belongs to the program. On a terminal lines are written for
 * people (pretty-line.ts).
 */

import { createRequire } from 'node:module'
import { isatty } from 'node:tty'
import type { DestinationStream, Logger as Pino } from 'pino'
import type { Logger, LogLevel } from '../core/logger.ts'
import type { LoggerFor } from '../threads/host.ts'
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

export class ThreadLog {
  readonly #settings: LogSettings
  readonly #thread: string
  #level: LogLevel
  #pino: Pino | undefined

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
    if (this.#pino !== undefined) this.#pino.level = level
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
      (first: unknown, text?: string): void => {
        if (ORDER[level] < ORDER[this.#level]) return
        const fields = typeof first === 'object' && first !== null && !(first instanceof Error) ? first : first instanceof Error ? { err: first } : {}
        const message = text ?? (typeof first === 'object' ? (first instanceof Error ? first.message : undefined) : String(first))
        this.#open()[level]({ ...about(), ...fields }, message)
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

  #open(): Pino {
    if (this.#pino !== undefined) return this.#pino
    const { pino } = createRequire(import.meta.url)('pino') as typeof import('pino')
    const { file, pretty } = this.#settings
    // Synchronous: a line is out before whatever comes next, also before the thread dies of it.
    const destination = pino.destination(file === undefined ? { fd: STDERR, sync: true } : { dest: file, mkdir: true, append: true, sync: true })
    const forPeople = pretty ?? (file === undefined && isatty(STDERR))
    const stream: DestinationStream = forPeople ? { write: (line) => void destination.write(prettyLine(line)) } : destination
    this.#pino = pino(
      {
        level: this.#level,
        base: { thread: this.#thread },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
      },
      stream,
    )
    return this.#pino
  }
}

const ORDER: Readonly<Record<LogLevel, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60, silent: 70 }
