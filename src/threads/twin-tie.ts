/** What the twin, in this thread, of a Future that another thread owns is tied to (future-table.ts). */

import { outcomeOf, replaceOutcome, type Future, type FutureTie, type Outcome } from '../core/future.ts'
import type { Scope } from '../core/scope.ts'
import type { Turn, Wait } from '../core/turn.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import type { FutureTableOptions } from './future-table.ts'
import { currentScope } from './scopes.ts'
import { tellWait } from './tell-trace.ts'

/** Where it is owned, under which number, and whether it was made by hand. */
export interface TwinOf {
  readonly place: Place
  readonly id: number
  readonly settable: boolean
}

export class TwinTie implements FutureTie {
  readonly settable: boolean
  readonly what: string
  readonly place: Place
  readonly id: number
  readonly #options: FutureTableOptions
  #asked = false
  #isPassedOn = false
  /** Whether it has what code here has given, and no copy of that. */
  #isGivers = false

  constructor(options: FutureTableOptions, of: TwinOf) {
    this.#options = options
    this.place = of.place
    this.id = of.id
    this.settable = of.settable
    this.what = of.settable ? 'a Future that another object made' : 'a call that another object made'
  }

  asked(future: Future<unknown>, by?: Turn): Wait | undefined {
    const { trace } = this.#options
    if (trace !== undefined) tellWait(trace, future, this.what)
    if (future.isReady) return undefined
    this.#ask(future, by?.scope ?? currentScope())
    return by === undefined ? this.#options.askedByHand(future) : undefined
  }

  #ask(future: Future<unknown>, by: Scope | undefined): void {
    if (this.#asked) return
    this.#asked = true
    this.#options.ask(this.place, { owned: this.id, future, by })
  }

  block(future: Future<unknown>, ms: number | undefined): void {
    this.#options.block(future, ms)
  }

  settledHere(outcome: Outcome): Outcome {
    const { lending, send } = this.#options
    // First, since what moves is gone then.
    const here = this.#isPassedOn ? this.#copied(outcome) : outcome
    const value = outcome.ok ? outcome.value : outcome.error
    lending.alone(() => send(this.place, { kind: 'settle', future: this.id, ok: outcome.ok, value }))
    this.#isGivers = here === outcome
    return here
  }

  /** Others of this thread may have it from now on. */
  passesOn(future: Future<unknown>): void {
    this.#isPassedOn = true
    if (this.#isGivers) replaceOutcome(future, this.#copied(outcomeOf(future)!))
    this.#isGivers = false
  }

  /** An error where it can only move: the owner's thread has it. */
  #copied(outcome: Outcome): Outcome {
    try {
      return this.#options.lending.given(outcome, { keeps: true })
    } catch (error) {
      return { ok: false, error }
    }
  }

  /** Streams that it may bring are asked for all the same: nobody waits for them here, so they are given back, and closed. */
  cancelled(_: unknown, future: Future<unknown>): void {
    if (!this.settable) this.#ask(future, undefined)
  }
}
