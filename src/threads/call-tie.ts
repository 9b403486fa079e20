/** What the Future of a call is tied to: the call itself. */

import { AbortError, CannotBlockHere, CannotWaitHere, Deadlock } from '../core/errors.ts'
import type { Future, FutureTie } from '../core/future.ts'
import type { Turn, Wait } from '../core/turn.ts'
import { refuseToBlock } from './application-tie.ts'
import type { NamedTarget } from './directory.ts'
import type { OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { currentScope } from './scopes.ts'
import { tellWait } from './tell-trace.ts'
import type { Awaited, CallWait, Whereabouts } from './waits.ts'

export class CallTie implements FutureTie, Awaited {
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

  asked(future: Future<unknown>, by?: Turn): Wait | undefined {
    const { trace } = this.#parts
    if (trace !== undefined) tellWait(trace, future, this.what, this.#target.name)
    const { call } = this
    if (call === undefined || !this.#parts.calls.isOpen(call)) return undefined
    const { whereabouts, name } = this.#target
    const level = whereabouts.kind === 'at' ? whereabouts.location.level : undefined
    const error = level === undefined ? undefined : waitThatNeverEnds(this.#parts, name, { level, call: this.what })
    if (error === undefined) return this.#parts.waits.begin(this, by ?? currentScope()?.turn, by !== undefined)
    // It has been sent, and would run once the other has started: the error says 'no', so it must not. Only the receiver knows whether
    // it has begun it meanwhile, so only the receiver can say that.
    this.#parts.calls.withdraw(call, error)
    return undefined
  }

  block(future: Future<unknown>, ms: number | undefined): void {
    const { whereabouts, name, pid } = this.#target
    const scope = currentScope()
    if (scope?.turn !== undefined && scope.pid === pid) return this.#failOwn(scope.turn, name)
    if (whereabouts.kind === 'at' && whereabouts.location.place === this.#parts.here)
      throw new CannotBlockHere(
        `${this.what}: get() would block the thread that ${name} itself lives in, so it could never answer; await the Future, or give ` +
          `${name} a thread of its own`,
      )
    const { call } = this
    if (call !== undefined) refuseToBlock(call)
    const now = this.#parts.clock.now()
    const left = call?.deadline === undefined ? Infinity : call.deadline - now
    const limit = ms === undefined && left === Infinity ? undefined : Math.min(ms ?? Infinity, Math.max(0, left))
    this.#parts.waits.whileBlocked(this, scope?.turn, () => this.#block(future, limit))
    if (
      call !== undefined &&
      !future.isReady &&
      call.deadline !== undefined &&
      call.deadline <= this.#parts.clock.now()
    )
      this.#parts.calls.expired(call)
  }

  /** It blocks for itself: a circle that no time could end. */
  #failOwn({ message }: Turn, name: string): void {
    const cycle = [`${name}.${message.method}`, name]
    this.fail(new Deadlock(this.what, { cycle, executed: 'no' }), { isBegun: false })
  }

  // ── As something that is waited for (S18) ─────────────────────────────────────────────────────────────────────────────────

  get waits(): CallWait | undefined {
    return this.call?.waits
  }

  set waits(waits: CallWait | undefined) {
    if (this.call !== undefined) this.call.waits = waits
  }

  whereabouts(): Whereabouts | undefined {
    const { call } = this
    if (call === undefined) return undefined
    const { id, place, to: pid } = call
    if (place !== undefined) return { kind: 'sent', place, pid, call: id }
    const { whereabouts } = this.#target
    if (whereabouts.kind !== 'at') return { kind: 'held', place: undefined, pid: this.#target.pid, call: id }
    const { location } = whereabouts
    return { kind: 'line', place: location.place, pid: location.pid, call: id }
  }

  fail(error: Deadlock, { isBegun }: { readonly isBegun: boolean }): void {
    const { call } = this
    if (call === undefined) return
    if (isBegun) this.#parts.calls.giveUp(call, error, error)
    else this.#parts.calls.withdraw(call, error)
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
function waitThatNeverEnds(
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
