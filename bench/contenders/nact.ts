import type { Contender } from '../harness/contender.ts'
import { heapAfterCollection } from '../harness/heap.ts'
import { NACT } from '../harness/names.ts'
import { add } from './services/add.ts'

type Message =
  | { readonly kind: 'told' | 'asked'; readonly n: number; readonly text: string }
  | { readonly kind: 'total' }

/** More than any answer takes here. */
const TIMEOUT_MS = 60_000

export const nact: Contender = {
  name: NACT,
  role: 'contender',
  package: 'nact',
  async openNeighbour() {
    const { start, spawn, dispatch, query } = await import('nact')
    const counting = spawn(
      start(),
      (total: number, message: Message, { sender }) => {
        switch (message.kind) {
          case 'told':
            return total + add(message.n, message.text)
          case 'asked':
            dispatch(sender, add(message.n, message.text))
            return total
          case 'total':
            dispatch(sender, total)
            return total
          default:
            throw new TypeError(`unknown message: ${JSON.stringify(message satisfies never)}`)
        }
      },
      'counting',
      { initialState: 0 },
    )
    const asked = (message: Message) => query(counting, () => message, TIMEOUT_MS) as Promise<number>
    return {
      tell: (n, text) => dispatch(counting, { kind: 'told', n, text } satisfies Message),
      ask: (n, text) => asked({ kind: 'asked', n, text }),
      total: () => asked({ kind: 'total' }),
    }
  },
  async openCrowd() {
    const { start, spawn, dispatch, query } = await import('nact')
    const system = start()
    const kept: unknown[] = []
    return {
      async growWithin(count) {
        let answered = 0
        for (let n = 0; n < count; n++) {
          // With a name of its own: those that nact gives are not always new.
          const idle = spawn(
            system,
            (told: number, { kind }: Message, { sender }) => {
              dispatch(sender, kind === 'asked' ? 1 : 0)
              return told + 1
            },
            `idle${kept.length}`,
            { initialState: 0 },
          )
          answered += (await query(
            idle,
            () => ({ kind: 'asked', n, text: '' }) satisfies Message,
            TIMEOUT_MS,
          )) as number
          kept.push(idle)
        }
        return answered
      },
      heap: async () => heapAfterCollection(),
    }
  },
}
