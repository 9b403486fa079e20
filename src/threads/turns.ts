/**
 * Turns: what a thread does in one turn of its event loop, and whose messages it handles (S7).
 *
 *   commands that had to wait ─▶ what has arrived ─▶ calls of lent functions ─▶ a birth ─▶ the objects that are ready ─▶ is there more?
 *                                                                               ▲        none is any more, or 8 were │
 *                                                                               ╰────────────────────────────────────╯
 */

import type { Cell } from '../core/cell.ts'
import { Dispatcher } from '../core/dispatcher.ts'
import type { Births } from './births.ts'
import type { Engine } from './engine.ts'
import type { KernelLine } from './kernel-line.ts'
import type { Lending } from './lending.ts'
import type { Routes } from './routes.ts'
import type { ThreadMemory } from './shared-state.ts'
import type { UserCode } from './user-code.ts'

export interface TurnsOptions {
  readonly memory: ThreadMemory
  readonly engine: Engine
  readonly line: KernelLine
  readonly routes: Routes
  readonly lending: Lending
  readonly births: Births
  readonly userCode: UserCode
  readonly plan: () => void
}

/** So many objects have a turn between two births. */
const BATCHES = 8

/** How often the roads are looked at in a row, at most, until nothing more has arrived. */
const MOST_ROUNDS = 100_000

export class Turns {
  readonly #options: TurnsOptions
  readonly #dispatcher = new Dispatcher()
  #isTaken = false

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /** That object has something to do. */
  wake(cell: Cell): void {
    this.#dispatcher.add(cell)
    // The turn in hand comes to it, or says that there is more.
    if (!this.#isTaken) this.#options.plan()
  }

  /** Takes what has arrived and runs what is ready, within the limit of a turn; true if there is more to do at once. */
  take(): boolean {
    const { memory, engine, line, routes, lending, births, userCode } = this.#options
    // It was given up, and has come back: others have taken it for dead since, and it does nothing more (S37).
    if (memory.isFenced) return false
    this.#isTaken = true
    userCode.beginTurn()
    try {
      line.runDeferred()
      const more = routes.turn('all')
      const isOver = engine.limitTurn()
      if (!lending.isIdle) {
        lending.turn(isOver)
        // A message begins as of the last look at the clock (Clock.lastRead).
        engine.clock.now()
      }
      this.#work(isOver)
      return more || !lending.isIdle || !births.isIdle || !this.#dispatcher.isIdle
    } finally {
      this.#isTaken = false
      userCode.endTurn()
    }
  }

  /**
   * A birth, then what is ready: so a child has often done its work, and gone, before the next one is born, and few live at a time. However long one
   * of them takes, each turn has a birth and a message.
   */
  #work(isOver: () => boolean): void {
    const { births, engine } = this.#options
    for (;;) {
      if (births.bear()) engine.clock.now()
      if (this.#dispatcher.turn(isOver, BATCHES)) return
      if (this.#dispatcher.isIdle && (births.isIdle || isOver())) return
    }
  }

  /** Takes in what has arrived, and handles none of it. */
  takeArrived(): void {
    // Bounded, since others may go on sending.
    for (let round = 0; round < MOST_ROUNDS && this.#options.routes.turn('all'); round++);
  }
}
