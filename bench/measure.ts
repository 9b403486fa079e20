/**
 * Measures one contender in one workload, in a process of its own: `node bench/measure.ts B1 tsworks [--quick]`.
 *
 * Its last line of stdout is the Outcome as JSON. Threads of the contender begin with modules of their own, never with this one.
 */

import { contenders } from './contenders.ts'
import type { Outcome } from './harness/result.ts'
import { FULL, QUICK } from './harness/workload.ts'
import { workloads } from './workloads.ts'

const [id, name, quick] = process.argv.slice(2)
const outcome = await measured().catch((error: unknown): Outcome => ({ kind: 'failed', why: withCauses(error) }))
// Threads are left as they are: how long they take to end is no part of it.
process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit())

async function measured(): Promise<Outcome> {
  const workload = workloads.find((one) => one.id === id)
  const contender = contenders.find((one) => one.name === name)
  const measurement = contender && workload?.measurement(contender)
  if (measurement === undefined)
    throw new Error(`expected a workload and a contender that can take part in it, found ${id} and ${name}`)
  return { kind: 'measured', figures: await measurement(quick === '--quick' ? QUICK : FULL) }
}

/** One line: a start that has failed says why only in its cause. */
function withCauses(error: unknown): string {
  const words = String(error).split('\n')[0]!
  return error instanceof Error && error.cause !== undefined ? `${words}; ${withCauses(error.cause)}` : words
}
