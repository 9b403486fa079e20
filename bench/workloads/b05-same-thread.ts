import { NACT } from '../harness/names.ts'
import { manyCalls } from '../harness/many-calls.ts'
import { tells } from '../harness/tells.ts'
import type { Workload } from '../harness/workload.ts'

const TELLS = 'tells'
const CALLS = 'calls'

export const sameThread: Workload = {
  id: 'B5',
  title: 'within a thread: (number, string), 10,000 tells and then a call, or 1,000 calls at once',
  unit: 'messages/s',
  better: 'more',
  goals: [
    { kind: 'ratio', variant: TELLS, atLeast: 10, than: NACT },
    { kind: 'ratio', variant: CALLS, atLeast: 5, than: NACT },
  ],
  notes: [
    'XState runs its transition inside send(), has no mailbox to speak of and no calls, and copies nothing: not ranked.',
  ],
  measurement: ({ openNeighbour }) =>
    openNeighbour &&
    (async (scale) => {
      const neighbour = await openNeighbour()
      const figures = { [TELLS]: await tells(neighbour, scale) }
      const { ask } = neighbour
      if (ask === undefined) return figures
      return { ...figures, [CALLS]: await manyCalls(ask, scale) }
    }),
}
