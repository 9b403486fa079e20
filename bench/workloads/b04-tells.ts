import { RAW } from '../harness/names.ts'
import { tells } from '../harness/tells.ts'
import type { Workload } from '../harness/workload.ts'

export const tellsAcross: Workload = {
  id: 'B4',
  title: 'tells across threads: (number, string), 10,000 and then a call that is awaited',
  unit: 'tells/s',
  better: 'more',
  goals: [{ kind: 'ratio', atLeast: 5, than: RAW }],
  measurement: ({ openOneWay }) => openOneWay && (async (scale) => ({ '': await tells(await openOneWay(), scale) })),
}
