import type { Contender } from '../harness/contender.ts'
import { heapAfterCollection } from '../harness/heap.ts'
import { add } from './services/add.ts'

interface Told {
  readonly type: 'told'
  readonly n: number
  readonly text: string
}

export const xstate: Contender = {
  name: 'XState',
  role: 'not ranked',
  package: 'xstate',
  async openNeighbour() {
    const { createActor, fromTransition } = await import('xstate')
    const counting = createActor(
      fromTransition(({ total }, { n, text }: Told) => ({ total: total + add(n, text) }), { total: 0 }),
    ).start()
    return {
      tell: (n, text) => counting.send({ type: 'told', n, text } satisfies Told),
      ask: undefined,
      total: () => counting.getSnapshot().context.total,
    }
  },
  async openCrowd() {
    const { createActor, fromTransition } = await import('xstate')
    const kept: unknown[] = []
    return {
      async growWithin(count) {
        let answered = 0
        for (let made = 0; made < count; made++) {
          const idle = createActor(fromTransition((told: number, { n }: Told) => told + (n < 0 ? 0 : 1), 0)).start()
          idle.send({ type: 'told', n: made, text: '' })
          answered += idle.getSnapshot().context
          kept.push(idle)
        }
        return answered
      },
      heap: async () => heapAfterCollection(),
    }
  },
}
