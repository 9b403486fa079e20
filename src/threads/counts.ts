/**
 * What one thread has counted (S1, S13, S16), in shared memory: so it is known of a thread that is blocked, and of one that has died, too.
 *
 *   a message that is sent here      SENT ─▶ refused here, with a reason          ▶ what is not yet any of these is held here
 *                                        ├─▶ put into a mailbox of this thread
 *                                        ╰─▶ in the ledger with another thread     (CLOSED: with one that is dead)
 *   one that has come                TAKEN ─▶ handled, or dropped, with a reason
 *
 * Only totals (and one level, LENT), each with one writer, the thread itself, and counted in that order: so a thread may be ended between any two counts, and what
 * it had in hand is the difference. Nothing is counted twice or not at all (`lostWith`). 64-bit floats, which a 64-bit machine writes in one piece;
 * who reads them while the thread runs has a sample.
 */

import { DROP_REASONS, type DropReason } from '../core/host.ts'
import type { Counters } from '../wire/kernel-protocol.ts'

const SENT = 0
const HANDLED = 1
const UNASKED = 2
const SENT_LOCALLY = 3
const TAKEN_LOCALLY = 4
const CLOSED_SENT = 5
const CLOSED_TAKEN = 6
const LEFT_BY_DEAD = 7
const LENT = 8
const REFUSED = 9
const DROPPED = REFUSED + DROP_REASONS.length
const ASIDE = DROPPED + DROP_REASONS.length
const SLOTS = ASIDE + DROP_REASONS.length
/** Where a reason stands behind REFUSED, DROPPED and ASIDE. */
const AT = Object.fromEntries(DROP_REASONS.map((reason, at) => [reason, at])) as Readonly<Record<DropReason, number>>

/** The account with another thread, as it was when it was closed. */
export interface ClosedAccount {
  /** Messages that this thread had sent there, and such from there that it had taken, in all. */
  readonly sent: number
  readonly taken: number
  /** Messages from there that wait here. */
  readonly waiting: number
}

export class Counts {
  /** How many bytes of shared memory they need. */
  static readonly bytes = SLOTS * Float64Array.BYTES_PER_ELEMENT

  readonly #slots: Float64Array

  constructor(buffer: SharedArrayBuffer, offset: number) {
    this.#slots = new Float64Array(buffer, offset, SLOTS)
  }

  /** Calls, tells and notifications (each observer's) that objects of this thread have sent. */
  sent(): void {
    this.#slots[SENT]!++
  }

  /** Calls, tells and notifications that were begun here; -1 for one that was put back. */
  handled(messages: number): void {
    this.#slots[HANDLED]! += messages
  }

  /** A failed Future that nobody asked for. */
  unasked(): void {
    this.#slots[UNASKED]!++
  }

  /** A message of an object of this thread that does not leave it. */
  refused(reason: DropReason): void {
    this.#slots[REFUSED + AT[reason]]!++
  }

  /** A message that was taken here, and that nobody handles. */
  dropped(reason: DropReason): void {
    this.#slots[DROPPED + AT[reason]]!++
  }

  /** What is no message that was sent (late answers), and messages that were lost with another thread. */
  aside(reason: DropReason, messages: number): void {
    this.#slots[ASIDE + AT[reason]]! += messages
  }

  /** A message for an object of this thread is in its mailbox. */
  sentLocally(): void {
    this.#slots[SENT_LOCALLY]!++
  }

  /** Such a message, or one that a dead thread has left here, was begun or is dropped; -1 for one that was put back. */
  takenLocally(messages: number): void {
    this.#slots[TAKEN_LOCALLY]! += messages
  }

  /** Another thread is dead, and so is the ledger with it. */
  closed({ sent, taken, waiting }: ClosedAccount): void {
    this.#slots[CLOSED_SENT]! += sent
    this.#slots[CLOSED_TAKEN]! += taken
    this.#slots[LEFT_BY_DEAD]! += waiting
  }

  /** How many functions and AbortSignals of this thread others hold now: a level, where all else here only grows. */
  lent(now: number): void {
    this.#slots[LENT] = now
  }

  /** Anybody. */
  get lentNow(): number {
    return this.#slots[LENT]!
  }

  /** Anybody: what has been counted until now. */
  read(): Counters {
    const slots = this.#slots
    const dropped = DROP_REASONS.map((reason, i): [DropReason, number] => [
      reason,
      slots[REFUSED + i]! + slots[DROPPED + i]! + slots[ASIDE + i]!,
    ])
    return {
      sent: slots[SENT]!,
      handled: slots[HANDLED]!,
      unasked: slots[UNASKED]!,
      dropped: Object.fromEntries(dropped.filter(([, messages]) => messages > 0)),
    }
  }

  /**
   * Anybody, once the thread is dead: how many messages it has taken with it that no other thread knows of. `open`: what it has sent and taken in
   * all by the ledgers that were not closed, modulo 2^32.
   */
  lostWith(open: { readonly sent: number; readonly taken: number }): number {
    const slots = this.#slots
    const sumFrom = (first: number): number =>
      slots.subarray(first, first + DROP_REASONS.length).reduce((a, b) => a + b, 0)
    const placed = open.sent + slots[CLOSED_SENT]! + slots[SENT_LOCALLY]! + sumFrom(REFUSED)
    const taken = open.taken + slots[CLOSED_TAKEN]! + slots[TAKEN_LOCALLY]!
    const held = (slots[SENT]! - placed) | 0
    const waiting = slots[SENT_LOCALLY]! + slots[LEFT_BY_DEAD]! - slots[TAKEN_LOCALLY]!
    const inHand = (taken - slots[HANDLED]! - sumFrom(DROPPED)) | 0
    return held + waiting + inHand
  }
}

/** Counters of several threads in one. */
export function sumOf(all: readonly Counters[]): Counters {
  const sum = { sent: 0, handled: 0, unasked: 0 }
  const dropped: Record<string, number> = {}
  for (const counters of all) {
    sum.sent += counters.sent
    sum.handled += counters.handled
    sum.unasked += counters.unasked
    for (const [reason, messages] of Object.entries(counters.dropped))
      dropped[reason] = (dropped[reason] ?? 0) + messages
  }
  return { ...sum, dropped }
}
