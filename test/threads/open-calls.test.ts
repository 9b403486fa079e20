import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { FutureShock } from '../../src/core/errors.ts'
import { Future } from '../../src/core/future.ts'
import { OpenCalls, SystemCall, type OpenCall } from '../../src/threads/open-calls.ts'

describe('an open call', () => {
  let now: number
  let late: number
  let calls: OpenCalls

  beforeEach(() => {
    now = 0
    late = 0
    calls = new OpenCalls({ late: () => late++, now: () => now })
  })

  const openCall = (): OpenCall =>
    calls.open(new SystemCall(new Future<unknown>(), { what: 'slow.ask', name: 'slow', deadline: 100 }))

  it('S13: is settled by what comes before its deadline', async () => {
    const call = openCall()
    now = 99
    calls.answered(call.id, { ok: true, value: 7 })
    assert.equal(await call.future, 7)
    assert.equal(late, 0)
  })

  it('S13: a value that comes after the deadline is late, also where this thread was too busy to notice that the time is over', async () => {
    const call = openCall()
    const taken: unknown[] = []
    call.way = { takeBack: (_, reason) => void taken.push(reason) }
    now = 100
    calls.answered(call.id, { ok: true, value: 7 })
    await assert.rejects(call.future, FutureShock)
    assert.equal(late, 1)
    assert.ok(taken[0] instanceof FutureShock)
  })

  it('S13: is settled once; a second answer is counted', async () => {
    const call = openCall()
    calls.answered(call.id, { ok: true, value: 7 })
    calls.answered(call.id, { ok: true, value: 8 })
    assert.equal(await call.future, 7)
    assert.equal(late, 1)
  })
})
