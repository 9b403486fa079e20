import { BEST } from '../harness/goal.ts'
import { manyCalls } from '../harness/many-calls.ts'
import type { Workload } from '../harness/workload.ts'

export const callsMany: Workload = {
  id: 'B1',
  title: 'calls across threads, 1,000 at once: (number, string) → number',
  unit: 'calls/s',
  better: 'more',
  goals: [{ kind: 'ratio', atLeast: 20, than: BEST }],
  measurement: ({ openService, openAdder = openService }) =>
    openAdder &&
    (async (scale) => {
      const adder = await openAdder()
      return { '': await manyCalls((n, text) => adder.add(n, text), scale) }
    }),
}
