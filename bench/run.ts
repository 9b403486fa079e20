/**
 * The benchmark: `npm run bench [-- B1 B5 … --rounds=N --quick]`, see README.md.
 *
 *   workload ─▶ A B C, A B C, … each in a process (measure.ts) ─▶ medians, goals ─▶ text, results/latest.json, results/latest.svg
 *
 * It fails by no time, only where an oracle has failed; a process that crashes or hangs has not met its oracle either.
 */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contenders } from './contenders.ts'
import { chart } from './harness/chart.ts'
import { elsewhere, PYWORKS } from './harness/elsewhere.ts'
import { thisMachine } from './harness/machine.ts'
import { measuredIn } from './harness/measured.ts'
import { result, type Measured, type Result } from './harness/result.ts'
import { selection, type Selection } from './harness/selection.ts'
import { block, header } from './harness/table.ts'
import { turns } from './harness/turns.ts'
import type { Workload } from './harness/workload.ts'
import { workloads } from './workloads.ts'

const folder = join(import.meta.dirname, 'results')
const asked = selection(process.argv.slice(2), workloads)
const machine = thisMachine(import.meta.dirname, contenders)
const at = new Date().toISOString()
const began = performance.now()

console.log(`${header(machine, asked.rounds)}\n`)
if (asked.quick) console.log('--quick: these figures say nothing; that they are there says that all still works.\n')
const results: Result[] = []
for (const workload of asked.workloads) {
  const one = await measured(workload, asked)
  results.push(one)
  console.log(block(one))
}
console.log(elsewhere())

await mkdir(folder, { recursive: true })
const run = { at, rounds: asked.rounds, quick: asked.quick, machine, results, elsewhere: PYWORKS }
await writeFile(join(folder, 'latest.json'), `${JSON.stringify(run, undefined, 2)}\n`)
await writeFile(
  join(folder, 'latest.svg'),
  chart(results, `${at}, Node ${machine.node}, ${machine.cores} cores, load ${machine.load}`),
)
const minutes = (performance.now() - began) / 60_000
console.log(`bench/results/latest.json and latest.svg, after ${minutes.toFixed(1)} minutes`)
if (results.some(({ failures }) => failures.length > 0)) process.exitCode = 1

async function measured(workload: Workload, { rounds, quick }: Selection): Promise<Result> {
  const taking = contenders.filter((contender) => workload.measurement(contender) !== undefined)
  const done: Measured[] = []
  for (const { round, contender } of turns(Math.min(rounds, workload.mostRounds ?? rounds), taking)) {
    if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${workload.id}, round ${round}: ${contender.name}`)
    done.push({ contender, round, outcome: await measuredIn(workload, contender, { quick }) })
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
  return result(workload, done, quick)
}
