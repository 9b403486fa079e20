/**
 * What objects' threads say to each other over a Link: two unions, one for each lane. How they look as bytes is packet-codec.ts.
 *
 * Everything is addressed by pid: a pid lives in one place and is never used again. `id` numbers calls (and observe, watch) of one
 * thread towards all others; `future` numbers the Futures that a thread has handed out, `lent` and `signal` the functions and AbortSignals that
 * it has lent, `loan` the messages that took them along.
 */

import type { MessageContext } from '../core/message.ts'
import type { Bound } from '../core/mailbox.ts'
import type { Reads } from './kernel-protocol.ts'

export const PROTOCOL_VERSION = 3

/** Request lane: in order with everything else that its sender sends to its receiver (S2). */
export type Request =
  /** Exactly one `reply` to `id` follows. */
  | {
      readonly kind: 'call'
      readonly to: number
      readonly from: number
      readonly id: number
      readonly method: string
      readonly context: MessageContext
      readonly args: unknown
    }
  /** Nothing follows. */
  | {
      readonly kind: 'tell' | 'notify'
      readonly to: number
      readonly from: number
      readonly method: string
      readonly context: MessageContext
      readonly args: unknown
    }
  /**
   * `from` begins or ends to observe `to`; a `reply` to `id` follows. `name` and `methods` are those of `from`; `reads`: it takes what comes
   * as it is (`events(remote)`), and has no methods.
   */
  | {
      readonly kind: 'observe'
      readonly to: number
      readonly from: number
      readonly id: number
      readonly on: boolean
      readonly name: string
      readonly methods: readonly string[]
      readonly bound: Bound | undefined
      readonly reads: Reads | undefined
    }
  /** Answers `id` once all is on its way that somebody who has ended had notified. */
  | { readonly kind: 'ended'; readonly id: number }
  /** The AbortSignal of that number, which a message before has brought, has aborted. In order with that message, so that it finds it there. */
  | { readonly kind: 'abort'; readonly signal: number; readonly reason: unknown }

/** Answer lane: answers and system messages; they overtake requests (S3). */
export type Reply =
  /** Answers `id` with a value. */
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  /** Answers `id` with an error. */
  | { readonly kind: 'error'; readonly id: number; readonly error: unknown }
  /** The caller of `id` has given up (S14). */
  | { readonly kind: 'cancel'; readonly id: number; readonly reason: unknown }
  /** Takes `id` back unless it was begun; then it is answered with this error. */
  | { readonly kind: 'withdraw'; readonly id: number; readonly error: unknown }
  /** To the owner of a Future: one who holds it gives it its outcome. */
  | { readonly kind: 'settle'; readonly future: number; readonly ok: boolean; readonly value: unknown }
  /** To the owner of a Future: one who holds it waits for it; a `value` or `error` to `id` follows. */
  | { readonly kind: 'ask'; readonly future: number; readonly id: number }
  /** To the owner of a Future: the object `pid` in thread `place`, of that name, holds it from now on. */
  | {
      readonly kind: 'hold'
      readonly future: number
      readonly pid: number
      readonly place: number
      readonly name: string
    }
  /** To the owner of a Future: a message that brought it to the object `pid` was not handled, because of this error. */
  | { readonly kind: 'release'; readonly future: number; readonly pid: number; readonly error: unknown }
  /** Tell me when an incarnation of `pid` is over; one `down` follows for each, the last one at once if it is dead. */
  | { readonly kind: 'watch'; readonly pid: number }
  /** `isLast`: the object is dead; else another incarnation may follow. */
  | { readonly kind: 'down'; readonly pid: number; readonly isLast: boolean; readonly reason: string }
  /** Senders here stand in line for the mailbox of `pid`; one `room` follows as soon as there is some (S8). */
  | { readonly kind: 'want'; readonly pid: number }
  | { readonly kind: 'room'; readonly pid: number }
  /** What keeps the answer to this call of thread `place`, or room for that message (S18)? A `value` to `id` follows. */
  | {
      readonly kind: 'behind'
      readonly id: number
      readonly place: number
      readonly stands: 'sent' | 'line' | 'held' | 'lent'
      readonly pid: number
      readonly call: number
      /** Only what has waited since then, on the clock of all threads. */
      readonly since: number
    }
  /** To the lender of a function: calls it. A `value`, `error` or `gone` to `id` follows. In order before the answer of the handler that calls. */
  | {
      readonly kind: 'apply'
      readonly id: number
      readonly lent: number
      readonly deadline: number | undefined
      readonly args: unknown
    }
  /** Answers an `apply`: that function is not lent any more; nothing was run. */
  | { readonly kind: 'gone'; readonly id: number }
  /** To the lender of a function: it is kept beyond the message that brought it, once more; a `letGo` for each `keep`. */
  | { readonly kind: 'keep'; readonly lent: number }
  | { readonly kind: 'letGo'; readonly lent: number }
  /** To the lender: a message without an answer is done with; what came with it, under the number of the loan, is given back. */
  | { readonly kind: 'giveBack'; readonly loan: number }

export type Packet = Request | Reply
