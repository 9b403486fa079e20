/** What the Future of a call is tied to: the call itself. */

import { AbortError, CannotBlockHere, CannotWaitHere } from '../core/errors.ts'
import type { Future, FutureTie } from '../core/future.ts'
import type { NamedTarget } from './directory.ts'
import type { OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { currentScope } from './scopes.ts'

export class CallTie implements FutureTie {
  readonly settable = false
  readonly what: string
  readonly #parts: Parts
  readonly #target: NamedTarget
  readonly #block: FutureTie['block']
  /** Set right after the call was opened; a tie without one belongs to a call that was never sent. */
  call: OpenCall | undefined

  constructor(
    parts: Parts,
    how: { readonly target: NamedTarget; readonly what: string; readonly block: FutureTie['block'] },
  ) {
    this.#parts = parts
    this.#target = how.target
    this.what = how.what
    this.#block = how.block
  }

  asked(): void {
    const { call } = this
    if (call === undefined || !this.#parts.calls.isOpen(call)) return
    const { whereabouts, name } = this.#target
    const level = whereabouts.kind === 'at' ? whereabouts.location.level : undefined
    const error = level === undefined ? undefined : waitThatNeverEnds(this.#parts, name, { level, call: this.what })
    if (error === undefined) return
    // It has been sent, and would run once the other has started: the error says 'no', so it must not. Only the receiver knows whether
    // it has begun it meanwhile, so only the receiver can say that.
    this.#parts.calls.withdraw(call, error)
  }

  block(future: Future<unknown>, ms: number | undefined): void {
    const { whereabouts, name } = this.#target
    if (whereabouts.kind === 'at' && whereabouts.location.place === this.#parts.here)
      throw new CannotBlockHere(
        `${this.what}: get() would block the thread that ${name} itself lives in, so it could never answer; await the Future, or give ` +
          `${name} a thread of its own`,
      )
    const { call } = this
    const now = this.#parts.clock.now()
    const left = call?.deadline === undefined ? Infinity : call.deadline - now
    this.#block(future, ms === undefined && left === Infinity ? undefined : Math.min(ms ?? Infinity, Math.max(0, left)))
    if (
      call !== undefined &&
      !future.isReady &&
      call.deadline !== undefined &&
      call.deadline <= this.#parts.clock.now()
    )
      this.#parts.calls.expired(call)
  }

  settledHere(): void {}

  cancelled(reason: unknown): void {
    const { call } = this
    if (call !== undefined)
      this.#parts.calls.giveUp(call, new AbortError(`${this.what} was cancelled`, { executed: 'maybe' }), reason)
  }
}

/**
 * The error for a wait in a hook of the start sequence on something that has not started yet (S27); undefined where the wait can end.
 *
 * While the system starts, an object of a level above `openedLevel` handles no message, and it will not before this hook has ended.
 */
export function waitThatNeverEnds(
  parts: Parts,
  name: string,
  wait: { readonly level: number; readonly call: string },
): CannotWaitHere | undefined {
  const scope = currentScope()
  const message = scope?.turn?.message
  if (
    scope === undefined ||
    message?.kind !== 'hook' ||
    message.method === 'onStop' ||
    wait.level <= parts.system.openedLevel
  )
    return undefined
  if (parts.cells.get(scope.pid)?.name === name)
    return new CannotWaitHere(
      `${wait.call} was awaited by ${name} itself in ${message.method}, before it has started: it could never be answered; call the method ` +
        'directly (this.method()), or tell() it',
    )
  const cure =
    message.method === 'onStart'
      ? `let it start before (after: ['${name}']), or tell() it`
      : `call it in onStart (with after: ['${name}']), or tell() it`
  return new CannotWaitHere(
    `${wait.call} was awaited in ${message.method}, before ${name} has started: it could never be answered; ${cure}`,
  )
}
