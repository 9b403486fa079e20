/** Heads of messages that come again are copied and compared as bytes, and read as what they are. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { NO_CONTEXT } from '../../src/core/message.ts'
import { ByteReader } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { readPacket, writePacket } from '../../src/wire/packet-codec.ts'
import type { Packet } from '../../src/wire/protocol.ts'
import { references } from './by-reference.ts'

/** Few of each, so that many come again; methods that begin alike, are long, are no latin1. */
const head = {
  to: fc.constantFrom(1, 2, 300, 2 ** 40),
  from: fc.constantFrom(0, 7, 300),
  method: fc.constantFrom('add', 'added', 'a'.repeat(100), 'größe', '加', ''),
  context: fc.oneof(
    { weight: 4, arbitrary: fc.constant(NO_CONTEXT) },
    { weight: 1, arbitrary: fc.constant({ deadline: 5.5, chain: [1, 2], trace: undefined }) },
  ),
  args: fc.array(fc.oneof(fc.nat(), fc.string(), fc.constant({ a: 1 })), { maxLength: 3 }),
}
const packet: fc.Arbitrary<Packet> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('call' as const), id: fc.nat(), ...head }, { noNullPrototype: true }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { kind: fc.constantFrom('tell' as const, 'notify' as const), ...head },
      { noNullPrototype: true },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { kind: fc.constant('value' as const), id: fc.nat(), value: fc.nat() },
      { noNullPrototype: true },
    ),
  },
)
/** Each several times in a row. */
const packets = fc
  .array(fc.tuple(packet, fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 20 })
  .map((all) => all.flatMap(([one, times]) => Array.from({ length: times }, () => one)))

function written(one: Packet): Uint8Array {
  const writer = new ByteWriter(16)
  assert.deepEqual(writePacket(writer, one, { references }), [])
  return new Uint8Array(writer.written())
}

describe('the heads of messages', () => {
  it('S42: are whole in each message, whatever came before it', () => {
    fc.assert(
      fc.property(packets, fc.infiniteStream(fc.nat()), (all, chance) => {
        const bytes = all.map((one) => written(one))
        const read = (at: number): Packet => readPacket(new ByteReader(bytes[at]), [], references)
        for (const [at, one] of all.entries()) assert.deepEqual(read(at), one)
        // In any order, so after others than they were written after.
        for (const [at, one] of all.entries()) {
          const other = chance.next().value % all.length
          assert.deepEqual(read(other), all[other])
          assert.deepEqual(written(one), bytes[at], 'the same bytes, whatever was written before')
        }
      }),
    )
  })

  it('are read where they stand among others, as far as they go', () => {
    const tell: Packet = { kind: 'tell', to: 3, from: 4, method: 'again', context: NO_CONTEXT, args: [1] }
    const one = Buffer.from(written(tell))
    const twice = Buffer.concat([one, one])
    for (const start of [0, one.length, 0]) {
      const reader = new ByteReader()
      reader.openAt(twice, start, start + one.length)
      assert.deepEqual(readPacket(reader, [], references), tell)
      assert.equal(reader.left, 0)
    }
    for (let end = 0; end < one.length; end++) {
      const reader = new ByteReader()
      reader.openAt(twice, 0, end)
      assert.throws(() => readPacket(reader, [], references), { name: 'WireError' }, `${end} of ${one.length} bytes`)
    }
  })
})
