/**
 * The event loop of a real thread: when the host's turns are.
 *
 *   a wake-up, a message, a cell made ready ──▶ plan() ──setImmediate──▶ turn ──more?──▶ plan()
 *                                                                          └──nothing──▶ asleep, until its bell rings
 *
 * A turn is a macrotask, so timers and I/O have theirs between two of them (S7).
 */

import { setImmediate } from 'node:timers'
import type { Bell } from './bell.ts'
import { runOutsideScopes } from './scopes.ts'

export class EventLoop {
  readonly #bell: Bell
  readonly #turn: () => boolean
  #planned = false
  #ended = false

  /** `turn` does what there is to do for a while, and says whether there is more. */
  constructor(bell: Bell, turn: () => boolean) {
    this.#bell = bell
    this.#turn = turn
  }

  readonly plan = (): void => {
    if (this.#planned || this.#ended) return
    this.#planned = true
    // While a turn is planned the thread is awake: nobody need post it a message.
    this.#bell.wake()
    // What wakes it is often an object; the turn is not that one's.
    runOutsideScopes(this.#schedule)
  }

  readonly #schedule = (): void => void setImmediate(this.#run)

  /** No turn any more. */
  end(): void {
    this.#ended = true
  }

  readonly #run = (): void => {
    this.#planned = false
    if (this.#ended) return
    const seen = this.#bell.count()
    const more = this.#turn()
    if (more || this.#planned || !this.#bell.fallAsleep(() => this.#bell.count() === seen)) this.plan()
  }
}
