/** What a message carries of whoever sends it: the object and the turn that the running code belongs to (S15, S40). */

import type { Clock } from '../core/clock.ts'
import { NO_CONTEXT, type MessageContext } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'

/** The context of a call that code of `scope` makes now; `timeout`: how long its caller waits, in ms. */
export function contextOf(clock: Clock, scope: Scope | undefined, timeout: number | undefined): MessageContext {
  const turn = scope?.turn
  const inherited = turn === undefined ? NO_CONTEXT : turn.contextOfCalls
  if (timeout === undefined) return inherited
  return { ...inherited, deadline: Math.min(clock.now() + timeout, inherited.deadline ?? Infinity) }
}

/** The context of what is told: nobody waits for it, so it inherits no deadline and no chain. */
export function tellContextOf(scope: Scope | undefined): MessageContext {
  const trace = scope?.turn?.message.context.trace
  return trace === undefined ? NO_CONTEXT : { ...NO_CONTEXT, trace }
}
