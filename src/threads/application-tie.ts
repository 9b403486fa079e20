/** What the Future of a call of a function that was borrowed is tied to. */

import { OUTSIDE } from '../core/address.ts'
import { AbortError, CannotBlockHere, type Deadlock } from '../core/errors.ts'
import type { Future, FutureTie } from '../core/future.ts'
import type { Turn, Wait } from '../core/turn.ts'
import type { OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { currentScope } from './scopes.ts'
import { tellWait } from './tell-trace.ts'
import type { Awaited, CallWait, Whereabouts } from './waits.ts'

export class ApplicationTie implements FutureTie, Awaited {
  readonly settable = false
  readonly #parts: () => Parts
  readonly #block: FutureTie['block']
  readonly #call: OpenCall

  constructor(parts: () => Parts, call: OpenCall, block: FutureTie['block']) {
    this.#parts = parts
    this.#block = block
    this.#call = call
  }

  get what(): string {
    return this.#call.what
  }

  asked(future: Future<unknown>, by?: Turn): Wait | undefined {
    const { calls, trace, waits } = this.#parts()
    if (trace !== undefined) tellWait(trace, future, this.what)
    return calls.isOpen(this.#call) ? waits.begin(this, by ?? currentScope()?.turn, by !== undefined) : undefined
  }

  block(future: Future<unknown>, ms: number | undefined): void {
    if (this.#call.place === this.#parts().here)
      throw new CannotBlockHere(`${this.what}: get() would block the thread that it runs in; await it`)
    refuseToBlock(this.#call)
    this.#parts().waits.whileBlocked(this, currentScope()?.turn, () => this.#block(future, ms))
  }

  // ── As something that is waited for (S18) ─────────────────────────────────────────────────────────────────────────────────

  get waits(): CallWait | undefined {
    return this.#call.waits
  }

  set waits(waits: CallWait | undefined) {
    this.#call.waits = waits
  }

  whereabouts(): Whereabouts {
    const { id, place } = this.#call
    return { kind: 'lent', place, pid: OUTSIDE, call: id }
  }

  fail(error: Deadlock): void {
    this.#parts().calls.giveUp(this.#call, error, error)
  }

  cancelled(reason: unknown): void {
    this.#parts().calls.giveUp(this.#call, new AbortError(`${this.what} was cancelled`, { executed: 'maybe' }), reason)
  }
}

/** Throws where a blocking wait for a call could not end, since a function that it has lent runs in the thread that would be blocked. */
export function refuseToBlock({ loan, what }: OpenCall): void {
  if (loan?.hasFunctions === true)
    throw new CannotBlockHere(
      `${what}: get() would block the thread that the function runs in which this call has lent; await it`,
    )
}
