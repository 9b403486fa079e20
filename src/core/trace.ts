/**
 * Trace: what happens to messages and objects, told to whoever listens; for the invariants that are checked after simulated runs.
 *
 *   send ─▶ (the road) ─▶ enqueue ─▶ begin ─▶ postpone? ─▶ end ─▶ … ─▶ settled
 *                            ╰─▶ dropped                              (a call, exactly once)
 *
 * Off by default: a host without a listener pays one look at a field. `message` is the Message
 * itself, which is one and the same in a mailbox from `enqueue` to its end. A listener must not throw, nor send anything.
 */

import type { Future } from './future.ts'
import type { DropReason } from './host.ts'
import type { Identity } from './identity.ts'
import type { Message } from './message.ts'

export type TraceEvent =
  /** An object (or code outside any, pid 0) has sent a message; told once for each receiver, when it is called, not when it leaves. */
  | {
      readonly kind: 'send'
      readonly from: number
      readonly to: string
      readonly method: string
      readonly args: readonly unknown[]
      readonly manner: 'call' | 'tell' | 'notify'
      /** The Future of a call, by which its settling is told. */
      readonly call: object | undefined
    }
  /** An object waits for a Future: of a call `to` somebody, or one that was made by hand. */
  | {
      readonly kind: 'wait'
      readonly pid: number
      readonly future: Future<unknown>
      readonly what: string
      readonly to: string | undefined
    }
  /** An object waits for time to pass. */
  | { readonly kind: 'pause'; readonly pid: number; readonly until: number }
  /** The Future of a call that `pid` made has its outcome. */
  | { readonly kind: 'settled'; readonly pid: number; readonly call: object; readonly ok: boolean }
  | { readonly kind: 'enqueue' | 'end' | 'postpone'; readonly object: Identity; readonly message: Message }
  /** `beside`: its method is interleaved, and may run beside others (S4). */
  | { readonly kind: 'begin'; readonly object: Identity; readonly message: Message; readonly beside: boolean }
  | { readonly kind: 'dropped'; readonly object: Identity; readonly message: Message; readonly reason: DropReason }
  /** A State is entered or left. */
  | { readonly kind: 'enter' | 'leave'; readonly object: Identity; readonly state: string }
  /** This incarnation is over: halted, its mail kept, or dead for good. */
  | {
      readonly kind: 'halted' | 'ended'
      readonly object: Identity
      readonly reason: string
      readonly isCrash: boolean
    }
  /** Its thread has died, and this incarnation with it. */
  | { readonly kind: 'lost'; readonly object: Identity }
  /** The next incarnation of an object that was halted takes its mail over. */
  | { readonly kind: 'restart'; readonly object: Identity }

export type Trace = (event: TraceEvent) => void
