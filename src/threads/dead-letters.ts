/**
 * Dead letters of one thread, on their way to those who listen (S1): messages that were not handled, without what they brought (S41).
 *
 *   drop ──▶ nobody listens: nothing          (it is counted and logged in any case)
 *        ──▶ [ at most MOST ] ──after EVERY_MS──▶ kernel ──▶ main thread
 *        ──▶ no room: missed         ◀── taken ──────────────╯   then the next ones
 *
 * Invariant: at most MOST letters wait here, and as many are on their way, of which the main thread says when it has taken them: so a
 * flood of drops, or a main thread that stands still, costs bounded memory everywhere, and each drop that is not told of is in `missed`.
 */

import type { Clock } from '../core/clock.ts'
import type { DropReason } from '../core/host.ts'
import type { DroppedMessage, ToKernel } from '../wire/kernel-protocol.ts'

/** Letters that go at once, at most. */
const MOST = 1_000
/** How long they are gathered, in ms: so a thread tells of 20,000 in a second at most. */
const EVERY_MS = 50

/** A message that was not handled. */
export type Undelivered = Omit<DroppedMessage, 'reason'>

export class DeadLetters {
  readonly #clock: Clock
  readonly #tell: (message: ToKernel) => void
  #isHeard = false
  #letters: DroppedMessage[] = []
  #missed = 0
  /** Some will go soon, or are on their way. */
  #isBusy = false

  constructor(clock: Clock, tell: (message: ToKernel) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** Somebody listens from now on, or nobody any more. */
  hear(on: boolean): void {
    this.#isHeard = on
    if (on) return
    this.#letters = []
    this.#missed = 0
  }

  /** How many wait here or were missed, and will not be sent: the kernel is gone. */
  get unsent(): number {
    return this.#letters.length + this.#missed
  }

  put(reason: DropReason, letter: Undelivered): void {
    if (!this.#isHeard) return
    if (this.#letters.length === MOST) this.#missed++
    else this.#letters.push({ ...letter, reason })
    if (this.#isBusy) return
    this.#isBusy = true
    this.#clock.after(EVERY_MS, () => this.flush())
  }

  /** The main thread has taken what was sent. */
  taken(): void {
    this.#clock.after(EVERY_MS, () => this.flush())
  }

  /** Sends what there is; called at the end of the thread, too. */
  flush(): void {
    if (this.#letters.length === 0) {
      this.#isBusy = false
      return
    }
    this.#isBusy = true
    this.#tell({ kind: 'deadLetters', letters: this.#letters, missed: this.#missed })
    this.#letters = []
    this.#missed = 0
  }
}
