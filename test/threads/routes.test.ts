import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { NO_CONTEXT } from '../../src/core/message.ts'
import { NO_REFERENCES } from '../../src/threads/error-bytes.ts'
import { Ledger } from '../../src/threads/ledger.ts'
import { Routes } from '../../src/threads/routes.ts'
import { ThreadMemory } from '../../src/threads/shared-state.ts'
import type { Place } from '../../src/wire/kernel-protocol.ts'
import { makeLinkPair } from '../../src/wire/link-pair.ts'
import type { Packet } from '../../src/wire/protocol.ts'

const [LEFT, RIGHT, STRANGER]: readonly Place[] = [1, 2, 3]
const packet = (method: string): Packet => ({ kind: 'tell', to: 5, from: 4, method, context: NO_CONTEXT, args: [] })

/** The roads of two threads that have been introduced, in this one; `state.isFenced` gives the left one up. */
function pair(t: TestContext) {
  const state = { isFenced: false, asked: [] as Place[] }
  const received: string[] = []
  const routesOf = (here: Place): Routes =>
    new Routes({
      here,
      references: NO_REFERENCES,
      introduce: (place) => void state.asked.push(place),
      receive: (_, got) => void received.push('method' in got ? got.method : got.kind),
      settle: (_, ledger) => ledger.settle(received.length).fromIt,
      lostUnmet: () => {},
      stale: () => {},
      isFenced: () => here === LEFT && state.isFenced,
      handOverLines: () => false,
      unreadable: (_, error) => assert.fail(String(error)),
      onReadable: () => {},
      onWoken: () => {},
    })
  const [left, right] = [routesOf(LEFT!), routesOf(RIGHT!)]
  const [leftHalf, rightHalf] = makeLinkPair('ring')
  const account = Ledger.create()
  left.introduced(RIGHT!, { half: leftHalf, memory: ThreadMemory.create(), ledger: new Ledger(account, 0) })
  right.introduced(LEFT!, { half: rightHalf, memory: ThreadMemory.create(), ledger: new Ledger(account, 1) })
  t.after(() => [left, right].forEach((routes) => routes.close()))
  return { left, right, state, received }
}

describe('the roads of a thread', () => {
  it('S37: are closed to what it still sends when it was given up, to threads that it knows and to others', (t) => {
    const { left, right, state, received } = pair(t)
    assert.equal(left.send(RIGHT!, 'request', packet('before')), true)
    state.isFenced = true
    assert.equal(left.send(RIGHT!, 'request', packet('after')), false)
    assert.equal(left.send(RIGHT!, 'answer', packet('after')), false)
    assert.equal(left.send(STRANGER!, 'request', packet('after')), false)
    right.turn('all')
    assert.deepEqual(received, ['before'])
  })

  it('S12, S1: are read to their end when it has died, before its death is told; nothing is lost then', (t) => {
    const { left, right, received } = pair(t)
    const methods = Array.from({ length: 1_000 }, (_, n) => `tell${n}`)
    for (const method of methods) left.send(RIGHT!, 'request', packet(method))
    assert.deepEqual(right.died(LEFT!, 'it was ended').messages, 0)
    assert.deepEqual(received, methods)
    assert.equal(right.send(LEFT!, 'answer', packet('too late')), false)
    assert.equal(right.deathOf(LEFT!), 'it was ended')
  })
})
