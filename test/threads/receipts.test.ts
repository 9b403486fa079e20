import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Outcome } from '../../src/core/future.ts'
import { NO_CONTEXT, type Receipt } from '../../src/core/message.ts'
import { ArrivedCall } from '../../src/threads/arrived-call.ts'
import { BegunCalls } from '../../src/threads/begun-calls.ts'
import { Counts } from '../../src/threads/counts.ts'
import { Ledger } from '../../src/threads/ledger.ts'
import { SenderReceipt } from '../../src/threads/receipts.ts'

const CALLER = 3
const nothing = (): void => {}
const PEER: Receipt = { begun: nothing, postponed: nothing, dropped: nothing }

/** The table of a thread, and what thread CALLER would read there once that one is dead. */
function table(): { readonly calls: BegunCalls; readonly mayHaveBegun: (id: number) => boolean } {
  const words = new Int32Array(new SharedArrayBuffer(BegunCalls.words * Int32Array.BYTES_PER_ELEMENT))
  return { calls: new BegunCalls(words), mayHaveBegun: (id) => new BegunCalls(words).askedBy(CALLER)(id) }
}

function receiptOf(begun: BegunCalls, id: number): ArrivedCall {
  const packet = { kind: 'call', to: 1, from: 2, id, method: 'work', context: NO_CONTEXT, args: [] } as const
  return new ArrivedCall({ begun, receipt: PEER, answer: () => undefined }, CALLER, { packet, loan: undefined })
}

const DONE: Outcome = { ok: true, value: undefined }

describe('a call of another thread', () => {
  it('S11: may have been executed from its begin until its answer has left', () => {
    const { calls, mayHaveBegun } = table()
    const receipt = receiptOf(calls, 7)
    assert.equal(mayHaveBegun(7), false)
    receipt.begun()
    assert.deepEqual([6, 7, 8].map(mayHaveBegun), [false, true, false])
    receipt.answer(DONE)
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
      receipt.answer(DONE)
    }
    receiptOf(calls, 2_000).begun()
    assert.deepEqual([1_999, 2_000, 2_001].map(mayHaveBegun), [false, true, false])
  })

  it('S11: without room for a mark makes all others doubtful, until it is answered', () => {
    const { calls, mayHaveBegun } = table()
    const receipts = Array.from({ length: 600 }, (_, id) => receiptOf(calls, id))
    for (const receipt of receipts) receipt.begun()
    assert.equal(mayHaveBegun(1_000), true)
    for (const receipt of receipts.slice(500)) receipt.answer(DONE)
    assert.deepEqual([499, 500, 1_000].map(mayHaveBegun), [true, false, false])
  })
})

describe('a message of another thread', () => {
  /** The account of two threads, as the sender's and the receiver's side see it, and the receipt that the receiver keeps. */
  function account(): {
    readonly sender: Ledger
    readonly receiver: Ledger
    readonly receipt: SenderReceipt
    readonly counts: Counts
  } {
    const memory = Ledger.create()
    const [sender, receiver] = [new Ledger(memory, 0), new Ledger(memory, 1)]
    const counts = new Counts(new SharedArrayBuffer(Counts.bytes), 0)
    return { sender, receiver, receipt: new SenderReceipt(counts, receiver), counts }
  }

  it('S1: is lost with its receiver unless it was begun, or dropped', () => {
    const { sender, receipt } = account()
    sender.sent(5)
    receipt.begun()
    receipt.begun()
    receipt.dropped()
    assert.deepEqual(sender.settle(0), { toIt: 2, fromIt: 0, waiting: 0, sent: 5, taken: 0 })
  })

  it('S1: that was begun and put back is lost with its receiver, too', () => {
    const { sender, receipt } = account()
    sender.sent(1)
    receipt.begun()
    receipt.postponed()
    assert.equal(sender.settle(0).toIt, 1)
  })

  it('S1: that never left its dead sender is told from one that waits here', () => {
    const { sender, receiver, receipt } = account()
    sender.sent(5)
    receipt.begun()
    assert.deepEqual(receiver.settle(3), { toIt: 0, fromIt: 2, waiting: 2, sent: 0, taken: 1 })
  })

  it('S1: nothing is counted twice: of a closed account nothing is left to be lost', () => {
    const memory = Ledger.create()
    const [sender, receiver] = [new Ledger(memory, 0), new Ledger(memory, 1)]
    sender.sent(3)
    receiver.sent(2)
    receiver.taken(1)
    assert.equal(Ledger.lost(memory), 4)
    receiver.settle(3)
    assert.equal(Ledger.lost(memory), 0)
  })

  it('S1: wherever its thread is ended on its way, it is counted once: by whom it was sent', () => {
    const { sender } = account()
    const counts = new Counts(new SharedArrayBuffer(Counts.bytes), 0)
    const lost = (): number => counts.lostWith(sender.totals)
    const steps: readonly (() => void)[] = [() => counts.sent(), () => sender.sent(1)]
    // Sent and not placed: with its thread. In the ledger: for the receiver, or the kernel, to count.
    assert.deepEqual(
      steps.map((step) => {
        step()
        return lost()
      }),
      [1, 0],
    )
    counts.sent()
    assert.equal(lost(), 1)
    counts.refused('mailbox full')
    assert.equal(lost(), 0)
    counts.sent()
    counts.sentLocally()
    assert.equal(lost(), 1, 'it waits in a mailbox of the same thread')
  })

  it('S1: wherever its thread is ended on its way, it is counted once: where it was taken', () => {
    const { receiver, receipt, counts } = account()
    const lost = (): number => counts.lostWith(receiver.totals)
    receiver.taken(1)
    assert.equal(lost(), 1, 'taken, and not yet counted as handled')
    counts.handled(1)
    assert.equal(lost(), 0)
    receipt.begun()
    assert.equal(lost(), 0)
    counts.handled(-1)
    assert.equal(lost(), 1, 'it is being put back')
    receiver.taken(-1)
    assert.equal(lost(), 0, 'it waits again, which the ledger says')
    receipt.dropped()
    assert.equal(lost(), 1)
    counts.dropped('expired')
    assert.equal(lost(), 0)
  })

  it('S1: what a dead thread has left here is lost with this one, unless it was begun', () => {
    const { sender, receiver, receipt, counts } = account()
    sender.sent(3)
    receipt.begun()
    const { toIt, fromIt, ...closed } = receiver.settle(3)
    receipt.close()
    counts.closed(closed)
    assert.deepEqual([toIt, fromIt, counts.lostWith(receiver.totals)], [0, 0, 2])
    receipt.begun()
    receipt.dropped()
    counts.dropped('expired')
    assert.equal(counts.lostWith(receiver.totals), 0)
  })
})
