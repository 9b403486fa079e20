import { callsInTurn, inTurn } from '../harness/calls-in-turn.ts'
import { BEST } from '../harness/goal.ts'
import type { Workload } from '../harness/workload.ts'

const FROM_MAIN = 'from the main thread'
const BETWEEN = 'between two others'

export const callsInTurnWorkload: Workload = {
  id: 'B2',
  title: 'calls across threads, each awaited before the next',
  unit: 'calls/s',
  better: 'more',
  goals: [
    { kind: 'ratio', variant: FROM_MAIN, atLeast: 3, than: BEST },
    { kind: 'ratio', variant: BETWEEN, atLeast: 3, than: BEST, thanVariant: FROM_MAIN },
  ],
  measurement: ({ openService, openAdder = openService, openPair }) =>
    openAdder &&
    (async (scale) => {
      const figures = { [FROM_MAIN]: await callsInTurn(await openAdder(), scale) }
      if (openPair === undefined) return figures
      const pair = await openPair()
      return { ...figures, [BETWEEN]: await inTurn(1_000, scale, (count) => pair.awaited(count)) }
    }),
}
