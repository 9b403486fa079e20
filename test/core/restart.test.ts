/** Budgets and backoff (S34), and what a successor gets of the incarnation before (S32). */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import type { Outcome } from '../../src/core/future.ts'
import { backoffMs, BudgetWindow, isBudget } from '../../src/core/restart.ts'
import { Actor, State, Task, tell } from '../../src/index.ts'
import { replier, TestHost } from './support/test-host.ts'

describe('a budget', () => {
  it('S34: agrees with a count of the restarts in each stretch', () => {
    const steps = fc.array(fc.nat(40), { maxLength: 60 })
    fc.assert(
      fc.property(fc.nat(4), fc.integer({ min: 1, max: 100 }), steps, (restarts, within, waits) => {
        const window = new BudgetWindow({ restarts, within })
        const granted: number[] = []
        let now = 0
        for (const wait of waits) {
          now += wait
          const left = restarts - granted.filter((time) => now - time < within).length
          assert.equal(window.charge(now), left > 0)
          if (left > 0) granted.push(now)
        }
      }),
    )
  })

  it('S34: begins anew when what it is for was restarted as a whole', () => {
    const window = new BudgetWindow({ restarts: 1, within: 100 })
    assert.deepEqual([window.charge(0), window.charge(1)], [true, false])
    window.reset()
    assert.equal(window.charge(2), true)
  })

  it('is told from what is none', () => {
    assert.equal(isBudget({ restarts: 0, within: 1 }), true)
    for (const wrong of [
      undefined,
      null,
      3,
      {},
      { restarts: 1 },
      { restarts: 1.5, within: 1 },
      { restarts: 1, within: 0 },
    ])
      assert.equal(isBudget(wrong), false)
  })
})

describe('a backoff', () => {
  const backoff = { first: 100, factor: 2, cap: 1_000, jitter: 0.2 }

  it('S34: grows by its factor up to its cap', () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 50].map((attempt) => backoffMs(backoff, attempt, 0.5)),
      [100, 200, 400, 800, 1_000, 1_000],
    )
    assert.equal(backoffMs(undefined, 3, 0.5), 0)
  })

  it('S34: is varied by its jitter, and never longer than its cap', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
        const [ms, plain] = [backoffMs(backoff, attempt, chance), backoffMs(backoff, attempt, 0.5)]
        assert.ok(ms >= plain * 0.8 - 1e-9 && ms <= Math.min(1_000, plain * 1.2) + 1e-9)
      }),
    )
  })
})

class Idle extends State<Doer> {
  work(text: string) {
    return this.task.later ? this.postpone() : this.task.note(text)
  }
}

class Doer extends Task {
  static states = () => [Idle] as const
  later = true
  notes: string[] = []
  onInit() {
    this.become(Idle)
  }
  work(text: string) {
    return text
  }
  crash(): never {
    return this.fail(new Error('burnt'))
  }
  note(text: string) {
    this.notes.push(text)
    return text
  }
  onDown() {
    this.notes.push('down')
  }
  watchIt() {
    this.watch(this.actor('other'))
    this.every(10)
  }
  onTimeout() {
    this.notes.push('timeout')
  }
}

class Successor extends Doer {
  override later = false
}

class Other extends Actor {
  leave() {
    this.stop()
  }
}

describe('a successor', () => {
  it('S32: has the mail, what was postponed first; S39: no timers and no notices of the incarnation before', async () => {
    const host = new TestHost()
    host.supervised = true
    const other = await host.start('other', Other)
    const { cell, remote } = await host.start('doer', Doer)
    tell(remote).watchIt()
    const answers = [remote.work('first'), remote.work('second')]
    await host.settle()
    tell(remote).crash()
    answers.push(remote.work('third'))
    await host.settle()
    assert.equal(cell.isHalted, true)
    assert.deepEqual(host.halts, [{ name: 'doer', reason: 'crash failed: burnt', isCrash: true }])
    tell(other.remote).leave()
    answers.push(remote.work('fourth'))
    await host.settle()
    assert.equal(cell.inspect().queue, 5)
    const next = host.succeed(cell, Successor)
    await host.startCell(next)
    assert.deepEqual(await Promise.all(answers), ['first', 'second', 'third', 'fourth'])
    assert.deepEqual((next.behaviour.object as Successor).notes, ['first', 'second', 'third', 'fourth'])
    assert.deepEqual(
      host.drops.map(({ reason }) => reason),
      ['old incarnation'],
    )
    await host.advance(4_000)
    assert.deepEqual((next.behaviour.object as Successor).notes.slice(4), [])
    assert.equal(next.inspect().incarnation, 1)
  })

  it('S32: is made of one that is halted, and of no other', async () => {
    const host = new TestHost()
    const { cell } = await host.start('doer', Doer)
    assert.throws(() => cell.successor(cell.identity), /doer is running/)
  })

  it('S30: an end that comes while it is halted refuses what waits', async () => {
    const host = new TestHost()
    host.supervised = true
    const { cell, remote } = await host.start('doer', Doer)
    tell(remote).crash()
    const waiting = remote.work('never')
    await host.settle()
    await cell.end('the system is stopping', { drain: true })
    await assert.rejects(async () => waiting, { executed: 'no' })
    assert.equal(cell.isDead, true)
  })

  it('S34: one that was told to stop while it waits in a handler does not come back for a crash there', async () => {
    const host = new TestHost()
    host.supervised = true
    class Both extends Task {
      both(): never {
        this.stop('enough')
        return this.fail(new Error('burnt'))
      }
    }
    const { cell, remote } = await host.start('both', Both)
    tell(remote).both()
    await host.settle()
    assert.equal(cell.isDead, true)
    assert.deepEqual(host.halts, [])
  })

  for (const how of ['halt', 'kill'] as const)
    it(`S30: one that was told to end, and is still busy, has none: ${how}`, async () => {
      const host = new TestHost()
      host.supervised = true
      const { cell, remote } = await host.start('sleeper', Sleeper)
      const answers = [remote.sleep(10), remote.sleep(0)]
      await host.settle()
      const ended = cell.end('enough', { drain: true })
      if (how === 'halt') void cell.halt('its group restarts')
      else cell.kill('it did not end', { keepMail: true })
      await host.advance(20)
      await ended
      assert.equal(cell.isDead, true)
      assert.deepEqual(host.halts, [])
      const results = await Promise.allSettled(answers)
      assert.deepEqual(
        results.map(({ status }) => status),
        how === 'halt' ? ['fulfilled', 'rejected'] : ['rejected', 'rejected'],
      )
    })

  it('S25, S32: has the call that was postponed as its own to answer, though the State was just being changed', async () => {
    const host = new TestHost()
    host.supervised = true
    const { cell } = await host.start('slowly', Slowly)
    const answers: Outcome[] = []
    host.post(cell, { kind: 'call', method: 'later', reply: replier((outcome) => void answers.push(outcome)) })
    await host.settle()
    cell.kill('it did not end', { keepMail: true })
    assert.deepEqual(answers, [])
    await host.startCell(host.succeed(cell, Slowly))
    await host.advance(20)
    assert.deepEqual(answers, [{ ok: true, value: 'now' }])
  })

  it('S39: has no notice of the incarnation before, not even one that was postponed', async () => {
    const host = new TestHost()
    host.supervised = true
    const { cell } = await host.start('doer', Postponer)
    host.post(cell, { kind: 'down', method: 'onDown' })
    await host.settle()
    await cell.halt('its group restarts')
    const next = host.succeed(cell, Postponer)
    await host.startCell(next)
    assert.equal(next.handled, 0)
    assert.deepEqual(
      host.drops.map(({ reason }) => reason),
      ['old incarnation'],
    )
  })
})

class Sleeper extends Task {
  async sleep(ms: number) {
    await this.pause(ms)
  }
}

/** Answers in its State, which takes long to enter. */
class Slowly extends Task {
  static states = () => [Ready] as const
  later(): string {
    this.become(Ready)
    return this.postpone()
  }
}

class Ready extends State<Slowly> {
  override async onEnter() {
    await this.pause(10)
  }
  later(): string {
    return 'now'
  }
}

class Postponer extends Task {
  static states = () => [Ready] as const
  override onDown() {
    this.postpone()
  }
}
