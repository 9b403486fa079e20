/**
 * Objects that wait for a Future which was made by hand (S18).
 *
 * Who will set it, nobody knows, so no circle can be seen there. But an object that waits takes no message meanwhile; where the one that
 * would set the Future is among those that wait for it, it waits for ever. That cannot be told from a wait that is merely long, so it
 * is no error: a line of the log, once for each method, if mail waits all the while.
 */

import type { Cell } from '../core/cell.ts'
import type { Clock } from '../core/clock.ts'
import { noteSettled, type Future } from '../core/future.ts'
import type { Turn, Wait } from '../core/turn.ts'
import { Ageing, type Aged } from './ageing.ts'

/** How long mail may wait meanwhile before that is worth a line, in ms: as long as until a handler counts as stuck (S37). */
export const WARN_MS = 5_000

export class OwnFutures {
  readonly #cells: ReadonlyMap<number, Cell>
  readonly #standing: Ageing<OwnWait>
  /** The methods that were warned of, by class: as many as a program has. */
  readonly #warned = new Set<string>()

  constructor(clock: Clock, cells: ReadonlyMap<number, Cell>) {
    this.#cells = cells
    this.#standing = new Ageing(clock, WARN_MS, (wait) => this.#look(wait))
  }

  /** The code of `turn` waits for it. */
  asked(future: Future<unknown>, turn: Turn | undefined): Wait | undefined {
    if (turn === undefined || turn.isOver) return undefined
    const wait = new OwnWait(turn, this.#standing)
    turn.waitFor(wait)
    noteSettled(future, () => wait.end())
    return wait
  }

  close(): void {
    this.#standing.close()
  }

  #look(wait: OwnWait): void {
    const { message, scope } = wait.turn
    const cell = this.#cells.get(scope.pid)
    // Beside others it keeps nobody waiting.
    if (cell === undefined || cell.turns.inHand !== wait.turn) return
    const what = `${cell.traits?.className}.${message.method}`
    if (this.#warned.has(what)) return
    if (cell.waiting === 0) return this.#standing.add(wait)
    this.#warned.add(what)
    cell.log.warn(
      { method: message.method, waiting: cell.waiting },
      `${cell.name}.${message.method} has waited for ${WARN_MS / 1_000} s for a Future that was made by hand, and takes no message meanwhile, though ` +
        `some wait (${cell.waiting}): if one of them should lead to its answer, it waits for ever; return the Future from a method that is not async ` +
        'instead of awaiting it, or await it within(ms)',
    )
  }
}

class OwnWait implements Wait, Aged {
  readonly what = 'a Future made by hand'
  readonly isOwed = false
  readonly turn: Turn
  previousOfTurn: Wait | undefined
  nextOfTurn: Wait | undefined
  due: number | undefined
  older: Aged | undefined
  younger: Aged | undefined
  readonly #standing: Ageing<OwnWait>
  #stands = true

  constructor(turn: Turn, standing: Ageing<OwnWait>) {
    this.turn = turn
    this.#standing = standing
    standing.add(this)
  }

  release(): void {
    this.end()
  }

  end(): void {
    if (!this.#stands) return
    this.#stands = false
    this.#standing.delete(this)
    this.turn.waitNoLonger(this)
  }
}
