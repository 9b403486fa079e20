/**
 * The log where there is no pino: in a program that was bundled and runs without its node_modules. (A bundler cannot take pino along:
 * it is CommonJS that looks for its own files, and the log loads it only when there is something to write.)
 *
 * The same lines, in a few lines of our own.
 */

import { appendFileSync, mkdirSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { LOG_LEVELS, type LogLevel } from '../core/logger.ts'

type WriteFields = (fields: Readonly<Record<string, unknown>>, text?: string) => void

/** What writes the lines of a thread: pino, or this. */
export interface LineWriter extends Readonly<Record<Exclude<LogLevel, 'silent'>, WriteFields>> {
  level: string
}

interface Form {
  /** What each line says besides. */
  readonly base: Readonly<Record<string, unknown>>
  /** What JSON would lose, as something that it keeps. */
  readonly plain: (fields: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
}

/** Writes what pino would. `write` gets whole lines. */
export function plainLog(write: (line: string) => void, { base, plain }: Form): LineWriter {
  const writers = LOG_LEVELS.filter((level) => level !== 'silent').map((level): [string, WriteFields] => [
    level,
    (fields, msg) => write(`${textOf({ level, time: new Date().toISOString(), ...base, ...plain(fields), msg })}\n`),
  ])
  return Object.assign(Object.fromEntries(writers), { level: 'trace' }) as unknown as LineWriter
}

/** An error as pino shows it: with its fields and its causes. */
export function plainError(error: Error): object {
  const { name, message, stack, cause } = error
  return {
    ...Object.fromEntries(Object.entries(error)),
    type: name,
    message,
    stack,
    ...(cause instanceof Error ? { cause: plainError(cause) } : {}),
  }
}

/** What writes to a file, whose folder is made, or to a file descriptor: done when it returns. */
export function writerTo(where: string | number): (line: string) => void {
  if (typeof where === 'number') return (line) => writeAll(where, line)
  mkdirSync(dirname(where), { recursive: true })
  return (line) => appendFileSync(where, line)
}

const pause = new Int32Array(new SharedArrayBuffer(4))

function writeAll(descriptor: number, line: string): void {
  let rest = new TextEncoder().encode(line)
  while (rest.length > 0)
    try {
      rest = rest.subarray(writeSync(descriptor, rest))
    } catch (error) {
      // A pipe that is full just now; whatever else is wrong with it, no program dies of its log.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) return
      Atomics.wait(pause, 0, 0, 1)
    }
}

function textOf(line: object): string {
  try {
    return JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  } catch {
    const { msg, ...rest } = line as { readonly msg?: string }
    const shallow = Object.entries(rest).map(([name, value]) => [
      name,
      typeof value === 'object' ? '[circular]' : value,
    ])
    return JSON.stringify({ ...Object.fromEntries(shallow), msg })
  }
}
