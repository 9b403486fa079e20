import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { Future } from '../../src/core/future.ts'
import { FutureTable, type Holder } from '../../src/threads/future-table.ts'
import { TestHost } from '../core/support/test-host.ts'

const HERE = 1
const FIRST: Holder = { pid: 5, place: 2, name: 'first' }
const SECOND: Holder = { pid: 6, place: 3, name: 'second' }

describe('a Future made by hand that others hold', () => {
  let future: Future<unknown>
  let table: FutureTable
  let deaths: Map<number, (reason: string) => void>

  beforeEach(() => {
    deaths = new Map()
    table = new FutureTable({
      here: HERE,
      keeper: new TestHost(),
      send: () => true,
      ask: () => {},
      lending: {
        alone: (write) => write(),
        answering: (_, write) => void write(),
        given: (outcome) => outcome,
        unread: () => {},
      },
      watch: (pid, _, told) => void deaths.set(pid, told),
      block: () => {},
      askedByHand: () => undefined,
      settledAgain: () => {},
      trace: undefined,
    })
    future = new Future<unknown>()
  })

  const unhandled = new Error('it was not handled')
  const rejected = (code: string, text: RegExp): Promise<void> =>
    assert.rejects(
      async () => await future.within(0),
      (error: Error & { code?: string }) => error.code === code && text.test(error.message),
    )

  it('S10: fails when its last holder has died, and says who that was', async () => {
    table.hold([future], FIRST)
    table.hold([future], SECOND)
    deaths.get(FIRST.pid)!('burnt')
    assert.equal(future.isReady, false)
    deaths.get(SECOND.pid)!('stopped')
    assert.equal(future.isReady, true)
    await rejected('ACTOR_DEAD', /second.*stopped/)
  })

  it('S10: fails when the only message that brought it was not handled', async () => {
    table.hold([future], FIRST)
    table.release([future], FIRST.pid, () => unhandled)
    assert.equal(future.isReady, true)
    await assert.rejects(async () => await future, unhandled)
  })

  it('S10: stays open while another message to the same object, or another object, has it', () => {
    table.hold([future], FIRST)
    table.hold([future], FIRST)
    table.hold([future], SECOND)
    table.release([future], FIRST.pid, () => unhandled)
    table.release([future], FIRST.pid, () => unhandled)
    assert.equal(future.isReady, false)
    table.release([future], SECOND.pid, () => unhandled)
    assert.equal(future.isReady, true)
  })

  it('S10: is told apart where the message that was not handled is heard of before the one that brought it', () => {
    table.write(future)
    table.release([future], FIRST.pid, () => unhandled)
    table.hold([future], SECOND)
    table.hold([future], FIRST)
    assert.equal(future.isReady, false)
    deaths.get(SECOND.pid)!('stopped')
    assert.equal(future.isReady, true)
  })

  it('is not kept when it is settled, where no other thread can ask for it', () => {
    table.meet(future)
    const first = ['future', HERE, 1, true] as const
    assert.equal(table.read(first), future)
    future.set(7)
    assert.notEqual(table.read(first), future)
    // It may still be passed to one that can.
    assert.equal(table.read(table.write(future)), future)
  })

  it('S10: that was answered is not touched by what becomes of its holders', async () => {
    table.hold([future], FIRST)
    future.set(7)
    deaths.get(FIRST.pid)!('burnt')
    assert.equal(await future, 7)
  })
})
