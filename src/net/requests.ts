/**
 * Requests over one connection that have no answer yet, oldest first.
 *
 *   request ─▶ open ─▶ its answer │ FutureShock │ cancelled │ ConnectionLost
 *                         late: of one that was given up, dropped and counted (S13)
 */

import type { Owner } from '../core/belongings.ts'
import type { ClockTimer } from '../core/clock.ts'
import { shownMs } from '../core/duration.ts'
import { FutureShock } from '../core/errors.ts'
import { giveUpFuture, noteSettled, settleFuture, type Future, type Outcome } from '../core/future.ts'
import type { Telegram } from './framing.ts'
import { pending } from './pending.ts'

/** How a request knows its answer. */
export interface RequestOptions<T extends Telegram = Telegram> {
  /** ms; what the connection's `requestTimeout` says. */
  readonly timeout?: number
  /** Gives it up when it aborts; `this.signal`: with the call that asks. */
  readonly signal?: AbortSignal
  /** Whether a telegram is the answer; what it throws fails the request. Without it answers come in the order of the requests, and the next telegram is that of the oldest. */
  readonly isAnswer?: (telegram: T) => boolean
}

/** Requests that were given up and may still be answered, at most; of older ones a late answer is taken for a telegram of its own. */
const MOST_GIVEN_UP = 1_000

interface Open<T extends Telegram> {
  readonly future: Future<T>
  readonly isAnswer: ((telegram: T) => boolean) | undefined
  readonly timer: ClockTimer
}

export class Requests<T extends Telegram> {
  readonly #owner: Owner
  /** Whom they are for, in messages. */
  readonly #peer: string
  readonly #late: () => void
  /** Those that were given up, and so are settled, included. */
  readonly #all: Open<T>[] = []
  #open = 0

  /** `late` hears of each late answer. */
  constructor(owner: Owner, peer: string, late: () => void) {
    this.#owner = owner
    this.#peer = peer
    this.#late = late
  }

  /** How many wait for their answer. */
  get open(): number {
    return this.#open
  }

  /** Begins one, which is sent now. */
  add({ timeout, isAnswer, signal }: RequestOptions<T> & { readonly timeout: number }): Future<T> {
    const what = `a request to ${this.#peer}`
    const future = pending<T>(this.#owner, what, () => {
      timer.cancel()
      this.#givenUp()
    })
    const abort = (): void => future.cancel(signal?.reason)
    signal?.addEventListener('abort', abort)
    noteSettled(future, () => signal?.removeEventListener('abort', abort))
    const timer = this.#owner.clock.after(timeout, () => {
      this.#givenUp()
      giveUpFuture(future, new FutureShock(`timeout: ${what} was not answered within ${shownMs(timeout)}`, 'maybe'))
    })
    this.#all.push({ future, isAnswer, timer })
    this.#open++
    if (signal?.aborted === true) abort()
    return future
  }

  /** Whether a telegram is an answer; one that comes late is one, too. */
  take(telegram: T): boolean {
    if (this.#all.length === 0) return false
    let late: Open<T> | undefined
    // A copy: one of which isAnswer throws is taken out.
    for (const open of [...this.#all]) {
      if (!this.#fits(open, telegram)) continue
      if (!open.future.isReady) return this.#settle(open, { ok: true, value: telegram })
      late ??= open
      // In order: it is the answer of this one, and of no other.
      if (open.isAnswer === undefined) break
    }
    if (late === undefined) return false
    this.#late()
    return this.#settle(late, { ok: true, value: telegram })
  }

  /** None is answered any more. */
  fail(error: Error): void {
    for (const open of [...this.#all]) this.#settle(open, { ok: false, error })
  }

  #fits(open: Open<T>, telegram: T): boolean {
    if (open.isAnswer === undefined) return true
    try {
      return open.isAnswer(telegram)
    } catch (error) {
      if (!open.future.isReady) this.#settle(open, { ok: false, error })
      return false
    }
  }

  #settle(open: Open<T>, outcome: Outcome): true {
    this.#all.splice(this.#all.indexOf(open), 1)
    if (!open.future.isReady) this.#open--
    open.timer.cancel()
    // Counts it where it is late.
    if (outcome.ok || !open.future.isReady) settleFuture(open.future, outcome)
    return true
  }

  #givenUp(): void {
    this.#open--
    if (this.#all.length - this.#open <= MOST_GIVEN_UP) return
    const oldest = this.#all.findIndex(({ future }) => future.isReady)
    if (oldest >= 0) this.#all.splice(oldest, 1)
  }
}
