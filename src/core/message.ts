/**
 * A message as it stands in a mailbox, in this thread's memory. How it travels is `wire/protocol.ts`.
 *
 *   call     answered once, by `reply`
 *   tell     no answer
 *   notify   a tell to an observer
 *   timer    a timeout of the object's own; `own` says whether it still stands when its turn comes
 *   down     an object that is watched has died
 *   io       something that the object owns outside of tsworks, a socket say, has brought it news (belongings.ts)
 *   stray    an error of the object's own code, thrown outside any handler; strays.ts has it
 *   hook     onInit, onStart, …: never queued; the form that a turn has while a hook runs
 */

import type { Outcome } from './future.ts'
import type { Turn } from './turn.ts'

export type MessageKind = 'call' | 'tell' | 'notify' | 'timer' | 'io' | 'down' | 'stray' | 'hook'

/** What a message carries of the turn that sent it (S40). */
export interface MessageContext {
  /** When the caller stops waiting, on the shared monotonic clock in ms (S15). */
  readonly deadline: number | undefined
  /** The pids of the handlers that wait for this call, the first caller first. */
  readonly chain: readonly number[]
  /** Trace context, as the user's tracing library writes it. */
  readonly trace: string | undefined
}

export const NO_CONTEXT: MessageContext = { deadline: undefined, chain: [], trace: undefined }

/** What the object's own life has brought, a timer that has fired say, and waits in the mailbox for its turn. */
export interface OwnEvent {
  /** False once it was cancelled, replaced, or its State is gone: then it does nothing (S26). */
  isCurrent(): boolean
  /** Does what it is for. */
  run(): unknown
}

/**
 * What is noted of a message where others can read it once this thread has died (S33): whether it has begun. The notes of one message alternate:
 * begun, postponed, begun, …; the last one is begun or dropped.
 */
export interface Receipt {
  /** It is handled from now on. */
  begun(): void
  /** It was put back, and waits again. */
  postponed(): void
  /** It will never be handled. */
  dropped(): void
}

/** What the maker of a stream has thrown, and whether its reader hears of it. */
export interface StreamFailure {
  readonly thrown: unknown
  readonly isRead: boolean
}

/** Streams that an answer has brought along. What they are made of is code of its handler, which so goes on until they have ended (S4). */
export interface Streaming {
  /** Calls `then` once all have ended, at once where they have; with what one has thrown, and whether its reader hears of that. */
  whenOver(then: (failure?: StreamFailure) => void): void
  /** Ends them: their readers get the error. */
  close(error: unknown): void
}

/** What a message has brought only for as long as it is handled: functions and AbortSignals (S6). */
export interface Loan {
  /** Its handler has ended, or there will be none: what it has brought is given back. Again is harmless. */
  end(): void
}

/** Answers a call. */
export interface Replier {
  /**
   * Called once, in a turn of the object or without; gives the streams that the answer has brought along. Never throws: an answer that cannot
   * travel is the host's to turn into an error (S11).
   */
  answer(outcome: Outcome, turn?: Turn): Streaming | undefined
}

export interface Message {
  readonly kind: MessageKind
  readonly method: string
  readonly args: readonly unknown[]
  /** The pid of the object that sent it; OUTSIDE where none did. */
  readonly from: number
  readonly context: MessageContext
  /** Of a call: answers it. */
  readonly reply: Replier | undefined
  /** Of a timer and of news: what is done when it is handled. */
  readonly own: OwnEvent | undefined
  /** undefined for what the object's own life brings: timers, hooks, notices of deaths; but for news. */
  readonly receipt: Receipt | undefined
  /** Ended by whoever answers a call; of a message without an answer by its turn; of one that is dropped by the host. */
  readonly loan: Loan | undefined
}

/** Whether another has sent it: such messages are counted, take room in the mailbox (S8), and outlive an incarnation (S32). */
export function wasSent({ kind }: Message): boolean {
  return kind === 'call' || kind === 'tell' || kind === 'notify'
}

/** A message of the life of an object itself; of news `own` takes note of what becomes of it. */
export function ownMessage(
  pid: number,
  kind: 'hook' | 'timer' | 'io' | 'stray',
  method: string,
  own?: OwnEvent | (OwnEvent & Receipt),
): Message {
  return {
    kind,
    method,
    args: [],
    from: pid,
    context: NO_CONTEXT,
    reply: undefined,
    own,
    receipt: kind === 'io' ? (own as OwnEvent & Receipt) : undefined,
    loan: undefined,
  }
}
