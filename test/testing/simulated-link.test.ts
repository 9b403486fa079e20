import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { simulatedLinks, type LinkPlace, type LinkWorld } from '../../src/testing/simulated-link.ts'
import type { Link } from '../../src/wire/link.ts'
import { linkContract } from '../wire/link-contract.ts'

let stamp = 0
const SEES_ALL: LinkPlace = { seenUpTo: () => undefined }
const AT_ONCE: LinkWorld = { stamp: () => ++stamp, now: () => 0, delay: () => 0, after: () => assert.fail('no delay') }

linkContract('a link between simulated threads', (left, right) => {
  const [leftHalf, rightHalf] = simulatedLinks([SEES_ALL, SEES_ALL], [AT_ONCE, AT_ONCE])
  return [leftHalf.open(left), rightHalf.open(right)]
})

describe('a link between simulated threads', () => {
  /** Two ends, of which the right one looks as it is told, at a time that the test moves. */
  function makeLink() {
    const state = { now: 0, delay: 0, upTo: undefined as number | undefined, readable: 0 }
    const timers: { readonly due: number; readonly call: () => void }[] = []
    const world: LinkWorld = {
      stamp: () => ++stamp,
      now: () => state.now,
      delay: () => state.delay,
      after: (ms, call) => void timers.push({ due: state.now + ms, call }),
    }
    const [leftHalf, rightHalf] = simulatedLinks([SEES_ALL, { seenUpTo: () => state.upTo }], [world, world])
    const left = leftHalf.open({ onReadable: () => {}, ringPeer: () => {} })
    const right = rightHalf.open({ onReadable: () => void state.readable++, ringPeer: () => {} })
    const send = (text: string): void =>
      left.send('request', { bytes: new TextEncoder().encode(text), attachments: [] })
    const goTo = (now: number): void => {
      state.now = now
      for (const timer of timers.splice(0))
        if (timer.due <= now) timer.call()
        else timers.push(timer)
    }
    return { state, left, right, send, goTo, read: () => textsIn(right) }
  }

  function textsIn(link: Link): string[] {
    const texts: string[] = []
    link.read((_, { bytes }) => texts.push(Buffer.from(bytes).toString()), 100)
    return texts
  }

  test('shows a thread what was sent when it looked, and tells it of the rest', () => {
    const { state, send, read } = makeLink()
    send('early')
    state.upTo = stamp
    send('late')
    state.readable = 0
    assert.deepEqual(read(), ['early'])
    assert.equal(state.readable, 1)
    state.upTo = stamp
    assert.deepEqual(read(), ['late'])
  })

  test('delays, and keeps the order when the delay gets shorter', () => {
    const { state, send, read, goTo } = makeLink()
    state.delay = 100
    send('a')
    state.delay = 0
    send('b')
    assert.deepEqual(read(), [])
    goTo(99)
    assert.deepEqual(read(), [])
    state.readable = 0
    goTo(100)
    assert.ok(state.readable > 0, 'nobody told')
    assert.deepEqual(read(), ['a', 'b'])
  })

  test('what is handed over has arrived, whatever its delay', () => {
    const { state, left, send, read } = makeLink()
    state.delay = 100
    send('a')
    left.handOver()
    assert.deepEqual(read(), ['a'])
    send('b')
    assert.deepEqual(read(), [], 'a handing over is for what was held then')
  })

  test('S12: what its sender had sent before it closed is readable, whatever its delay', () => {
    const { state, left, send, read } = makeLink()
    state.delay = 100
    send('a')
    left.close()
    assert.deepEqual(read(), ['a'])
  })
})
