import { expectEqual } from '../harness/oracle.ts'
import type { Workload } from '../harness/workload.ts'

const LEAVES = [10_000, 100_000, 1_000_000]
/** What is bound to take longer is not tried. */
const LONGEST_MS = 30_000

export const skynet: Workload = {
  id: 'B9b',
  title: 'skynet: objects on shared threads, ten children each, by spawn, tell and stop',
  unit: 's',
  better: 'less',
  mostRounds: 2,
  goals: [{ kind: 'limit', variant: variant(1_000_000), atMost: 5 }],
  notes: [
    `What would take more than ${LONGEST_MS / 1_000} s, going by a tenth of it, is not tried, and has no figure.`,
  ],
  measurement: ({ openSkynet }) =>
    openSkynet &&
    (async (scale) => {
      const grow = await openSkynet()
      const figures: Record<string, number> = {}
      let expectedMs = 0
      for (const count of LEAVES) {
        if (expectedMs > LONGEST_MS) break
        const leaves = scale.size(count, 100)
        const began = performance.now()
        const sum = await grow(leaves)
        const ms = performance.now() - began
        expectEqual('the sum', sum, (leaves * (leaves - 1)) / 2)
        figures[variant(count)] = ms / 1_000
        expectedMs = 10 * ms
      }
      return figures
    }),
}

function variant(leaves: number): string {
  return `${leaves.toLocaleString('en')} leaves`
}
