import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NO_CONTEXT, type Message } from '../../src/core/message.ts'
import { Turn } from '../../src/core/turn.ts'
import { replier, TestHost } from './support/test-host.ts'

const host = new TestHost()

function turn(message: Partial<Message> = {}): Turn {
  const full: Message = {
    kind: 'call',
    method: 'work',
    args: [],
    from: 0,
    context: NO_CONTEXT,
    reply: undefined,
    own: undefined,
    loan: undefined,
    receipt: undefined,
    ...message,
  }
  return new Turn(full, {
    scope: { pid: 1, turn: undefined, keeper: host, owner: { name: 'owner', isOver: false, strayed() {} } },
    since: 0,
    beside: false,
  })
}

describe('a turn', () => {
  it('S10: answers its call once', () => {
    const answers: unknown[] = []
    const one = turn({ reply: replier((outcome) => void answers.push(outcome)) })
    assert.equal(one.answer({ ok: true, value: 1 }), true)
    assert.equal(one.answer({ ok: true, value: 2 }), false)
    assert.deepEqual(answers, [{ ok: true, value: 1 }])
  })

  it('S14: keeps the first reason for which it is aborted, whenever its signal is asked for', () => {
    const one = turn()
    assert.equal(one.isAborted, false)
    one.abort('first')
    one.abort('second')
    assert.equal(one.isAborted, true)
    const signal = one.signalOn(host.clock)
    assert.equal(signal.reason, 'first')
    assert.equal(one.signalOn(host.clock), signal)
  })

  it('S15: whose deadline has passed aborts at once when its signal is asked for', () => {
    const one = turn({ context: { ...NO_CONTEXT, deadline: -1 } })
    const signal = one.signalOn(host.clock)
    host.clock.advance(0)
    assert.equal(signal.aborted, true)
  })
})
