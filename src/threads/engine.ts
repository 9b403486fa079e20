/**
 * Engine: what drives the host of one thread, which knows no event loop and no clock of its own. A port, so that a simulation can drive
 * many of them in one real thread; and the real one, which is a thread's own event loop, time and bell.
 */

import { availableParallelism } from 'node:os'
import type { Clock } from '../core/clock.ts'
import type { Trace } from '../core/trace.ts'
import type { Bell } from './bell.ts'
import { EventLoop } from './event-loop.ts'
import { Looking } from './looking.ts'
import { realClock } from './real-clock.ts'

/** When the turns of a host are. */
export interface TurnLoop {
  /** Something is to be done: take a turn soon, not before this returns. */
  readonly plan: () => void
  /** A message has come whose only purpose is to wake this thread: take a turn, at once or soon. */
  readonly woken: () => void
  /** No turn any more. */
  end(): void
}

export interface Engine {
  readonly clock: Clock
  /** Makes the loop; `turn` does what there is to do for a while, and says whether there is more. */
  readonly loop: (turn: () => boolean) => TurnLoop
  /** Asked at the begin of each turn: gives what says, after each message, whether the turn is over (S7). */
  readonly limitTurn: () => () => boolean
  /**
   * Lets the thread stand still until its bell has rung, if it has not since it was `seen`, but no longer than `ms` (Infinity). `what` it
   * waits for, in words, for one that cannot let it stand.
   */
  readonly standStill: (seen: number, ms: number, what: string) => void
  /** Hears what happens to the objects of this thread; undefined where nobody listens. */
  readonly trace: Trace | undefined
  /** Whether notices of the garbage collector are heard; not in what a seed shall repeat. */
  readonly hearsCollector: boolean
}

/** How long one turn may take before the thread's event loop gets its own, in ms (S7). */
const TURN_MS = 2
/** How long turns may follow one another without that, in ms. */
const SPELL_MS = 1
/** After how many messages the clock is looked at, at most, and how long those may have taken that are so many, in ms. */
export const MOST_UNTIMED = 16
const SHORT_MS = 0.02

export function realEngine(bell: Bell): Engine {
  const { now } = realClock
  const cores = availableParallelism()
  const blocked = new Looking(cores, now)
  return {
    clock: realClock,
    loop: (turn) => new EventLoop({ bell, looking: new Looking(cores, now), now, spellMs: SPELL_MS }, turn),
    limitTurn: () => limitTurn(now),
    standStill: (seen, ms) => blocked.standStill(bell, seen, ms),
    trace: undefined,
    hearsCollector: true,
  }
}

/**
 * A look at the clock costs as much as a short message. So it is looked at after one, then after 2, 4, 8 and each 16, as long as the last ones together
 * have been short; and after each again once they were not.
 */
export function limitTurn(now: () => number): () => boolean {
  let last = now()
  const until = last + TURN_MS
  let stride = 1
  let left = stride
  return () => {
    if (--left > 0) return false
    const time = now()
    left = stride = time - last < SHORT_MS ? Math.min(2 * stride, MOST_UNTIMED) : 1
    last = time
    return time >= until
  }
}
