import { callsInTurn, inTurn } from '../harness/calls-in-turn.ts'
import { BEST } from '../harness/goal.ts'
import type { Workload } from '../harness/workload.ts'

export const blocking: Workload = {
  id: 'B3',
  title: 'calls across threads, each blocked for by get() before the next',
  unit: 'calls/s',
  better: 'more',
  goals: [{ kind: 'ratio', atLeast: 10, than: BEST }],
  notes: [
    'None of the contenders can block: they await each call, as in B2.',
    'raw postMessage blocks by Atomics.wait and receiveMessageOnPort.',
  ],
  measurement: ({ openService, openPair }) => {
    if (openPair)
      return async (scale) => {
        const pair = await openPair()
        return { '': await inTurn(5_000, scale, (count) => pair.blocked(count)) }
      }
    return openService && (async (scale) => ({ '': await callsInTurn(await openService(), scale) }))
  },
}
