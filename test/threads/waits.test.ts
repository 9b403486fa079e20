import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Future } from '../../src/core/future.ts'
import { Task } from '../../src/core/task.ts'
import type { Turn } from '../../src/core/turn.ts'
import { LOOK_MS, Waits, type Awaited, type CallWait } from '../../src/threads/waits.ts'
import { WARN_MS } from '../../src/threads/own-futures.ts'
import { TestHost } from '../core/support/test-host.ts'

/** Something that is waited for, and that nobody gives. */
function something(what: string): Awaited {
  return { what, waits: undefined, whereabouts: () => undefined, fail: () => {} }
}

class Sleeper extends Task {
  async sleep(): Promise<void> {
    await this.pause(60_000)
  }
  wake(): void {}
}

describe('the waits of a thread', () => {
  let host: TestHost
  let looked: string[]
  let waits: Waits
  let turn: Turn

  beforeEach(async () => {
    host = new TestHost()
    looked = []
    const sleeper = await host.start('sleeper', Sleeper)
    waits = new Waits(host.clock, {
      cells: new Map([[sleeper.cell.pid, sleeper.cell]]),
      look: ({ what }) => void looked.push(what),
    })
    void sleeper.remote.sleep()
    await host.settle()
    turn = sleeper.cell.turns.inHand!
  })

  const shown = (): string[] => turn.waits.map(({ what }) => what).toReversed()

  it('S18: are looked at once, when they are 0.5 s old, by one timer', () => {
    const before = host.clock.pending
    waits.begin(something('a'), turn, false)
    host.clock.advance(100)
    for (let n = 0; n < 100; n++) waits.begin(something('b'), turn, false)
    assert.equal(host.clock.pending, before + 1)
    host.clock.advance(LOOK_MS - 101)
    assert.deepEqual(looked, [])
    host.clock.advance(1)
    assert.deepEqual(looked, ['a'])
    host.clock.advance(100)
    assert.equal(looked.length, 101)
    host.clock.advance(10 * LOOK_MS)
    assert.equal(looked.length, 101)
    assert.equal(host.clock.pending, before)
  })

  it('S18: end with what they wait for, with their turn, or when all who asked have stopped', async () => {
    const [a, b, c] = [something('a'), something('b'), something('c')]
    const first = waits.begin(a, turn, false)!
    assert.equal(waits.begin(a, turn, false), first)
    waits.begin(b, turn, false)
    waits.begin(c, turn, true)
    assert.deepEqual(shown(), ['a', 'b', 'c'])
    first.release()
    assert.deepEqual(shown(), ['a', 'b', 'c'])
    first.release()
    assert.deepEqual([shown(), first.stands, a.waits], [['b', 'c'], false, undefined])
    turn.stopWaiting()
    // What is owed is waited for by whoever called.
    assert.deepEqual([shown(), b.waits], [['c'], undefined])
    turn.giveUp()
    assert.deepEqual([shown(), c.waits], [[], undefined])
    host.clock.advance(LOOK_MS)
    assert.deepEqual(looked, [])
  })

  it('S18: of code that belongs to no turn, or to one that is over, are none', () => {
    assert.equal(waits.begin(something('a'), undefined, false), undefined)
    turn.end()
    assert.equal(waits.begin(something('a'), turn, false), undefined)
  })

  it('S18: keep the whole thread while it stands still, whoever waits', () => {
    const a = something('a')
    let blocking: CallWait | undefined
    waits.whileBlocked(a, undefined, () => ({ blocking } = waits))
    assert.deepEqual(
      [blocking!.what, blocking!.turn, blocking!.stands, waits.blocking],
      ['a', undefined, false, undefined],
    )
  })

  it('S18: are looked at without a timer in a thread that stands still', () => {
    waits.begin(something('a'), turn, false)
    assert.equal(waits.look(), LOOK_MS)
    host.clock.skip(LOOK_MS)
    assert.equal(waits.look(), Infinity)
    assert.deepEqual(looked, ['a'])
  })

  it('S18: for a Future made by hand are warned of, once a method, if mail waits all the while', async () => {
    const warnings = (): string[] => host.log.texts('warn')
    const [first, second] = [new Future<number>(), new Future<number>()]
    waits.askedByHand(first, turn)
    host.clock.advance(WARN_MS)
    assert.deepEqual([warnings(), shown()], [[], ['a Future made by hand']])
    host.post(host.cellOf('sleeper'), { method: 'wake' })
    host.clock.advance(WARN_MS)
    assert.equal(warnings().length, 1)
    assert.match(
      warnings()[0]!,
      /^sleeper\.sleep has waited for 5 s for a Future that was made by hand, and takes no message meanwhile, though some wait \(1\)/,
    )
    waits.askedByHand(second, turn)
    host.clock.advance(2 * WARN_MS)
    assert.equal(warnings().length, 1)
    first.set(1)
    second.set(2)
    assert.deepEqual(shown(), [])
  })

  it('S18: for a Future made by hand that is there in time, or waited for within a time, are no line', () => {
    host.post(host.cellOf('sleeper'), { method: 'wake' })
    const future = new Future<number>()
    waits.askedByHand(future, turn)
    const limited = waits.askedByHand(new Future<number>(), turn)!
    host.clock.advance(WARN_MS - 1)
    future.set(1)
    limited.release()
    host.clock.advance(2 * WARN_MS)
    assert.deepEqual(host.log.texts('warn'), [])
  })
})
