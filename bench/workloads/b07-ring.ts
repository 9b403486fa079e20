import { BARE } from '../harness/names.ts'
import { expectEqual } from '../harness/oracle.ts'
import type { Workload } from '../harness/workload.ts'

const THREADS = 100

export const ring: Workload = {
  id: 'B7',
  title: 'a ring of 100 threads, 100,000 hops',
  unit: 'hops/s',
  better: 'more',
  mostRounds: 3,
  goals: [{ kind: 'ratio', atLeast: 0.7, than: BARE }],
  notes: [
    'The bare Workers have no event loop, and pass one number by Atomics.wait and notify; raw postMessage wakes event loops; the Tasks tell each other.',
  ],
  measurement: ({ openRing }) =>
    openRing &&
    (async (scale) => {
      const threads = scale.size(THREADS, 5)
      const hops = scale.size(100_000, 1_000)
      const opened = await openRing(threads)
      expectEqual('the hops of the first rounds', await opened.run(hops / 10), hops / 10)
      const began = performance.now()
      const hopped = await opened.run(hops)
      const ms = performance.now() - began
      expectEqual('the hops', hopped, hops)
      return { '': (hops / ms) * 1_000 }
    }),
}
