/**
 * The suite: `npm run savina`, or parts of it: `npm run savina -- --quick big counting --placement=own --rounds=5 --json build/savina.json`.
 *
 * Each measurement is a process of its own, those of one round one after the other, so that what else the machine does meanwhile meets all of
 * them. What has no figure ends it with code 1; a time never does.
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { run } from '../../scripts/command.ts'
import { sizeOn, type Scale } from './benchmark.ts'
import type { Figures } from './measure.ts'
import { PLACEMENTS, type Placement } from './placement.ts'
import { PROGRAMS } from './programs.ts'
import { resultOf, tableOf, type Row } from './table.ts'

/** One that takes longer hangs. */
const LONGEST_MS = { full: 300_000, quick: 60_000 } as const

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    placement: { type: 'string', multiple: true, default: [...PLACEMENTS] },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
})
const scale: Scale & keyof typeof LONGEST_MS = values.quick ? 'quick' : 'full'
const rounds = Number(values.rounds)
const names = positionals.length > 0 ? positionals : Object.keys(PROGRAMS)
for (const name of names) if (!(name in PROGRAMS)) refuse(`no program ${name}: ${Object.keys(PROGRAMS).join(' ')}`)
for (const one of values.placement)
  if (!(PLACEMENTS as readonly string[]).includes(one)) refuse(`no placement ${one}: ${PLACEMENTS.join(' ')}`)
if (!(Number.isSafeInteger(rounds) && rounds > 0)) refuse(`expected --rounds=3, found ${values.rounds}`)

interface Measured extends Row {
  readonly runs: Figures[]
  readonly failures: string[]
}
const rows = names.flatMap((name) =>
  (values.placement as Placement[]).map((placement): Measured => {
    const program = PROGRAMS[name]!
    const size = sizeOn(placement, program, scale)
    return { file: name, program: program.name, placement, size, runs: [], failures: [] }
  }),
)
for (let round = 1; round <= rounds; round++)
  for (const row of rows) {
    process.stderr.write(`round ${round} of ${rounds}: ${row.file} ${row.placement} … `)
    const figures = await measureOnce(row)
    process.stderr.write(figures === undefined ? 'FAILED\n' : `${figures.ms.toFixed()} ms\n`)
  }

const results = rows.map(resultOf)
console.log(`${conditions()}\n\n${tableOf(results)}`)
for (const { file, placement, failures } of rows)
  for (const failure of failures) console.log(`\n${file} --placement=${placement}: ${failure}`)
if (rows.some(({ failures }) => failures.length > 0)) process.exitCode = 1
if (values.json !== undefined) {
  const { node, v8 } = process.versions
  const cpu = cpus()[0]?.model ?? 'unknown'
  await mkdir(dirname(values.json), { recursive: true })
  await writeFile(
    values.json,
    JSON.stringify(
      { node, v8, cpu, cores: availableParallelism(), scale, rounds, mailbox: 'Infinity', results },
      null,
      2,
    ),
  )
}

/** Undefined for a run that has no figure: the row has why. */
async function measureOnce(row: Measured): Promise<Figures | undefined> {
  const args = [join(import.meta.dirname, `${row.file}.ts`), `--placement=${row.placement}`, `--scale=${scale}`]
  const { code, stdout, stderr } = await run(process.execPath, args, { quiet: true, timeoutMs: LONGEST_MS[scale] })
  if (code !== 0) {
    row.failures.push(code === 124 ? `no end in ${LONGEST_MS[scale] / 1_000} s\n${stderr}` : stderr)
    return undefined
  }
  const figures = JSON.parse(stdout) as Figures
  row.runs.push(figures)
  return figures
}

function conditions(): string {
  return (
    `Savina ${scale}, tsworks on Node ${process.versions.node}, ${availableParallelism()} cores; medians of ${rounds}, each run a process of its own; ` +
    'mailboxes without a bound (capacity: Infinity)'
  )
}

function refuse(why: string): never {
  console.error(why)
  process.exit(1)
}
