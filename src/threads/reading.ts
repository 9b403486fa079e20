/**
 * One stream that this thread has borrowed, from when its message has come until it is read no further: to the end, or because its reader
 * has left, is over, or was collected as garbage. Then whoever gives it is told, once.
 *
 * Nothing here holds the reader's end, so that one which nobody reads any more can be collected.
 */

import type { Future } from '../core/future.ts'
import { Inflow } from './inflow.ts'
import type { Batch } from './outflow.ts'

interface Producer {
  readonly begins: () => void
  readonly pull: (most: number) => Future<Batch>
  readonly leave: () => void
}

export class Reading {
  #inflow: WeakRef<Inflow> | undefined
  #leave: (() => void) | undefined
  #whenClosed: (() => void) | undefined
  #late: (() => Error | undefined) | undefined

  /** Makes the reader's end; `leave` tells the producer, `begins` is told of the first pull before it goes. */
  begin({ begins, pull, leave }: Producer): Inflow {
    this.#leave = leave
    let hasBegun = false
    const inflow = new Inflow({
      pull: (most) => {
        if (!hasBegun) begins()
        hasBegun = true
        return pull(most)
      },
      late: () => this.#late?.(),
      close: () => this.close(),
    })
    this.#inflow = new WeakRef(inflow)
    return inflow
  }

  /** What comes when `late` gives an error is too late. */
  limit(late: () => Error | undefined): void {
    this.#late = late
  }

  whenClosed(then: () => void): void {
    this.#whenClosed = then
  }

  /** It is read no further. Again is harmless. */
  close(): void {
    const leave = this.#leave
    if (leave === undefined) return
    this.#leave = undefined
    leave()
    this.#whenClosed?.()
    // Whoever still holds it reads that nothing more comes.
    this.#inflow?.deref()?.end()
  }

  /** Its reader gets an error instead of what is still to come. */
  fail(error: unknown): void {
    this.#inflow?.deref()?.end({ thrown: error })
  }

  /** It has no reader any more, as far as is known; one who holds it all the same gets an error. */
  abandon(error: unknown): void {
    this.fail(error)
    this.close()
  }
}
