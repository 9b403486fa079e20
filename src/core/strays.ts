/**
 * Errors that the code of an object has thrown outside any handler: in a callback of its own making (a timer, a socket, an emitter), or as
 * a promise that it has rejected and left alone (S33).
 *
 *   error ─▶ counted ─▶ logged ─▶ waits for what is in hand ─▶ a turn of its own: its policy, onException
 *                                        ╰─ 5 s, if it shall end: it is ended with that in hand
 *
 * They are failures as those of handlers are (S31), with one difference: a handler may be open that has nothing to do with it. It is not
 * blamed (`onException` is told the origin in place of a method), and onException never runs beside it (S4). Nor is it waited for without end:
 * it may wait for the very callback that has thrown.
 */

import type { Cell } from './cell.ts'
import { followPolicy, messageOf, tellOnException } from './failure.ts'
import { ownMessage } from './message.ts'
import type { StrayOrigin } from './scope.ts'
import type { Turn } from './turn.ts'

/** How long an object that shall end for one may still have something in hand, in ms: as long as its onStop may take. */
const PATIENCE_MS = 5_000
/** How many may wait for their turn: a timer goes on throwing while a handler waits. */
const MOST_WAITING = 100

const WORDS = {
  uncaughtException: 'an uncaught exception',
  unhandledRejection: 'an unhandled rejection',
} satisfies Record<StrayOrigin, string>

interface Stray {
  readonly origin: StrayOrigin
  readonly error: unknown
  readonly reason: string
}

export class Strays {
  readonly #cell: Cell
  /** Each has a message in the mailbox. */
  readonly #waiting: Stray[] = []

  constructor(cell: Cell) {
    this.#cell = cell
  }

  /** Takes one; never throws. */
  take(origin: StrayOrigin, error: unknown): void {
    const cell = this.#cell
    const reason = `${WORDS[origin]}: ${messageOf(error)}`
    const message = ownMessage(cell.pid, 'stray', origin)
    if (cell.isOver) {
      cell.log.debug({ err: error, method: origin }, `${cell.name}, an incarnation that is over: ${reason}`)
      return cell.host.dropped(cell, message, 'old incarnation')
    }
    cell.failed++
    const inHand = cell.turns.first?.message.method
    const meanwhile = inHand === undefined ? '' : `, while ${inHand} was in hand`
    const isTooMany = this.#waiting.length >= MOST_WAITING
    const untold = isTooMany ? `; onException is not told of it, since ${MOST_WAITING} wait for that` : ''
    cell.log.error({ err: error, method: origin }, `${cell.name} failed by ${reason}${meanwhile}${untold}`)
    if (isTooMany) return
    this.#waiting.push({ origin, error, reason })
    cell.enqueue(message)
    if (cell.identity.failure.action !== 'resume') this.#endIfItWaits(reason)
  }

  /** The turn of the first one that waits; a promise only where `onException` is asked, which never rejects. */
  handle(turn: Turn): Promise<void> | undefined {
    const { origin, error, reason } = this.#waiting.shift()!
    followPolicy(this.#cell, reason, { isCrash: false })
    return tellOnException(this.#cell, turn, [origin, error])
  }

  #endIfItWaits(reason: string): void {
    const cell = this.#cell
    cell.host.clock.after(PATIENCE_MS, () => {
      if (!cell.isOpen) return
      followPolicy(cell, reason, { isCrash: false })
      cell.endNow(reason)
    })
  }
}
