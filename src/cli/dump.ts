/** `dump` in the console: all objects as a table, PyWorks' row 32. */

import type { ObjectInspection, Snapshot } from '../index.ts'

const COLUMNS: Readonly<Record<string, (object: ObjectInspection) => string | number | undefined>> = {
  name: ({ name }) => name,
  class: (object) => object.class,
  state: ({ state }) => state,
  mode: modeOf,
  queue: ({ queue }) => queue,
  thread: ({ thread }) => thread,
  level: ({ level }) => level,
  index: ({ index }) => index,
  pid: ({ pid }) => pid,
  conf: ({ conf }) => conf,
}

/** Numbers to the right, words to the left, `-` for what there is not. */
export function dump({ objects }: Snapshot): string {
  const names = Object.keys(COLUMNS)
  const rows = objects.map((object) => names.map((name) => COLUMNS[name]!(object)))
  const shown = [names, ...rows.map((row) => row.map((value) => String(value ?? '-')))]
  const widths = names.map((_, column) => Math.max(...shown.map((row) => row[column]!.length)))
  const isNumber = names.map((_, column) => rows.some((row) => typeof row[column] === 'number'))
  return shown
    .map((row) =>
      row
        .map((text, column) => (isNumber[column]! ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('')
}

/** What it is doing: the method in hand and for how long, else the mode of its life. */
function modeOf({ mode, handling }: ObjectInspection): string | undefined {
  if (handling === undefined) return mode
  return `${handling.method} ${Math.round(handling.ageMs)} ms`
}
