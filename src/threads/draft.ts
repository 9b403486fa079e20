/** A message as its sender has it, before it is known where it goes, and what is told of one that does not get there (S1). */

import { ActorDead, Deadlock, MailboxFull, NoSuchActor, StartError } from '../core/errors.ts'
import type { DropReason } from '../core/host.ts'
import type { MessageContext } from '../core/message.ts'
import type { Undelivered } from './dead-letters.ts'
import type { LentLoan } from './lent.ts'
import type { OpenCall } from './open-calls.ts'

/** A message before it is known where it goes. */
export interface Draft {
  readonly kind: 'call' | 'tell' | 'notify'
  readonly from: number
  readonly method: string
  readonly context: MessageContext
  readonly call: OpenCall | undefined
  /** When a call was made whose deadline, if it has one, comes with the place of its callee (`callTimeout`). */
  readonly unlimitedSince: number | undefined
  /** Others get it, too: what should move with it is copied. */
  readonly keeps?: boolean
  /** What it has lent, once it has. */
  loan: LentLoan | undefined
}

/** A message, and what it brings, as its sender has it. */
export interface Written {
  readonly draft: Draft
  readonly args: readonly unknown[]
}

/** Whom a message is for, as far as its sender knows. */
export interface Addressee {
  readonly name: string
  readonly pid: number | undefined
}

/** What a message was for, once it is known that it does not get there. */
export function letterTo(
  { name, pid }: Addressee,
  { kind, method, from }: Pick<Draft, 'kind' | 'method' | 'from'>,
): Undelivered {
  return { kind, method, to: { name, pid }, from }
}

export function dropReasonOf(error: unknown): DropReason {
  if (error instanceof MailboxFull) return 'mailbox full'
  if (error instanceof NoSuchActor) return 'no such actor'
  if (error instanceof Deadlock) return 'cancelled'
  return error instanceof ActorDead || error instanceof StartError ? 'receiver dead' : 'not cloneable'
}
