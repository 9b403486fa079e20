/** A log that keeps its lines. */

import type { Logger, LogLine } from '../../../src/core/logger.ts'

export interface RecordedLine {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'
  readonly from: string
  readonly text: string
  readonly fields: Readonly<Record<string, unknown>>
}

export class RecordingLog {
  readonly lines: RecordedLine[] = []

  /** The texts of one level. */
  texts(level: RecordedLine['level']): string[] {
    return this.lines.filter((line) => line.level === level).map(({ text }) => text)
  }

  for(from: string): Logger {
    const at =
      (level: RecordedLine['level']): LogLine =>
      (first: unknown, text?: string): void => {
        const fields = typeof first === 'object' && first !== null ? (first as Record<string, unknown>) : {}
        this.lines.push({ level, from, text: text ?? String(first), fields })
      }
    return {
      trace: at('trace'),
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      fatal: at('fatal'),
    }
  }
}
