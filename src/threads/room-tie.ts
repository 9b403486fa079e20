/** What the Future of a tell is tied to while that waits for room in the receiver's mailbox (S8), or for its receiver to be there. */

import type { Deadlock } from '../core/errors.ts'
import { noteSettled, type Future, type FutureTie } from '../core/future.ts'
import type { Turn, Wait } from '../core/turn.ts'
import { currentScope } from './scopes.ts'
import { endWaits, type Awaited, type CallWait, type Waits, type Whereabouts } from './waits.ts'

export interface RoomTieOptions {
  readonly what: string
  readonly waits: Waits
  readonly block: FutureTie['block']
  readonly whereabouts: () => Whereabouts
  /** It shall not be sent any more. */
  readonly fail: (error: Deadlock) => void
}

export class RoomTie implements FutureTie, Awaited {
  readonly settable = false
  readonly what: string
  waits: CallWait | undefined
  readonly #options: RoomTieOptions

  constructor(future: Future<void>, options: RoomTieOptions) {
    this.what = options.what
    this.#options = options
    noteSettled(future, () => endWaits(this))
  }

  asked(future: Future<unknown>, by?: Turn): Wait | undefined {
    return future.isReady ? undefined : this.#options.waits.begin(this, by ?? currentScope()?.turn, by !== undefined)
  }

  block(future: Future<unknown>, ms: number | undefined): void {
    const { waits, block } = this.#options
    waits.whileBlocked(this, currentScope()?.turn, () => block(future, ms))
  }

  whereabouts(): Whereabouts {
    return this.#options.whereabouts()
  }

  fail(error: Deadlock): void {
    this.#options.fail(error)
  }

  cancelled(): void {}
}
