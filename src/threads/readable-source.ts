/**
 * A node stream as what an outflow reads. Its own iterator begins with the first `next()`: before that an error would be an uncaught one of the
 * object that gives it, and a stream that nobody begins to read would never be destroyed.
 *
 *   lent ──error──▶ kept for the first next() ──▶ read: its own iterator has it ──▶ over: an error of its end is `late`
 */

import type { Readable } from 'node:stream'

export class ReadableSource implements AsyncIterable<unknown, unknown, undefined> {
  readonly #readable: Readable
  readonly #late: (error: unknown) => void
  #state: 'unread' | 'read' | 'over' = 'unread'
  /** What nobody has heard of yet. */
  #unheard: { readonly thrown: unknown } | undefined

  constructor(readable: Readable, late: (error: unknown) => void) {
    this.#readable = readable
    this.#late = late
    readable.on('error', this.#heard)
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown, unknown, undefined> {
    const iterator = this.#readable[Symbol.asyncIterator]()
    return {
      next: () => {
        this.#state = 'read'
        this.#unheard = undefined
        return iterator.next()
      },
      return: async () => {
        await iterator.return?.()
        this.#readable.destroy()
        return { value: undefined, done: true }
      },
    }
  }

  /** It is not read any more; gives the error that its reader has not come to. One that was not read is its sender's again. */
  over(): { readonly thrown: unknown } | undefined {
    if (this.#state === 'unread' && !this.#readable.destroyed) this.#readable.off('error', this.#heard)
    this.#state = 'over'
    return this.#unheard
  }

  readonly #heard = (error: unknown): void => {
    if (this.#state === 'unread') this.#unheard = { thrown: error }
    if (this.#state === 'over') this.#late(error)
  }
}
