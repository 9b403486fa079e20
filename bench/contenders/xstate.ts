import type { Contender } from '../harness/contender.ts'
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
}
