import { join } from 'node:path'
import { run } from '../../scripts/command.ts'
import type { Contender } from './contender.ts'
import type { Outcome } from './result.ts'
import type { Workload } from './workload.ts'

/** No figure takes so long, also on a machine that has much else to do. */
const LONGEST_MS = 300_000

const program = join(import.meta.dirname, '../measure.ts')

/** One contender in one workload, measured in a process of its own. */
export async function measuredIn(
  workload: Workload,
  contender: Contender,
  how: { readonly quick: boolean },
): Promise<Outcome> {
  const args = [program, workload.id, contender.name, ...(how.quick ? ['--quick'] : [])]
  const { code, stdout, stderr } = await run(process.execPath, args, { quiet: true, timeoutMs: LONGEST_MS })
  const last = stdout.trimEnd().split('\n').at(-1) ?? ''
  if (code === 0 && last.startsWith('{')) return JSON.parse(last) as Outcome
  const said = stderr.split('\n').find((line) => /^\w*Error/.test(line)) ?? stderr.trim().split('\n')[0] ?? ''
  return {
    kind: 'failed',
    why: code === 124 ? `not done in ${LONGEST_MS / 1_000} s` : `it ended with code ${code}: ${said}`,
  }
}
