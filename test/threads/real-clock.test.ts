import assert from 'node:assert/strict'
import { setInterval } from 'node:timers'
import { describe, it } from 'node:test'
import { realClock } from '../../src/threads/real-clock.ts'

describe('the real clock', () => {
  it('S38: fires no timer before its time, though those of Node are early', async () => {
    // Timers of tsworks keep no process alive.
    const alive = setInterval(() => {}, 1_000)
    const early: number[] = []
    const all = Array.from({ length: 400 }, (_, index) => {
      const due = realClock.now() + index / 10
      return new Promise<void>((resolve) =>
        realClock.after(index / 10, () => {
          if (realClock.now() < due) early.push(due - realClock.now())
          resolve()
        }),
      )
    })
    await Promise.all(all)
    clearInterval(alive)
    assert.deepEqual(early, [])
  })

  it('fires none that was cancelled, also where it has been set again for what was left', async () => {
    const alive = setInterval(() => {}, 1_000)
    const fired: number[] = []
    const timers = Array.from({ length: 100 }, (_, index) => realClock.after(index / 20, () => fired.push(index)))
    for (const timer of timers.slice(20)) timer.cancel()
    await new Promise<void>((resolve) => realClock.after(20, resolve))
    clearInterval(alive)
    assert.deepEqual(
      fired.toSorted((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index),
    )
  })
})
