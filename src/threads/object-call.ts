/**
 * A call of a method of an object, as its caller has it; at the same time what the Future of the call is tied to, and what is waited for
 * when that is (S18): one object for each call.
 */

import { AbortError, CannotBlockHere, CannotWaitHere, Deadlock } from '../core/errors.ts'
import { Future, tieFuture, type FutureKeeper, type FutureTie } from '../core/future.ts'
import type { Turn, Wait } from '../core/turn.ts'
import { refuseToBlock } from './application-tie.ts'
import type { NamedTarget } from './directory.ts'
import { OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { currentScope } from './scopes.ts'
import { tellWait } from './tell-trace.ts'
import type { Awaited, Whereabouts } from './waits.ts'

/** What all calls of a thread have in common. */
export interface Calling {
  readonly parts: Parts
  readonly keeper: FutureKeeper
  readonly block: FutureTie['block']
}

export class ObjectCall extends OpenCall implements FutureTie, Awaited {
  readonly #calling: Calling
  readonly #target: NamedTarget
  readonly #method: string

  constructor(calling: Calling, target: NamedTarget, method: string) {
    super(new Future<unknown>())
    this.#calling = calling
    this.#target = target
    this.#method = method
    tieFuture(this.future, this, calling.keeper)
  }

  get name(): string {
    return this.#target.name
  }

  get what(): string {
    return `${this.name}.${this.#method}`
  }

  get settable(): boolean {
    return false
  }

  /** Whether it was sent, or waits to be, and is not settled. One whose signal had aborted before was never opened. */
  #isOpen(): boolean {
    return this.#calling.parts.calls.isOpen(this)
  }

  asked(future: Future<unknown>, by?: Turn): Wait | undefined {
    const { trace } = this.#calling.parts
    if (trace !== undefined) tellWait(trace, future, this.what, this.#target.name)
    if (!this.#isOpen()) return undefined
    const level = this.#target.located?.level
    const error = level === undefined ? undefined : waitThatNeverEnds(this.#calling.parts, this, level)
    if (error === undefined) return this.#calling.parts.waits.begin(this, by ?? currentScope()?.turn, by !== undefined)
    // It has been sent, and would run once the other has started: the error says 'no', so it must not. Only the receiver knows whether
    // it has begun it meanwhile, so only the receiver can say that.
    this.#calling.parts.calls.withdraw(this, error)
    return undefined
  }

  block(future: Future<unknown>, ms: number | undefined): void {
    const { located, name, pid } = this.#target
    const scope = currentScope()
    if (scope?.turn !== undefined && scope.pid === pid) return this.#failOwn(scope.turn, name)
    if (located?.place === this.#calling.parts.here)
      throw new CannotBlockHere(
        `${this.what}: get() would block the thread that ${name} itself lives in, so it could never answer; await the Future, or give ` +
          `${name} a thread of its own`,
      )
    refuseToBlock(this)
    const { clock, calls, waits } = this.#calling.parts
    const now = clock.now()
    const left = this.deadline === undefined ? Infinity : this.deadline - now
    const limit = ms === undefined && left === Infinity ? undefined : Math.min(ms ?? Infinity, Math.max(0, left))
    waits.whileBlocked(this, scope?.turn, () => this.#calling.block(future, limit))
    if (!future.isReady && this.deadline !== undefined && this.deadline <= clock.now()) calls.expired(this)
  }

  /** It blocks for itself: a circle that no time could end. */
  #failOwn({ message }: Turn, name: string): void {
    const cycle = [`${name}.${message.method}`, name]
    this.fail(new Deadlock(this.what, { cycle, executed: 'no' }), { isBegun: false })
  }

  // ── As something that is waited for (S18) ─────────────────────────────────────────────────────────────────────────────────

  whereabouts(): Whereabouts {
    const { id, place, to: pid } = this
    if (place !== undefined) return { kind: 'sent', place, pid, call: id }
    const { located } = this.#target
    if (located === undefined) return { kind: 'held', place: undefined, pid: this.#target.pid, call: id }
    return { kind: 'line', place: located.place, pid: located.pid, call: id }
  }

  fail(error: Deadlock, { isBegun }: { readonly isBegun: boolean }): void {
    if (isBegun) this.#calling.parts.calls.giveUp(this, error, error)
    else this.#calling.parts.calls.withdraw(this, error)
  }

  cancelled(reason: unknown): void {
    this.#calling.parts.calls.giveUp(this, new AbortError(`${this.what} was cancelled`, { executed: 'maybe' }), reason)
  }
}

/**
 * The error for a wait in a hook of the start sequence on something that has not started yet (S27); undefined where the wait can end.
 *
 * While the system starts, an object of a level above `openedLevel` handles no message, and it will not before this hook has ended.
 */
function waitThatNeverEnds(parts: Parts, call: ObjectCall, level: number): CannotWaitHere | undefined {
  const scope = currentScope()
  const message = scope?.turn?.message
  if (
    scope === undefined ||
    message?.kind !== 'hook' ||
    message.method === 'onStop' ||
    level <= parts.system.openedLevel
  )
    return undefined
  const { name, what } = call
  if (parts.cells.get(scope.pid)?.name === name)
    return new CannotWaitHere(
      `${what} was awaited by ${name} itself in ${message.method}, before it has started: it could never be answered; call the method ` +
        'directly (this.method()), or tell() it',
    )
  const cure =
    message.method === 'onStart'
      ? `let it start before (after: ['${name}']), or tell() it`
      : `call it in onStart (with after: ['${name}']), or tell() it`
  return new CannotWaitHere(
    `${what} was awaited in ${message.method}, before ${name} has started: it could never be answered; ${cure}`,
  )
}
