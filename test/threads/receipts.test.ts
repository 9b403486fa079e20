import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Receipt } from '../../src/core/message.ts'
import { BegunCalls } from '../../src/threads/begun-calls.ts'
import { CallReceipt } from '../../src/threads/receipts.ts'

const CALLER = 3
const nothing = (): void => {}
const PEER: Receipt = { begun: nothing, postponed: nothing, dropped: nothing }

/** The table of a thread, and what thread CALLER would read there once that one is dead. */
function table(): { readonly calls: BegunCalls; readonly mayHaveBegun: (id: number) => boolean } {
  const words = new Int32Array(new SharedArrayBuffer(BegunCalls.words * Int32Array.BYTES_PER_ELEMENT))
  return { calls: new BegunCalls(words), mayHaveBegun: (id) => new BegunCalls(words).askedBy(CALLER)(id) }
}

const receiptOf = (calls: BegunCalls, id: number): CallReceipt => new CallReceipt(PEER, calls, { place: CALLER, id })

describe('a call of another thread', () => {
  it('S11: may have been executed from its begin until its answer has left', () => {
    const { calls, mayHaveBegun } = table()
    const receipt = receiptOf(calls, 7)
    assert.equal(mayHaveBegun(7), false)
    receipt.begun()
    assert.deepEqual([6, 7, 8].map(mayHaveBegun), [false, true, false])
    receipt.answered()
    assert.equal(mayHaveBegun(7), false)
  })

  it('S11: that is postponed has not been executed, until it begins again', () => {
    const { calls, mayHaveBegun } = table()
    const receipt = receiptOf(calls, 7)
    receipt.begun()
    receipt.postponed()
    assert.equal(mayHaveBegun(7), false)
    receipt.begun()
    assert.equal(mayHaveBegun(7), true)
  })

  it('S11: whose answer has left gives its mark back, so that those after it are told apart, however many there were', () => {
    const { calls, mayHaveBegun } = table()
    for (let id = 0; id < 2_000; id++) {
      const receipt = receiptOf(calls, id)
      receipt.begun()
      receipt.answered()
    }
    receiptOf(calls, 2_000).begun()
    assert.deepEqual([1_999, 2_000, 2_001].map(mayHaveBegun), [false, true, false])
  })

  it('S11: without room for a mark makes all others doubtful, until it is answered', () => {
    const { calls, mayHaveBegun } = table()
    const receipts = Array.from({ length: 600 }, (_, id) => receiptOf(calls, id))
    for (const receipt of receipts) receipt.begun()
    assert.equal(mayHaveBegun(1_000), true)
    for (const receipt of receipts.slice(500)) receipt.answered()
    assert.deepEqual([499, 500, 1_000].map(mayHaveBegun), [true, false, false])
  })
})
