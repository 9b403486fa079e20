/**
 * Where an object's words go. The shape is pino's, which is what `system/log.ts` puts behind it.
 */

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
/** How grave a line is; `silent` is the level at which none is written. */
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Takes a text, or an object of fields and a text. */
export interface LogLine {
  (fields: object, text?: string): void
  (value: unknown): void
}

/** A log whose lines carry the name, index, State and pid of the object that it belongs to. */
export interface Logger {
  readonly trace: LogLine
  readonly debug: LogLine
  readonly info: LogLine
  readonly warn: LogLine
  readonly error: LogLine
  readonly fatal: LogLine
}

/** Makes the log of one object. */
export type LoggerFor = (about: {
  readonly name: string
  readonly index: number
  readonly pid: number
  readonly state: () => string | undefined
}) => Logger
