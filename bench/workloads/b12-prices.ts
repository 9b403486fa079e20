import { manyCalls } from '../harness/many-calls.ts'
import { FAR_WATCHDOG } from '../harness/names.ts'
import type { Workload } from '../harness/workload.ts'

export const prices: Workload = {
  id: 'B12',
  title: 'prices on B1: tsworks as it is, and with more or less of what stands around a call',
  unit: 'calls/s',
  better: 'more',
  goals: [{ kind: 'ratio', atLeast: 0.97, than: FAR_WATCHDOG }],
  notes: [
    'What can be chosen today. Not built yet, so without a figure: a dashboard, watched or not; tracing in the product (what is there is a look at one field for each message, which cannot be left out). ' +
      'Supervision cannot be left out either: of it, the watchdog’s looks can.',
  ],
  measurement: ({ openPriced }) =>
    openPriced &&
    (async (scale) => {
      const service = await openPriced()
      return { '': await manyCalls((n, text) => service.add(n, text), scale) }
    }),
}
