/** Results as text: a block for each workload. */

import { figure } from './figure.ts'
import type { Machine } from './machine.ts'
import type { Result, Row } from './result.ts'
import type { Verdict } from './goal.ts'

export function header(
  { node, platform, cores, processor, load, versions, settings }: Machine,
  rounds: number,
): string {
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const set = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return [
    `Node ${node}, ${platform}, ${cores} cores (${processor}), load ${load} before; log level silent`,
    named.join(', '),
    ...(set.length > 0 ? [set.join(' ')] : []),
    ...(load > cores
      ? [
          'This machine has much else to do. Threads that wait for each other suffer most from that: measure again when it has not.',
        ]
      : []),
    `Medians of ${rounds} rounds (fewer where said), each contender in a process of its own, in turn.`,
  ].join('\n')
}

export function block({ id, title, unit, better, rows, failures, verdicts, notes }: Result): string {
  const rounds = Math.max(0, ...rows.map(({ samples }) => samples.length))
  const cells = [['', 'median', 'min … max', 'tsworks ÷ it']]
  for (const [variant, theirs] of Map.groupBy(rows, (row) => row.variant)) {
    if (theirs.length > 1 && variant !== '') cells.push([variant, '', '', ''])
    for (const row of theirs) cells.push(cellsOf(row, theirs))
  }
  const lines = [
    `${id}  ${title}`,
    `${unit}, ${better} is better; ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`,
    ...aligned(cells),
    ...failures.map(({ contender, round, why }) => `✖ ${contender} has no figure: round ${round}: ${why}`),
    ...verdicts.map(inWords),
    ...notes,
  ]
  return `${lines.join('\n    ')}\n`
}

/** Roles that are named in the table: those of whom nobody would think that they are ranked need not. */
const ASIDE: readonly Row['role'][] = ['base line', 'limit', 'not ranked']

function cellsOf(row: Row, rows: readonly Row[]): string[] {
  const { contender, role, variant, median, min, max } = row
  const ours = rows.find((one) => one.role === 'tsworks')
  const aside = ASIDE.includes(role) ? ` (${role})` : ''
  return [
    rows.length > 1 && variant !== ''
      ? `  ${contender}${aside}`
      : [`${contender}${aside}`, variant].filter(Boolean).join(', '),
    figure(median),
    `${figure(min)} … ${figure(max)}`,
    ours === undefined || ours === row ? '' : `${figure(ours.median / median)} ×`,
  ]
}

function inWords({ goal, found, than, met }: Verdict): string {
  if (found === undefined) return `? goal ${goal}: no figure`
  const whom = than === undefined || goal.endsWith(than) ? '' : ` (${than})`
  return `${met === true ? '✔' : '✖'} goal ${goal}${whom}: ${figure(found)}, ${met === true ? 'met' : 'not met'}`
}

/** Names to the left, figures to the right. */
function aligned(cells: readonly (readonly string[])[]): string[] {
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  return cells.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
}
