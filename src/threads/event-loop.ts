/**
 * The event loop of a real thread: when the host's turns are.
 *
 *   woken ──────────────────────────────────────────────▶ ╭────────────── a spell ──────────────╮
 *   a message, a cell made ready ──▶ plan() ──macrotask──▶ │ turn ─▶ microtasks ─▶ look ──rung─╮ │
 *                                      ▲                  │  ▲─────────────────────────────────╯ │
 *                                      ╰──1 ms has passed─┼──────────────┴──not rung──▶ asleep ──┼─▶ until its bell rings
 *                                                         ╰─────────────────────────────────────╯
 *
 * What a turn has taken in often has code that waits for it, which goes on in microtasks, sends something, and waits for the answer. So
 * the thread does not return to Node's loop after each turn: when the microtasks are done, and the ticks that were there before, it looks at its
 * bell for some microseconds (looking.ts), and takes the next turn in the same macrotask. No turn begins when a spell has lasted for
 * its time, so timers and I/O have theirs (S7). The message that wakes the thread begins a spell where it comes in, without a macrotask of its
 * own; since many may come in one phase of Node's loop, what their spells take is added up until the loop has gone round for certain.
 */

import { setImmediate } from 'node:timers'
import { nextTick } from 'node:process'
import type { Bell } from './bell.ts'
import type { TurnLoop } from './engine.ts'
import type { Looking } from './looking.ts'
import { runOutsideScopes } from './scopes.ts'

export interface EventLoopOptions {
  readonly bell: Bell
  readonly looking: Looking
  /** The time in ms. */
  readonly now: () => number
  /** How long turns may begin in a spell, in ms. */
  readonly spellMs: number
}

const DONE = Promise.resolve()

export class EventLoop implements TurnLoop {
  readonly #options: EventLoopOptions
  readonly #turn: () => boolean
  /** Where it is; `planned`: a macrotask is. */
  #at: 'asleep' | 'planned' | 'in a spell' | 'ended' = 'asleep'
  /** In a spell: there is more to do. */
  #more = false
  /** The count of the bell before the last turn. */
  #seen = 0
  #spellUntil = 0
  /** What spells have taken since the loop has gone round, in ms. */
  #spent = 0

  /** `turn` does what there is to do for a while, and says whether there is more. */
  constructor(options: EventLoopOptions, turn: () => boolean) {
    this.#options = options
    this.#turn = turn
  }

  readonly plan = (): void => {
    if (this.#at === 'in a spell') this.#more = true
    else if (this.#at === 'asleep') {
      // While a turn is planned the thread is awake: nobody need post it a message.
      const { bell, looking } = this.#options
      bell.wake()
      looking.notRung()
      this.#planMacrotask()
    }
  }

  readonly woken = (): void => {
    if (this.#at !== 'asleep') return
    const { looking, spellMs } = this.#options
    looking.rung()
    if (this.#spent >= spellMs) this.plan()
    else runOutsideScopes(this.#beginSpell)
  }

  /** No turn any more. */
  end(): void {
    this.#at = 'ended'
  }

  #planMacrotask(): void {
    this.#at = 'planned'
    // What wakes it is often an object; the turn is not that one's.
    runOutsideScopes(this.#schedule)
  }

  readonly #schedule = (): void => void setImmediate(this.#run)

  readonly #run = (): void => {
    this.#spent = 0
    if (this.#at !== 'ended') this.#beginSpell()
  }

  readonly #beginSpell = (): void => {
    const { bell, now, spellMs } = this.#options
    bell.wake()
    this.#at = 'in a spell'
    this.#spellUntil = now() + spellMs - this.#spent
    this.#takeTurn()
  }

  #takeTurn(): void {
    this.#more = false
    this.#seen = this.#options.bell.count()
    try {
      if (this.#turn()) this.#more = true
    } finally {
      void DONE.then(this.#afterMicrotasks)
    }
  }

  /** Behind all microtasks, also those that are yet to come, which a tick is. */
  readonly #afterMicrotasks = (): void => nextTick(this.#goOn)

  readonly #goOn = (): void => {
    if (this.#at !== 'in a spell') return
    const { bell, looking, now, spellMs } = this.#options
    const isAsleep = this.#isIdle() && !looking.look(bell, this.#seen) && bell.fallAsleep(this.#isIdle)
    const left = this.#spellUntil - now()
    if (isAsleep) {
      this.#at = 'asleep'
      this.#spent = spellMs - left
    } else if (left > 0) this.#takeTurn()
    else this.#planMacrotask()
  }

  readonly #isIdle = (): boolean => !this.#more && this.#options.bell.count() === this.#seen
}
