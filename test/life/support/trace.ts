/**
 * What objects in any thread have done, in one order: each line is appended to one file in one write.
 *
 * A file, since it is there in every thread without a road of ours, and since what a thread has written outlives it.
 */

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Threads get a copy of the environment when they are made.
const FILE = 'TSWORKS_TEST_TRACE'
const SCRIPT = 'TSWORKS_TEST_SCRIPT'

/** What a scripted object does at a point of its life: `{ 'worker onStart': 'throw' }`. */
export type Script = Readonly<Record<string, 'throw' | 'reject' | 'hang' | 'spin' | 'exit' | 'slow' | 'stop'>>

/** In any thread: notes a line. */
export function note(line: string): void {
  const file = process.env[FILE]
  if (file !== undefined) appendFileSync(file, `${line}\n`)
}

/** In any thread: how often a line has been noted so far, by whomever. */
export function noted(line: string): number {
  const file = process.env[FILE]
  return file === undefined ? 0 : readFileSync(file, 'utf8').split(`${line}\n`).length - 1
}

/** In any thread: what the script says of this point. */
export function scripted(point: string): Script[string] | undefined {
  return (JSON.parse(process.env[SCRIPT] ?? '{}') as Script)[point]
}

/** In the test: what has been noted so far. */
export interface Trace {
  lines(): string[]
  /** The lines of one point: `onStart` gives the names in order. */
  namesAt(point: string): string[]
}

/** In the test: notes go to a new file from now on, and threads that are made follow this script. */
export function traced(t: { after(end: () => void): void }, script: Script = {}): Trace {
  const folder = mkdtempSync(join(tmpdir(), 'tsworks-trace-'))
  const file = join(folder, 'trace')
  writeFileSync(file, '')
  process.env[FILE] = file
  process.env[SCRIPT] = JSON.stringify(script)
  t.after(() => {
    delete process.env[FILE]
    delete process.env[SCRIPT]
    rmSync(folder, { recursive: true })
  })
  const lines = (): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return {
    lines,
    namesAt: (point) =>
      lines()
        .filter((line) => line.endsWith(` ${point}`))
        .map((line) => line.split(' ')[0]!),
  }
}
