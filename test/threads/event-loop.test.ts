import assert from 'node:assert/strict'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { Worker, MessageChannel } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import { EventLoop } from '../../src/threads/event-loop.ts'
import { Looking } from '../../src/threads/looking.ts'
import { Partner, type PartnerData } from './event-loop-partner.ts'

/** A loop whose turns are counted, and do what `does` says. */
function makeLoop(t: TestContext, does: (turn: number) => boolean, { spellMs = 1_000, now = (): number => 0 } = {}) {
  const bell = Bell.create()
  const state = { turns: 0 }
  const loop = new EventLoop({ bell, looking: new Looking(1, now), now, spellMs }, () => does(++state.turns))
  t.after(() => loop.end())
  return { bell, loop, state }
}

describe('an event loop', () => {
  test('takes no turn before plan() returns, and one for many plans', async (t) => {
    const { loop, state } = makeLoop(t, () => false)
    for (let i = 0; i < 5; i++) loop.plan()
    assert.equal(state.turns, 0)
    await setImmediate()
    assert.equal(state.turns, 1)
  })

  test('sleeps when there is nothing to do: a ring posts then, and did not before', async (t) => {
    const { bell, loop } = makeLoop(t, () => false)
    const posted: string[] = []
    loop.plan()
    bell.ring(() => posted.push('before'))
    await setImmediate()
    await setImmediate()
    bell.ring(() => posted.push('asleep'))
    assert.deepEqual(posted, ['asleep'])
  })

  test('takes the next turn, for what the code behind its microtasks has brought, in the same macrotask', async (t) => {
    const { bell, loop, state } = makeLoop(t, (turn) => {
      if (turn < 4) void answered()
      return false
    })
    const answered = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) await Promise.resolve()
      bell.ring()
    }
    loop.plan()
    await setImmediate()
    assert.equal(state.turns, 4)
  })

  test('takes the next turn in the same macrotask where one was planned meanwhile', async (t) => {
    const { loop, state } = makeLoop(t, (turn) => {
      if (turn < 4) queueMicrotask(loop.plan)
      return false
    })
    loop.plan()
    await setImmediate()
    assert.equal(state.turns, 4)
  })

  test('S7: goes round after a spell, however much there is to do', async (t) => {
    let time = 0
    const { loop, state } = makeLoop(t, () => true, { spellMs: 10, now: () => time++ })
    loop.plan()
    await setImmediate()
    const first = state.turns
    assert.ok(first > 0 && first <= 10)
    await setTimeout(1)
    assert.ok(state.turns > first)
  })

  test('a message that wakes it brings a turn at once', async (t) => {
    const { bell, loop, state } = makeLoop(t, () => false)
    loop.plan()
    await setImmediate()
    await setImmediate()
    bell.ring(() => loop.woken())
    assert.equal(state.turns, 2)
  })

  test('S7: messages that wake it bring no turn at once any more when those took a spell together', async (t) => {
    let time = 0
    const { loop, state } = makeLoop(t, () => false, { spellMs: 20, now: () => (time += 1) })
    loop.plan()
    await setImmediate()
    await setImmediate()
    const before = state.turns
    // As if they came in one phase of Node's loop.
    for (let i = 0; i < 50; i++) {
      loop.woken()
      for (let ticks = 0; ticks < 3; ticks++) await new Promise<void>((resolve) => process.nextTick(resolve))
    }
    const atOnce = state.turns - before
    assert.ok(atOnce > 0 && atOnce < 20, `${atOnce} turns`)
    await setImmediate()
    assert.equal(state.turns, before + atOnce + 1)
  })

  test('takes no turn once it has ended, though one was planned', async (t) => {
    const { loop, state } = makeLoop(t, () => false)
    loop.plan()
    loop.end()
    loop.plan()
    loop.woken()
    await setImmediate()
    assert.equal(state.turns, 0)
  })

  test('sleeps, and can be woken again, after a turn that has thrown', async (t) => {
    const { bell, loop, state } = makeLoop(t, (turn) => {
      if (turn === 1) throw new Error('thrown in a turn')
      return false
    })
    assert.throws(loop.woken, /thrown in a turn/)
    await setImmediate()
    bell.ring(loop.woken)
    assert.equal(state.turns, 2)
  })
})

describe('two event loops', () => {
  for (const seed of [1, 2, 3])
    test(`lose no wake-up in 3,000 rounds, whatever each does in between: seed ${seed}`, async (t) => {
      const { port1, port2 } = new MessageChannel()
      const memory = new SharedArrayBuffer(64)
      const data = (number: 0 | 1, port: typeof port1): PartnerData => ({ memory, number, port, seed, rounds: 3_000 })
      const theirs = new Worker(new URL('./event-loop-partner.ts', import.meta.url), {
        workerData: data(1, port2),
        transferList: [port2],
      })
      t.after(() => theirs.terminate())
      assert.equal(await new Partner(data(0, port1)).done, 3_000)
    })
})
