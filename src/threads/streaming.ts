/**
 * The streams that one answer has brought along (S4, S6): what they give is made by code of the handler that has answered, so the handler
 * goes on until the last of them has ended. A reader who leaves is told to that code by its `this.signal`.
 */

import { AbortError } from '../core/errors.ts'
import type { Outcome } from '../core/future.ts'
import type { Loan, StreamFailure, Streaming } from '../core/message.ts'
import type { Turn } from '../core/turn.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import type { OpenCall } from './open-calls.ts'
import type { Outflow } from './outflow.ts'

/** An answer that may bring streams along. */
export interface Answer {
  /** The turn that gives it; undefined where a Future does. */
  readonly turn: Turn | undefined
  /** Whether code of this thread has asked for it, too: then a stream that its reader leaves unread stays open. */
  readonly isAskedHere?: boolean | undefined
}

/** What is answered, for which thread; and what the call has brought. */
export interface Answering extends Answer {
  readonly outcome: Outcome
  readonly place: Place
  readonly loan: Loan | undefined
  /** Within this thread: the call that is answered. */
  readonly call?: OpenCall
}

/** Most answers are primitives, and hold nothing. */
export function mayHoldStreams(outcome: Outcome): boolean {
  return outcome.ok && typeof outcome.value === 'object' && outcome.value !== null
}

export class OpenStreams implements Streaming {
  readonly #turn: Turn
  readonly #open = new Set<Outflow>()
  #failure: StreamFailure | undefined
  readonly #then: ((failure?: StreamFailure) => void)[] = []

  constructor(turn: Turn) {
    this.#turn = turn
  }

  add(outflow: Outflow): void {
    this.#open.add(outflow)
  }

  /** One has ended. */
  ended(outflow: Outflow, failure: StreamFailure | undefined): void {
    this.#failure ??= failure
    this.#open.delete(outflow)
    if (this.#open.size === 0) for (const then of this.#then.splice(0)) then(this.#failure)
  }

  /** A reader has left. */
  left(outflow: Outflow): void {
    const { method } = this.#turn.message
    // One that was read to its end is left, too, and others may still be read.
    if (this.#open.has(outflow) && this.#open.size === 1)
      this.#turn.abort(new AbortError(`${method}: its reader has left the stream`))
    outflow.close()
  }

  whenOver(then: (failure?: StreamFailure) => void): void {
    if (this.#open.size === 0) then(this.#failure)
    else this.#then.push(then)
  }

  close(error: unknown): void {
    for (const outflow of [...this.#open]) outflow.close({ thrown: error })
  }
}
