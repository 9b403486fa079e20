/**
 * Two threads' steps in every order, in one thread: the whole of one party's doing between any two atomic steps of the other's.
 *
 *    operation:  load ─ store ─┆─ load        for each place of ┆, at the begin and at the end too
 *    intruder:                 load store …
 *
 * The code under test is the real one: the functions of Atomics say when a step comes.
 */

import { mock } from 'node:test'

export interface Scene {
  readonly operation: () => void
  readonly intruder: () => void
  /** What must hold when both have ended. */
  readonly check: () => void
}

const STEPS = ['load', 'store', 'add', 'compareExchange', 'notify', 'wait'] as const

/** Plays a new scene for each place where the intruder can come in; returns how many there are. */
export function atEachStep(makeScene: () => Scene): number {
  for (let place = 1; ; place++) {
    const { operation, intruder, check } = makeScene()
    const steps = stepsOf(operation, place, intruder)
    if (steps < place) intruder()
    check()
    if (steps < place) return place
  }
}

/** Runs `operation` and counts its atomic steps; `before` runs before the step number `place`. */
function stepsOf(operation: () => void, place: number, before: () => void): number {
  let steps = 0
  let isCounting = true
  const mocks = STEPS.map((name) => {
    const original = Atomics[name] as (...args: unknown[]) => unknown
    const counted = (...args: unknown[]) => {
      if (isCounting && ++steps === place) {
        isCounting = false
        before()
        isCounting = true
      }
      return original(...args)
    }
    return mock.method(Atomics, name, counted as never)
  })
  try {
    operation()
  } finally {
    for (const { mock: its } of mocks) its.restore()
  }
  return steps
}
