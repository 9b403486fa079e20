/** How the caller of an open call stops waiting for it without an answer: its deadline passes (S15), or its signal aborts (S14). */

import { AbortError, FutureShock } from '../core/errors.ts'
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
  call.signal = signal
  call.cleanUp = onAbort(signal, () => calls.giveUp(call, abortedBy(signal, call), signal.reason))
}

/** How long the streams are read that the answer of a call has brought. */
export interface StreamLimits {
  /** The error of those whose deadline has passed, also where this thread's timer has not noticed yet: their producer's signal has aborted by then. */
  late(): FutureShock | undefined
  end(): void
}

/** The limits of a call for the streams that its answer has brought: `fail` ends them. */
export function limitStreams({ clock }: Parts, call: OpenCall, fail: (error: Error) => void): StreamLimits {
  const { deadline, signal, what } = call
  const shock = (): FutureShock =>
    new FutureShock(`timeout: the stream of ${what} had not ended before its deadline`, 'maybe')
  const timer =
    deadline === undefined ? undefined : clock.after(Math.max(0, deadline - clock.now()), () => fail(shock()))
  const remove = signal && onAbort(signal, () => fail(abortedBy(signal, call)))
  return {
    late: () => (deadline !== undefined && deadline <= clock.now() ? shock() : undefined),
    end: () => {
      timer?.cancel()
      remove?.()
    },
  }
}

function abortedBy(signal: AbortSignal, { what }: OpenCall): AbortError {
  return new AbortError(`${what} was cancelled by its signal`, { executed: 'maybe', cause: signal.reason })
}

/** Gives what takes the listener off again. */
function onAbort(signal: AbortSignal, listener: () => void): () => void {
  signal.addEventListener('abort', listener, { once: true })
  return () => signal.removeEventListener('abort', listener)
}
