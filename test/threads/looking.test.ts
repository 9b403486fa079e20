import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Bell } from '../../src/threads/bell.ts'
import { Looking } from '../../src/threads/looking.ts'

const MICROSECOND = 0.001

/** A thread and the one that rings it, on a clock that a look at it moves on. */
function makeThread(cores: number) {
  const bell = Bell.create()
  const state = { time: 0, ringsAt: Infinity, looked: 0, rungByLook: 0 }
  const ring = (): void => {
    bell.ring()
    state.ringsAt = Infinity
  }
  const looking = new Looking(cores, () => {
    state.time += MICROSECOND
    if (state.time >= state.ringsAt) ring()
    return state.time
  })
  /** A wait: the ring comes so long after it has begun, or after the thread has fallen asleep. */
  const wait = ({ afterBegin = Infinity, afterSleep = Infinity, wakesIn = 0 }): void => {
    const seen = bell.count()
    const began = state.time
    state.ringsAt = began + afterBegin
    const isRung = looking.look(bell, seen)
    state.looked += state.time - began
    if (isRung) {
      state.rungByLook++
      return
    }
    state.time = Math.max(state.time, Math.min(state.ringsAt, state.time + afterSleep)) + wakesIn
    if (bell.count() === seen) ring()
    looking.rung()
  }
  return {
    state,
    waits: (count: number, how: Parameters<typeof wait>[0]): typeof state => {
      Object.assign(state, { looked: 0, rungByLook: 0 })
      for (let i = 0; i < count; i++) wait(how)
      return state
    },
  }
}

/** The other answers after 5 µs; who sleeps takes 30 more to wake. */
const IN_TURNS = { afterBegin: 5 * MICROSECOND, wakesIn: 30 * MICROSECOND }
/** The other can only run while this one sleeps. */
const ON_THIS_CORE = { afterSleep: 14 * MICROSECOND }
const RARE = { afterBegin: 2, wakesIn: 30 * MICROSECOND }

describe('looking before a sleep', () => {
  test('goes on where two threads talk in turns', () => {
    const { rungByLook } = makeThread(2).waits(10_000, IN_TURNS)
    assert.ok(rungByLook > 9_800, `only ${rungByLook} were rung by a look`)
  })

  test('is never done on one core', () => {
    const { looked, rungByLook, time } = makeThread(1).waits(1_000, IN_TURNS)
    assert.deepEqual([looked, rungByLook], [0, 0])
    assert.ok(time > 0)
  })

  test('ends soon where rings are rare, and takes hardly any time then', () => {
    const { waits } = makeThread(2)
    waits(100, RARE)
    const { looked } = waits(10_000, RARE)
    assert.ok(looked < 0.002 * 10_000, `${looked} ms`)
  })

  test('ends soon where the other runs only once this one sleeps, though the sleeps are short', () => {
    const { waits } = makeThread(2)
    waits(100, ON_THIS_CORE)
    const { looked } = waits(10_000, ON_THIS_CORE)
    assert.ok(looked < 0.002 * 10_000, `${looked} ms`)
  })

  test('begins and ends again as things change', () => {
    const { waits } = makeThread(2)
    for (let round = 0; round < 5; round++) {
      waits(5_000, RARE)
      assert.ok(waits(1_000, RARE).looked < 2)
      waits(5_000, IN_TURNS)
      assert.ok(waits(1_000, IN_TURNS).rungByLook > 900)
    }
  })

  test('of a wait that one interruption made long goes on', () => {
    const { waits } = makeThread(2)
    waits(5_000, IN_TURNS)
    waits(1, RARE)
    assert.ok(waits(100, IN_TURNS).rungByLook >= 90)
  })
})
