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
  const packets: Packet[] = []
  const routesOf = (here: Place): Routes =>
    new Routes({
      here,
      references: NO_REFERENCES,
      introduce: (place) => void state.asked.push(place),
      receive: (_, got) => {
        packets.push(got)
        received.push('method' in got ? got.method : got.kind)
      },
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
  return { left, right, state, received, packets }
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

  it('S5, S6: bring buffers of every length as copies, shared as they were, whichever way they go', (t) => {
    const { left, right, packets } = pair(t)
    for (const length of [8, 1_000, 10_000, 64_000, 131_000, 131_072, 300_000]) {
      const whole = new Uint8Array(length).fill(7)
      const buffer = new ArrayBuffer(length + 16)
      const node = Buffer.alloc(length, 9)
      const sent = [
        { whole, again: whole, bytes: whole.buffer },
        { part: new Uint8Array(buffer, 8, length), overlaps: new Uint8Array(buffer, 4, length) },
        { odd: new Float64Array(new ArrayBuffer(length * 8 + 24), 8, length), node, resizable: resizable(length) },
      ]
      let told = 0
      left.send(RIGHT!, 'answer', { kind: 'value', id: 1, value: sent }, { before: (bytes) => (told = bytes) })
      while (right.turn('answers'));
      const got = (packets.pop() as Extract<Packet, { kind: 'value' }>).value as typeof sent
      assert.deepEqual(got, sent)
      assert.ok(Buffer.isBuffer(got[2]!.node))
      assert.equal(got[0]!.whole!.buffer, got[0]!.bytes)
      assert.equal(got[0]!.again, got[0]!.whole)
      assert.equal(got[1]!.part!.buffer, got[1]!.overlaps!.buffer)
      assert.equal(whole.length, length, 'the sender keeps its own')
      const size = length + (length + 4) + length * 8 + length + length
      assert.ok(told >= size && told < size + 1_000, `${told} for ${size}`)
    }
  })

  it('S7: are read to the first long record, so that what it brings is handled while the next one is written', (t) => {
    const { left, right, received } = pair(t)
    const long = 'long'.repeat(8_000)
    for (const [n, args] of [[], [long], [long], [], [long]].entries())
      left.send(RIGHT!, 'request', { ...packet(`tell${n}`), args } as Packet)
    const seen: (readonly [string[], boolean])[] = []
    for (let more = true; more;) {
      more = right.turn('all')
      seen.push([received.splice(0), more])
    }
    assert.deepEqual(seen, [
      [['tell0', 'tell1'], true],
      [['tell2'], true],
      [['tell3', 'tell4'], true],
      [[], false],
    ])
  })

  it('S2: keep the order of values of every size, whatever found room', (t) => {
    const { left, right, packets } = pair(t)
    const sizes = Array.from({ length: 400 }, (_, n) => [3, 700, 9_000, 40_000, 131_000, 200_000][(n * n + n) % 6]!)
    const value = (n: number) => `${n} `.padEnd(sizes[n]!, n % 2 === 0 ? 'x' : 'Ж')
    const lanes = ['request', 'answer'] as const
    const seen = { request: [] as string[], answer: [] as string[] }
    const read = (): void => {
      while (right.turn('all'));
      for (const got of packets.splice(0))
        if (got.kind === 'value') seen.answer.push(got.value as string)
        else if (got.kind === 'tell') seen.request.push((got.args as string[])[0]!)
    }
    for (let n = 0; n < sizes.length; n++) {
      left.send(RIGHT!, 'answer', { kind: 'value', id: n, value: value(n) })
      left.send(RIGHT!, 'request', { ...packet('tell'), args: [value(n)] } as Packet)
      if (n % 40 === 39) read()
    }
    for (let round = 0; round < 50; round++) {
      left.turn('all')
      read()
    }
    for (const lane of lanes) {
      assert.equal(seen[lane].length, sizes.length, lane)
      for (const [n, text] of seen[lane].entries()) assert.ok(text === value(n), `${lane} ${n}`)
    }
  })
})

function resizable(length: number): ArrayBuffer {
  return new ArrayBuffer(length, { maxByteLength: length + 8 })
}
