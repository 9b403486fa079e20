import { expectEqual } from '../harness/oracle.ts'
import { perSecond } from '../harness/per-second.ts'
import type { Workload } from '../harness/workload.ts'

const OBSERVERS = [1, 10, 100]

export const notify: Workload = {
  id: 'B11',
  title: 'notify to observers, each in a thread of its own',
  unit: 'µs a delivery',
  better: 'less',
  mostRounds: 3,
  goals: [{ kind: 'growth', variants: OBSERVERS.map(String), atMost: 1 }],
  notes: ['200 notifications of (number, string), then a call to each observer, from whoever has notified.'],
  measurement: ({ openSubject }) =>
    openSubject &&
    (async (scale) => {
      const figures: Record<string, number> = {}
      for (const observers of OBSERVERS) {
        const count = scale.size(observers, Math.min(observers, 3))
        const times = scale.size(200, 100)
        const subject = await openSubject(count)
        const deliveries = await perSecond(scale, async () => {
          expectEqual('the deliveries', await subject.notify(times), times * count)
          return times * count
        })
        figures[String(observers)] = 1_000_000 / deliveries
      }
      return figures
    }),
}
