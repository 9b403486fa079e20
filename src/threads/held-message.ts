/**
 * A message that waits at its sender (S8, S11): until its receiver is known, or for room in the receiver's mailbox.
 *
 * Invariant: it leaves once, sent or dropped. Until then it is sent and not placed anywhere, so it is counted as lost if its thread dies (counts.ts).
 */

export class HeldMessage {
  #isHeld = true

  get isHeld(): boolean {
    return this.#isHeld
  }

  /** False where it has left before. */
  leave(): boolean {
    if (!this.#isHeld) return false
    this.#isHeld = false
    return true
  }
}
