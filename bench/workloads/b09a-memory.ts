import { setTimeout } from 'node:timers/promises'
import type { Crowd } from '../harness/contender.ts'
import { expectEqual } from '../harness/oracle.ts'
import type { Workload } from '../harness/workload.ts'

const RESIDENT = 'spawned from another thread, resident memory'
const WITHIN = 'born in their thread, heap'

export const memory: Workload = {
  id: 'B9a',
  title: 'memory of each of 50,000 idle objects',
  unit: 'bytes',
  better: 'less',
  mostRounds: 2,
  goals: [
    { kind: 'limit', variant: WITHIN, atMost: 1_024 },
    { kind: 'limit', variant: RESIDENT, atMost: 1_024 },
  ],
  notes: [
    'Heap: of all threads that the objects are known in, but for the kernel, after a collection. Resident: by what the process has grown, so with what the kernel keeps of each, its Remote in an ' +
      'array among that, and with what the collectors of all threads have not given back.',
  ],
  measurement: ({ openCrowd }) =>
    openCrowd &&
    (async (scale) => {
      const objects = scale.size(50_000, 500)
      const crowd = await openCrowd()
      const { grow } = crowd
      const fromOutside = grow && (await growth(crowd, grow, objects))
      const within = await growth(crowd, (count) => crowd.growWithin(count), objects)
      return {
        ...(fromOutside && { [RESIDENT]: fromOutside.resident, 'spawned from another thread, heap': fromOutside.heap }),
        [WITHIN]: within.heap,
      }
    }),
}

interface Growth {
  readonly heap: number
  readonly resident: number
}

/** By how much each of so many adds to the memory. */
async function growth(crowd: Crowd, grow: Crowd['growWithin'], objects: number): Promise<Growth> {
  expectEqual('the first objects', await grow(objects / 10), objects / 10)
  const before = { heap: await crowd.heap(), resident: await settledResident() }
  expectEqual('the objects', await grow(objects), objects)
  const after = { heap: await crowd.heap(), resident: await settledResident() }
  return { heap: (after.heap - before.heap) / objects, resident: (after.resident - before.resident) / objects }
}

/** What is free is given back to the system a while after a collection. */
async function settledResident(): Promise<number> {
  await setTimeout(500)
  return process.memoryUsage.rss()
}
