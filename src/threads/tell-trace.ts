/** What the threads' part of the runtime tells a trace, where one listens: who sends what, and who waits for which Future. */

import { OUTSIDE } from '../core/address.ts'
import { noteSettled, type Future } from '../core/future.ts'
import type { Trace } from '../core/trace.ts'
import { currentScope } from './scopes.ts'

/** A message on its way to `to`. */
export interface SentMessage {
  readonly kind: 'call' | 'tell' | 'notify'
  readonly from: number
  readonly method: string
  readonly call: { readonly future: Future<unknown> } | undefined
}

/** A message is sent; of a call, that it is settled will be told too. */
export function tellSent(trace: Trace, to: string, message: SentMessage, args: readonly unknown[]): void {
  const { kind: manner, from, method } = message
  const future = message.call?.future
  trace({ kind: 'send', manner, from, to, method, args, call: future })
  if (future !== undefined) noteSettled(future, ({ ok }) => trace({ kind: 'settled', pid: from, call: future, ok }))
}

/** The code that runs here is about to wait; `to` is who was called, for the Future of a call. */
export function tellWait(trace: Trace, future: Future<unknown>, what: string, to?: string): void {
  trace({ kind: 'wait', pid: currentScope()?.pid ?? OUTSIDE, future, what, to })
}
