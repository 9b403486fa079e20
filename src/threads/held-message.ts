/**
 * A message that waits at its sender (S8, S11): until its receiver is known, or for room in the receiver's mailbox.
 *
 * Invariant: it leaves once, sent or dropped. Until then it is in the counts of its thread, so that it is counted as lost if that dies (S33).
 */

import type { Counts } from './counts.ts'

export class HeldMessage {
  readonly #counts: Counts
  #isHeld = true

  constructor(counts: Counts) {
    this.#counts = counts
    counts.heldHere(1)
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** False where it has left before. */
  leave(): boolean {
    if (!this.#isHeld) return false
    this.#isHeld = false
    this.#counts.heldHere(-1)
    return true
  }
}
