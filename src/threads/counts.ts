/**
 * What one thread has counted (S1, S13, S16), in shared memory: so it is known of a thread that is blocked, and of one that has died, too.
 *
 * Each number has one writer, the thread itself. They are 64-bit floats, which a 64-bit machine writes in one piece; who reads them while
 * the thread runs has a sample.
 */

import { DROP_REASONS, type DropReason } from '../core/host.ts'
import type { Counters } from '../wire/kernel-protocol.ts'

const SENT = 0
const HANDLED = 1
const UNASKED = 2
const WAITING_HERE = 3
const HELD_HERE = 4
const DROPPED = 5
const SLOTS = DROPPED + DROP_REASONS.length

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

  dropped(reason: DropReason, messages: number): void {
    this.#slots[DROPPED + DROP_REASONS.indexOf(reason)]! += messages
  }

  /** Messages from objects of this thread to others of it that wait for their turn: nobody but this thread knows of them. */
  waitingHere(messages: number): void {
    this.#slots[WAITING_HERE]! += messages
  }

  /** Messages held at their sender: their receiver is not known, its thread has not been introduced to this one, or its mailbox has no room. */
  heldHere(messages: number): void {
    this.#slots[HELD_HERE]! += messages
  }

  /** Anybody: what has been counted until now. */
  read(): Counters {
    const slots = this.#slots
    const dropped = DROP_REASONS.map((reason, i): [DropReason, number] => [reason, slots[DROPPED + i]!])
    return {
      sent: slots[SENT]!,
      handled: slots[HANDLED]!,
      unasked: slots[UNASKED]!,
      dropped: Object.fromEntries(dropped.filter(([, messages]) => messages > 0)),
    }
  }

  /** Anybody, once the thread is dead: how many messages it has taken with it that no other thread knows of. */
  get lost(): number {
    return this.#slots[WAITING_HERE]! + this.#slots[HELD_HERE]!
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
