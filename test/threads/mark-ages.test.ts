/** How old the code is that a thread's mark shows, where the mark's time is older than it (S37). No thread, no clock. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { limitTurn, MOST_UNTIMED } from '../../src/threads/engine.ts'
import { MarkAges } from '../../src/threads/mark-ages.ts'
import type { ThreadSample } from '../../src/threads/shared-state.ts'

const PERIOD = 250

const markOf = (begins: number, since: number): ThreadSample => ({ pid: 1, word: 1, begins, since })

describe('the age of running code', () => {
  it('S37: is that of its mark, until a look has seen another one', () => {
    const ages = new MarkAges()
    assert.equal(ages.ageOf(1, markOf(1, 400), 1_000), 600)
    ages.looked(1_000, [[1, markOf(1, 400)]])
    // The same code; then some that has begun after the look, with a mark that has the time of long before.
    assert.equal(ages.ageOf(1, markOf(1, 400), 1_100), 700)
    assert.equal(ages.ageOf(1, markOf(2, 400), 1_100), 100)
    ages.looked(1_250, [[1, markOf(2, 400)]])
    assert.equal(ages.ageOf(1, markOf(2, 400), 6_000), 5_000)
    assert.equal(ages.ageOf(2, markOf(2, 400), 6_000), 4_750, 'another thread, which had no mark at the last look')
  })

  it('S37: is never too low, nor too high by more than the time between two looks, however old the times of marks are', () => {
    const run = fc.record({ lasts: fc.integer({ min: 1, max: 2_000 }), timed: fc.boolean() })
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 40 }), (runs) => {
        const ages = new MarkAges()
        let now = 0
        let lastTimed = 0
        let begins = 0
        let nextLook = PERIOD
        for (const { lasts, timed } of runs) {
          const began = now
          if (timed) lastTimed = now
          const mark = markOf(++begins, lastTimed)
          for (; nextLook <= began + lasts; nextLook += PERIOD) {
            const age = ages.ageOf(1, mark, nextLook)
            assert.ok(age >= nextLook - began, `too low: ${age}, of ${nextLook - began}`)
            // Before the first look nothing is known but the mark.
            if (nextLook > PERIOD)
              assert.ok(age <= nextLook - began + PERIOD, `too high: ${age}, of ${nextLook - began}`)
            ages.looked(nextLook, [[1, mark]])
          }
          now = began + lasts
        }
      }),
    )
  })
})

describe('the time of a turn', () => {
  /** How many messages a turn takes that last so long each, in ms, and how often it looks at the clock meanwhile. */
  function turnOf(lasts: (message: number) => number): { readonly messages: number; readonly looks: number } {
    let time = 0
    let looks = 0
    const isOver = limitTurn(() => {
      looks++
      return time
    })
    for (let messages = 1; ; messages++) {
      time += lasts(messages)
      if (isOver()) return { messages, looks: looks - 1 }
    }
  }

  it('S7: is looked at after each message, where those take their time', () => {
    assert.deepEqual(
      turnOf(() => 0.5),
      { messages: 4, looks: 4 },
    )
    assert.deepEqual(
      turnOf(() => 0.031_25),
      { messages: 64, looks: 64 },
    )
  })

  it('S7: is looked at after each 16, where they are short', () => {
    const { messages, looks } = turnOf(() => 0.001)
    assert.ok(messages >= 2_000 && messages < 2_000 + MOST_UNTIMED, `${messages} messages of 1 µs each, in 2 ms`)
    assert.ok(looks < 2_000 / MOST_UNTIMED + 10, `${looks} looks`)
  })

  it('S7: ends 15 messages late at most, where short ones are followed by long ones', () => {
    const { messages } = turnOf((message) => (message <= 40 ? 0.001 : 10))
    assert.ok(messages > 40 && messages <= 40 + MOST_UNTIMED, `${messages} messages`)
  })
})
