/**
 * Who waits for what in this thread (S18).
 *
 *   then, get or within of a call's Future, in a turn ──▶ Wait ──▶ the call is settled, or given up
 *                                                          │  ╰─▶ the turn has ended, or `within` has
 *                                                          ╰ 0.5 s old ──▶ looked at, once
 *
 * A wait belongs to a turn and to what is waited for; both know it, and whichever ends first ends it. Code that belongs to no turn keeps
 * no object from going on, so its waits are nobody's edge, but for one: the main program that *blocks* its thread keeps all that live there.
 *
 * Nothing of this is in shared memory, and nobody is told of a wait that is short: all that a call costs here is to be put into two lists
 * and taken out. Invariant: only this thread touches them.
 */

import type { Cell } from '../core/cell.ts'
import type { Deadlock } from '../core/errors.ts'
import type { Future } from '../core/future.ts'
import type { Turn, Wait } from '../core/turn.ts'
import type { Clock } from '../core/clock.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import { Ageing, type Aged } from './ageing.ts'
import { OwnFutures } from './own-futures.ts'

/** Where something that is waited for stands. */
export interface Whereabouts {
  /**
   * `sent`: a call that has gone to the thread of its receiver; `line`: a message that stands in line here for room in the receiver's mailbox;
   * `held`: its receiver is not there yet; `lent`: a call of a function that was lent, which runs beside its lender's handlers.
   */
  readonly kind: 'sent' | 'line' | 'held' | 'lent'
  /** The thread of the receiver; undefined while it is not known. */
  readonly place: Place | undefined
  readonly pid: number | undefined
  /** The number of the call. */
  readonly call: number
}

/** What can be waited for. */
export interface Awaited {
  readonly what: string
  /** The last one who waits for it here; those before by `other`. */
  waits: CallWait | undefined
  whereabouts(): Whereabouts | undefined
  /** It has closed a circle: gives it up; what has not begun never does. */
  fail(error: Deadlock, how: { readonly isBegun: boolean }): void
}

/** How long a wait stands before it is looked at (S18): a race against a timer may end before. */
export const LOOK_MS = 500

/** Ends all waits for something: it is there, or given up. */
export function endWaits(on: { waits: CallWait | undefined }): void {
  while (on.waits !== undefined) on.waits.end()
}

export class CallWait implements Wait, Aged {
  /** Counts up in its thread. */
  readonly number: number
  readonly since: number
  /** undefined: the main program, which blocks its thread. */
  readonly turn: Turn | undefined
  readonly on: Awaited
  readonly isOwed: boolean
  previousOfTurn: Wait | undefined
  nextOfTurn: Wait | undefined
  due: number | undefined
  older: Aged | undefined
  younger: Aged | undefined
  /** Another wait for the same. */
  other: CallWait | undefined
  readonly #ageing: Ageing<CallWait>
  #asks = 1
  #stands = true

  constructor(
    on: Awaited,
    how: {
      readonly number: number
      readonly since: number
      readonly turn: Turn | undefined
      readonly isOwed: boolean
      readonly ageing: Ageing<CallWait>
    },
  ) {
    this.on = on
    this.number = how.number
    this.since = how.since
    this.turn = how.turn
    this.isOwed = how.isOwed
    this.#ageing = how.ageing
  }

  get what(): string {
    return this.on.what
  }

  askedAgain(): void {
    this.#asks++
  }

  release(): void {
    if (--this.#asks === 0) this.end()
  }

  end(): void {
    if (!this.#stands) return
    this.#stands = false
    this.#ageing.delete(this)
    this.turn?.waitNoLonger(this)
    if (this.on.waits === this) this.on.waits = this.other
    else
      for (let wait = this.on.waits; wait !== undefined; wait = wait.other)
        if (wait.other === this) wait.other = this.other
  }

  /** Whether it still stands. */
  get stands(): boolean {
    return this.#stands
  }
}

export class Waits {
  readonly #clock: Clock
  readonly #due: Ageing<CallWait>
  readonly #ownFutures: OwnFutures
  #blocking: CallWait | undefined
  #last = 0

  /** `look` is called with a wait that is old enough to be looked at. */
  constructor(
    clock: Clock,
    how: { readonly cells: ReadonlyMap<number, Cell>; readonly look: (wait: CallWait) => void },
  ) {
    this.#clock = clock
    this.#due = new Ageing(clock, LOOK_MS, how.look)
    this.#ownFutures = new OwnFutures(clock, how.cells)
  }

  /** The code of `turn` waits for a Future that was made by hand: an edge to nobody knows whom. */
  askedByHand(future: Future<unknown>, turn: Turn | undefined): Wait | undefined {
    return this.#ownFutures.asked(future, turn)
  }

  /** The code of `turn` waits for `on`, or its answer does (`isOwed`); undefined where that keeps nobody. */
  begin(on: Awaited, turn: Turn | undefined, isOwed: boolean): CallWait | undefined {
    if (turn === undefined || turn.isOver) return undefined
    for (let wait = on.waits; wait !== undefined; wait = wait.other)
      if (wait.turn === turn && wait.isOwed === isOwed) {
        wait.askedAgain()
        return wait
      }
    return this.#add(on, turn, isOwed)
  }

  /** Runs `block`, in which this thread stands still for `on`; also where it is the main program that does. */
  whileBlocked(on: Awaited, turn: Turn | undefined, block: () => void): void {
    const wait = this.begin(on, turn, false) ?? this.#add(on, undefined, false)
    this.#blocking = wait
    try {
      block()
    } finally {
      this.#blocking = undefined
      wait.release()
    }
  }

  /** The wait for which this thread stands still. */
  get blocking(): CallWait | undefined {
    return this.#blocking
  }

  /** Looks at what is old enough, in a thread whose timers do not fire; gives how long it is until the next one is, in ms. */
  look(): number {
    return this.#due.look()
  }

  /** Looks at it once more, later: what it stands behind could not be told yet. */
  lookAgain(wait: CallWait): void {
    if (wait.stands) this.#due.add(wait)
  }

  close(): void {
    this.#due.close()
    this.#ownFutures.close()
  }

  #add(on: Awaited, turn: Turn | undefined, isOwed: boolean): CallWait {
    const since = this.#clock.now()
    const wait = new CallWait(on, {
      number: ++this.#last,
      since,
      turn,
      isOwed,
      ageing: this.#due,
    })
    wait.other = on.waits
    on.waits = wait
    turn?.waitFor(wait)
    this.#due.add(wait, since)
    return wait
  }
}
