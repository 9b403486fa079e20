import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cell } from '../../src/core/cell.ts'
import { Dispatcher } from '../../src/core/dispatcher.ts'

/** What the dispatcher sees of a cell: a number of messages. */
function flooded(name: string, messages: number, log: string[]): Cell {
  let left = messages
  return {
    isQueued: false,
    rests() {},
    step(): boolean {
      if (left === 0) return false
      left--
      log.push(name)
      return left > 0
    },
  } as unknown as Cell
}

describe('the dispatcher', () => {
  it('S7: lets an object take at most 64 messages in a row while others wait', () => {
    const log: string[] = []
    const dispatcher = new Dispatcher()
    dispatcher.add(flooded('a', 100, log))
    dispatcher.add(flooded('b', 1, log))
    dispatcher.turn(() => false)
    assert.equal(log.indexOf('b'), 64)
    assert.equal(log.length, 101)
  })

  it('S7: ends its turn after the message with which the time is over', () => {
    const log: string[] = []
    const dispatcher = new Dispatcher()
    dispatcher.add(flooded('a', 100, log))
    dispatcher.add(flooded('b', 100, log))
    dispatcher.turn(() => log.length >= 3)
    assert.deepEqual(log, ['a', 'a', 'a'])
    assert.equal(dispatcher.isIdle, false)
  })

  it('S7: goes on with those that had to wait', () => {
    const log: string[] = []
    const dispatcher = new Dispatcher()
    for (const name of ['a', 'b', 'c']) dispatcher.add(flooded(name, 2, log))
    dispatcher.turn(() => true)
    dispatcher.turn(() => true)
    dispatcher.turn(() => true)
    dispatcher.turn(() => false)
    assert.deepEqual(log, ['a', 'b', 'c', 'a', 'b', 'c'])
    assert.equal(dispatcher.isIdle, true)
  })

  it('S7: puts an object that is woken twice into the queue once', () => {
    const log: string[] = []
    const dispatcher = new Dispatcher()
    const cell = flooded('a', 2, log)
    dispatcher.add(cell)
    dispatcher.add(cell)
    dispatcher.turn(() => true)
    assert.deepEqual(log, ['a'])
  })

  it('S7: takes one that is woken by its own message again', () => {
    const log: string[] = []
    const dispatcher = new Dispatcher()
    let left = 3
    const cell = {
      isQueued: false,
      rests() {},
      step(): boolean {
        log.push('a')
        if (--left > 0) dispatcher.add(cell)
        return false
      },
    } as unknown as Cell
    dispatcher.add(cell)
    dispatcher.turn(() => false)
    assert.equal(log.length, 3)
  })
})
