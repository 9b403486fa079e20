/** What the runs of a program on a placement come to, and all of them as a table. */

import type { Size } from './benchmark.ts'
import type { Figures } from './measure.ts'
import { WORDS, type Placement } from './placement.ts'

/** The runs of one program on one placement. */
export interface Row {
  /** Of the program, without its ending. */
  readonly file: string
  readonly program: string
  readonly placement: Placement
  readonly size: Size
  readonly runs: readonly Figures[]
  /** What the runs said that have no figure: an oracle that did not hold, a message that was lost, an end that did not come. */
  readonly failures: readonly string[]
}

/** A row in figures, as the file of JSON has it. */
export interface Result extends Omit<Row, 'runs'> {
  readonly ms: { readonly median: number; readonly least: number; readonly most: number }
  readonly cpuMs: number
  readonly startMs: number
  readonly messages: number
  readonly messagesPerSecond: number
  readonly peakBytes: number
}

export function resultOf({ runs, ...row }: Row): Result {
  const middle = (of: (run: Figures) => number): number => median(runs.map(of))
  const times = runs.map((run) => run.ms)
  return {
    ...row,
    ms: { median: middle((run) => run.ms), least: Math.min(...times), most: Math.max(...times) },
    cpuMs: middle((run) => run.cpuMs),
    startMs: middle((run) => run.startMs),
    messages: middle((run) => run.messages),
    messagesPerSecond: middle((run) => run.messages / (run.ms / 1_000)),
    peakBytes: middle((run) => run.peakBytes),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

const HEAD = [
  'program',
  'size',
  'placement',
  'start',
  'time',
  'least–most',
  'computed',
  'messages',
  'messages/s',
  'peak',
  'oracle',
]

export function tableOf(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(cellsOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const isText = (column: number): boolean => column < 3 || column === HEAD.length - 1
  return rows
    .map((row) =>
      row
        .map((cell, n) => (isText(n) ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cellsOf(result: Result): string[] {
  const { program, size, placement, failures } = result
  const what = [program, sizeInWords(size), WORDS[placement]]
  const oracle = failures.length === 0 ? 'ok' : `FAILED ${failures.length} ×`
  if (Number.isNaN(result.ms.median)) return [...what, '', '', '', '', '', '', '', oracle]
  const { median: ms, least, most } = result.ms
  return [
    ...what,
    `${whole(result.startMs)} ms`,
    `${whole(ms)} ms`,
    `${whole(least)}–${whole(most)}`,
    `${whole(result.cpuMs)} ms`,
    whole(result.messages),
    whole(result.messagesPerSecond),
    `${whole(result.peakBytes / 1e6)} MB`,
    oracle,
  ]
}

/** `{ workers: 60, messagesEach: 10_000 }` as `60 workers, 10,000 messages each`. */
export function sizeInWords(size: Size): string {
  return Object.entries(size)
    .map(([what, n]) => `${whole(n)} ${what.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`)
    .join(', ')
}

function whole(n: number): string {
  return n.toLocaleString('en', { maximumFractionDigits: 0 })
}
