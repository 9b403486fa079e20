import { setTimeout } from 'node:timers/promises'
import { expectEqual } from '../harness/oracle.ts'
import type { Workload } from '../harness/workload.ts'

const RESIDENT = 'resident memory'

export const memory: Workload = {
  id: 'B9a',
  title: 'memory of each of 50,000 idle objects on shared threads',
  unit: 'bytes',
  better: 'less',
  mostRounds: 2,
  goals: [{ kind: 'limit', variant: RESIDENT, atMost: 1_024 }],
  notes: [
    'Resident: by what the process has grown, so with what kernel and main thread keep of each, its Remote in an array among that, and with what the collector has not given back. ' +
      'Heap: of the main thread and the shared one, after a collection.',
  ],
  measurement: ({ openCrowd }) =>
    openCrowd &&
    (async (scale) => {
      const objects = scale.size(50_000, 500)
      const crowd = await openCrowd()
      expectEqual('the first objects', await crowd.grow(objects / 10), objects / 10)
      const before = { heap: await crowd.heap(), resident: await settledResident() }
      expectEqual('the objects', await crowd.grow(objects), objects)
      const after = { heap: await crowd.heap(), resident: await settledResident() }
      return {
        [RESIDENT]: (after.resident - before.resident) / objects,
        heap: (after.heap - before.heap) / objects,
      }
    }),
}

/** What is free is given back to the system a while after a collection. */
async function settledResident(): Promise<number> {
  await setTimeout(500)
  return process.memoryUsage.rss()
}
