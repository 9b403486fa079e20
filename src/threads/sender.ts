/** What a message carries of whoever sends it: the object and the turn that the running code belongs to (S15, S40). */

import { OUTSIDE } from '../core/address.ts'
import type { Clock } from '../core/clock.ts'
import { NO_CONTEXT, type MessageContext } from '../core/message.ts'
import { currentScope } from './scopes.ts'

/** The pid of the object whose code is running. */
export function senderPid(): number {
  return currentScope()?.pid ?? OUTSIDE
}

/** The context of a message that is sent now; `timeout`: how long its sender waits, in ms. */
export function contextOf(clock: Clock, kind: 'call' | 'tell', timeout: number | undefined): MessageContext {
  const scope = currentScope()
  const inHand = scope?.turn?.message
  const own = timeout === undefined ? undefined : clock.now() + timeout
  if (inHand === undefined) return own === undefined ? NO_CONTEXT : { ...NO_CONTEXT, deadline: own }
  const { context } = inHand
  // A tell is waited for by nobody: it inherits no deadline and no chain.
  if (kind === 'tell') return context.trace === undefined ? NO_CONTEXT : { ...NO_CONTEXT, trace: context.trace }
  const deadline = own === undefined ? context.deadline : Math.min(own, context.deadline ?? Infinity)
  return { deadline, chain: [...context.chain, scope!.pid], trace: context.trace }
}
