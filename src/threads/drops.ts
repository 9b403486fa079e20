/**
 * What becomes of a message that is not handled (S1): it is counted, logged, and told to those who listen to dead letters. What nobody but the
 * log could tell is a warning, once.
 */

import { OUTSIDE } from '../core/address.ts'
import type { DropReason } from '../core/host.ts'
import type { Logger } from '../core/logger.ts'
import type { Counts } from './counts.ts'
import type { DeadLetters, Undelivered } from './dead-letters.ts'

/** Different warnings of one thread, at most: names may be made by a program, without end. */
const MOST_WARNED = 1_000

/** Counts, logs and tells of one; `why`: for what its sender is not told of and has probably not meant. */
export type Drop = (reason: DropReason, letter: Undelivered, why?: () => string) => void

export class Drops {
  readonly #counts: Counts
  readonly #log: Logger
  readonly #letters: DeadLetters
  /** What a warning was given for. */
  readonly #warned = new Set<string>()

  constructor(counts: Counts, log: Logger, letters: DeadLetters) {
    this.#counts = counts
    this.#log = log
    this.#letters = letters
  }

  /** A message that was taken here is not handled. */
  readonly drop: Drop = (reason, letter, why) => {
    this.#counts.dropped(reason)
    this.#tell(reason, letter, why)
  }

  /** A message of an object of this thread does not leave it. */
  readonly refuse: Drop = (reason, letter, why) => {
    this.#counts.refused(reason)
    this.#tell(reason, letter, why)
  }

  /** What is no message that was sent and counted is not heard of. */
  readonly aside: Drop = (reason, letter, why) => {
    this.#counts.aside(reason, 1)
    this.#tell(reason, letter, why)
  }

  /** Bytes have come that are no message. */
  unreadable(): void {
    this.aside('unreadable', { kind: 'record', to: undefined, method: undefined, from: OUTSIDE })
  }

  /** A call was given up before this thread knew the thread it was for. */
  stale(): void {
    this.refuse('cancelled', { kind: 'call', to: undefined, method: undefined, from: OUTSIDE })
  }

  late(): void {
    this.aside('late answer', { kind: 'answer', to: undefined, method: undefined, from: OUTSIDE })
  }

  /** Messages were lost with another thread; nobody knows any more which they were. */
  lost(messages: number, reason: DropReason, thread: string): void {
    if (messages === 0) return
    this.#counts.aside(reason, messages)
    this.#log.debug({ reason, messages }, `${messages} messages were lost with ${thread}`)
  }

  #tell(reason: DropReason, letter: Undelivered, why?: () => string): void {
    const { kind, to, method } = letter
    const what = to === undefined ? `a ${kind}${method === undefined ? '' : ` of ${method}`}` : `${to.name}.${method}`
    this.#note(reason, what, why)
    this.#letters.put(reason, letter)
  }

  /** A warning, once for each `what`, where there is a `why`. */
  #note(reason: DropReason, what: string, why?: () => string): void {
    if (why === undefined || this.#warned.has(what) || this.#warned.size === MOST_WARNED)
      return this.#log.debug({ reason }, `${what} was not handled: ${reason}`)
    this.#warned.add(what)
    this.#log.warn({ reason }, `${what} was not handled: ${why()}; further ones are only counted`)
  }
}
