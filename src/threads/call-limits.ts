/** How the caller of an open call stops waiting for it without an answer: its deadline passes (S15), or its signal aborts (S14). */

import { AbortError } from '../core/errors.ts'
import type { Location } from '../wire/kernel-protocol.ts'
import type { Draft } from './draft.ts'
import type { OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'

/** Fails a call that has a deadline when that passes. */
export function limitCall({ clock, calls }: Parts, call: OpenCall): void {
  const { deadline } = call
  if (deadline === undefined) return
  call.deadlineTimer?.cancel()
  call.deadlineTimer = clock.after(Math.max(0, deadline - clock.now()), () => calls.expired(call))
}

/** Gives a call the deadline that its callee's definition says, now that it is known: counted from when the call was made. */
export function limitedBy({ callTimeout }: Location, draft: Draft, parts: Parts): Draft {
  const { call, context, unlimitedSince } = draft
  if (call === undefined || unlimitedSince === undefined || callTimeout === undefined) return draft
  const deadline = Math.min(unlimitedSince + callTimeout, context.deadline ?? Infinity)
  call.deadline = deadline
  limitCall(parts, call)
  return { ...draft, context: { ...context, deadline } }
}

/** The error for a call whose signal had aborted before it was sent; undefined where it had not. */
export function abortedBefore(what: string, signal: AbortSignal | undefined): AbortError | undefined {
  if (signal?.aborted !== true) return undefined
  return new AbortError(`${what} was not sent: its signal had aborted`, { executed: 'no', cause: signal.reason })
}

/** Cancels a call when the signal of its caller aborts. */
export function abortWith({ calls }: Parts, call: OpenCall, signal: AbortSignal | undefined): void {
  if (signal === undefined) return
  const abort = (): void =>
    calls.giveUp(
      call,
      new AbortError(`${call.what} was cancelled by its signal`, { executed: 'maybe', cause: signal.reason }),
      signal.reason,
    )
  signal.addEventListener('abort', abort, { once: true })
  call.cleanUp = () => signal.removeEventListener('abort', abort)
}
