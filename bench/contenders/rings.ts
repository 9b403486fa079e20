import type { Contender } from '../harness/contender.ts'

export const rings: Contender = {
  name: 'bare rings',
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
