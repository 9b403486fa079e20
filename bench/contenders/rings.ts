import type { Contender } from '../harness/contender.ts'
import { RINGS } from '../harness/names.ts'

export const rings: Contender = {
  name: RINGS,
  role: 'limit',
  openAdder: async () => {
    const { Caller, startAdder } = await import('./rings/adder.ts')
    return new Caller(await startAdder())
  },
  openPair: async () => (await import('./rings/pair.ts')).openPair(),
  openOneWay: async () => {
    const { Caller, startAdder } = await import('./rings/adder.ts')
    return new Caller(await startAdder())
  },
}
