import type { Contender } from '../harness/contender.ts'
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
}
