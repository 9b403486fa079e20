import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import { atEachStep, type Scene } from '../wire/interleavings.ts'

/** A bell, the same bell as another thread has it, and the messages that rings have posted. */
function makeBell() {
  const owner = Bell.create()
  const posted: string[] = []
  return { owner, ringer: new Bell(owner.memory), posted, post: () => posted.push('wake up') }
}

const idle = () => true
const killed = () => {
  throw new Error('killed')
}

describe('a bell', () => {
  test('counts its rings, and posts nothing to an owner that is awake', () => {
    const { owner, ringer, posted, post } = makeBell()
    ringer.ring(post)
    ringer.ring()
    assert.equal(owner.count(), 2)
    assert.deepEqual(posted, [])
  })

  test('posts one message to an owner that is asleep, however often it rings', () => {
    const { owner, ringer, posted, post } = makeBell()
    assert.equal(owner.fallAsleep(idle), true)
    for (let i = 0; i < 5; i++) ringer.ring(post)
    assert.equal(posted.length, 1)
    assert.equal(owner.count(), 5)
  })

  test('posts again for the next sleep', () => {
    const { owner, ringer, posted, post } = makeBell()
    for (let sleep = 1; sleep <= 3; sleep++) {
      owner.fallAsleep(idle)
      ringer.ring(post)
      owner.wake()
      ringer.ring(post)
      assert.equal(posted.length, sleep)
    }
  })

  test('keeps its owner awake if it rings between the last look and the sleep', () => {
    const { owner, ringer, post } = makeBell()
    const seen = owner.count()
    ringer.ring(post)
    assert.equal(
      owner.fallAsleep(() => owner.count() === seen),
      false,
    )
  })

  describe('whose owner takes a turn and falls asleep while it is rung', () => {
    /** Afterwards the owner is awake, or it has seen the ring, or a message is on its way; and so with the next ring. */
    function makeScene(prepare: (owner: Bell) => void): { turn: () => void; ring: () => void; check: () => void } {
      const { owner, ringer, posted, post } = makeBell()
      prepare(owner)
      let seen = 0
      let isAsleep = false
      const check = () => assert.ok(!isAsleep || seen === owner.count() || posted.length > 0, 'a ring was lost')
      return {
        turn: () => {
          posted.length = 0 // What woke it.
          owner.wake()
          seen = owner.count()
          isAsleep = owner.fallAsleep(() => owner.count() === seen)
        },
        ring: () => ringer.ring(post),
        check: () => {
          check()
          ringer.ring(post)
          check()
        },
      }
    }
    const moods: [string, (owner: Bell) => void][] = [
      ['asleep', (owner) => owner.fallAsleep(idle)],
      ['awake', (owner) => owner.wake()],
    ]
    for (const [mood, prepare] of moods) {
      test(`loses neither this ring nor the next, wherever the ring comes in, the owner being ${mood}`, () => {
        const scene = (): Scene => {
          const { turn, ring, check } = makeScene(prepare)
          return { operation: turn, intruder: ring, check }
        }
        assert.ok(atEachStep(scene) > 5)
      })

      test(`loses neither this ring nor the next, wherever the turn comes in, the owner being ${mood}`, () => {
        const scene = (): Scene => {
          const { turn, ring, check } = makeScene(prepare)
          return { operation: ring, intruder: turn, check }
        }
        assert.ok(atEachStep(scene) >= 3)
      })
    }
  })

  test('is posted by the next ringer if the first one was killed before it could', () => {
    const { owner, ringer, posted, post } = makeBell()
    owner.fallAsleep(idle)
    assert.throws(() => ringer.ring(killed), /killed/)
    ringer.ring(post)
    assert.equal(posted.length, 1)
  })

  test('is not taken for answered when its owner woke by the post and fell asleep again meanwhile', () => {
    const { owner, ringer, posted, post } = makeBell()
    owner.fallAsleep(idle)
    ringer.ring(() => {
      owner.wake()
      owner.fallAsleep(idle)
    })
    ringer.ring(post)
    assert.equal(posted.length, 1)
  })

  test('that is rung without a post leaves the post to the next one', () => {
    const { owner, ringer, posted, post } = makeBell()
    owner.fallAsleep(idle)
    ringer.ring()
    ringer.ring(post)
    assert.equal(posted.length, 1)
  })

  test('does not let its owner block if it has rung since', () => {
    const { owner, ringer } = makeBell()
    const seen = owner.count()
    ringer.ring()
    assert.equal(owner.block(seen, Infinity), 'rung')
  })

  test('says when nobody rang', () => {
    const { owner } = makeBell()
    assert.equal(owner.block(owner.count(), 0), 'timed-out')
  })

  test('leaves its owner awake after a wait, whatever it was before', () => {
    const { owner, ringer, posted, post } = makeBell()
    owner.fallAsleep(idle)
    owner.block(owner.count(), 0)
    ringer.ring(post)
    assert.deepEqual(posted, [])
  })

  test('works on when its words overflow', () => {
    for (const words of [
      [2 ** 31 - 3, 2 ** 31 - 8],
      [-3, -8],
    ]) {
      const { owner, ringer, posted, post } = makeBell()
      owner.memory.set(words)
      for (let sleep = 1; sleep <= 6; sleep++) {
        const seen = owner.count()
        const isIdle = () => owner.count() === seen
        assert.equal(owner.fallAsleep(isIdle), true)
        ringer.ring(post)
        ringer.ring(post)
        assert.equal(posted.length, sleep)
        owner.wake()
        assert.equal(owner.fallAsleep(isIdle), false)
        assert.equal(owner.block(seen, Infinity), 'rung')
      }
    }
  })

  test('may lie anywhere in a larger block of words', () => {
    const block = new Int32Array(new SharedArrayBuffer(64))
    const bell = new Bell(block.subarray(5, 5 + Bell.words))
    bell.ring()
    assert.equal(new Bell(block.subarray(5)).count(), 1)
    assert.deepEqual(
      [...block].flatMap((word, i) => (word === 0 ? [] : [i])),
      [5],
    )
  })
})

describe('a bell between threads', () => {
  test('S20: wakes an owner that blocks for each of 5,000 rings', (t) => {
    const [mine, theirs] = [Bell.create(), Bell.create()]
    const worker = startRinger({ own: theirs.memory, peer: mine.memory, rounds: 5_000 })
    t.after(() => worker.terminate())
    for (let round = 0; round < 5_000; round++) {
      if (mine.count() === round) assert.equal(mine.block(round, 20_000), 'rung')
      assert.equal(mine.count(), round + 1)
      theirs.ring()
    }
  })
})

/** A thread that rings, and blocks until it is rung, in turns. */
function startRinger(workerData: { own: Int32Array; peer: Int32Array; rounds: number }): Worker {
  return new Worker(new URL('./bell-ringer.ts', import.meta.url), { workerData })
}
