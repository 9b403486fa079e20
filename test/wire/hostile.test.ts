/** S6: whatever is sent, and whatever bytes come, ends in a value or in an error that says so: no crash, and nothing that others rely on is changed. */

import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { MessageChannel } from 'node:worker_threads'
import * as fc from 'fast-check'
import { NotCloneable } from '../../src/core/errors.ts'
import { NO_CONTEXT } from '../../src/core/message.ts'
import { ByteReader } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { decode, encode, Misread } from '../../src/wire/codec.ts'
import { copyValue } from '../../src/wire/copy.ts'
import { readPacket, writePacket } from '../../src/wire/packet-codec.ts'
import { ParcelPort } from '../../src/wire/parcel-port.ts'
import type { Packet } from '../../src/wire/protocol.ts'
import { WireError } from '../../src/wire/wire-error.ts'
import { passOn, references } from './by-reference.ts'
import { anyWithInstances } from './classes.ts'
import { RUNS, seen, testCrossing, type Cross } from './crossing-contract.ts'
import { anyHostile } from './hostile-value.ts'
import { assertUnpolluted } from './pollution.ts'

const asBytes: Cross = (value, path = 'args') => decode(encode(value, references, path), references, { path })

const copied: Cross = (value, path = 'args') => {
  const copy = copyValue(value, { passOn, place: { path, executed: 'no' } })
  if (Misread.is(copy)) throw copy.error({ path, executed: 'no' })
  return copy
}

const { port1, port2 } = new MessageChannel()
const sender = new ParcelPort(port1, { onReadable: () => {} })
const receiver = new ParcelPort(port2, { onReadable: () => {} })
after(() => [sender, receiver].forEach((end) => end.close()))

/** By structured clone, as where there is no ring: the bytes, and beside them what cannot be bytes. */
const asParcel: Cross = (value, path = 'args') => {
  sender.post('request', encode(value, references, path))
  return decode(receiver.take('request')!, references, { path })
}

testCrossing('as a message of a MessagePort', asParcel)

const WAYS: readonly (readonly [string, Cross])[] = [
  ['as bytes', asBytes],
  ['as a message of a MessagePort', asParcel],
  ['as a copy within a thread', copied],
]

for (const [way, cross] of WAYS)
  describe(`S6: hostile values, ${way}`, () => {
    it('are refused with their path, or arrive; the next value crosses, and nothing is polluted', () => {
      const harmless = [{ a: 1, b: [{ a: 2 }] }, new Map([['k', { a: 3 }]])]
      let refused = 0
      fc.assert(
        fc.property(anyHostile, (make) => {
          const value = make()
          try {
            cross(value)
          } catch (error) {
            if (!(error instanceof NotCloneable)) throw error
            assert.ok(error.path.startsWith('args'))
            assert.equal(error.executed, 'no')
            refused++
          }
          assert.deepStrictEqual(cross(harmless), harmless)
        }),
        { numRuns: RUNS * 5 },
      )
      assert.ok(refused > RUNS)
      assertUnpolluted()
    })
  })

describe('S6: hostile bytes', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })

  it('of values, instances among them, pollute nothing', () => {
    fc.assert(
      fc.property(anyWithInstances, damage, (value, changes) => {
        const { bytes, attachments } = encode([withProto, value], references, 'args')
        for (const [at, byte] of changes) bytes[1 + (at % (bytes.length - 1))] = byte
        try {
          decode({ bytes, attachments }, references)
        } catch (error) {
          assert.ok(error instanceof WireError || error instanceof NotCloneable, String(error))
        }
      }),
      { numRuns: RUNS * 5 },
    )
    assertUnpolluted()
  })

  const withProto = JSON.parse(
    '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": 1}}}',
  ) as object

  const packet: fc.Arbitrary<Packet> = fc
    .tuple(anyWithInstances, fc.nat(), fc.string(), fc.double({ noNaN: true }))
    .chain(([value, id, text, time]) => {
      const context = { deadline: time, chain: [id, 7], trace: text }
      return fc.constantFrom<Packet>(
        { kind: 'call', id, to: 1, from: 2, method: text, context, args: [value] },
        { kind: 'tell', to: id, from: 2, method: text, context: NO_CONTEXT, args: [value] },
        { kind: 'value', id, value },
        { kind: 'error', id, error: new Error(text, { cause: value }) },
        { kind: 'settle', future: id, ok: true, value },
        { kind: 'hold', future: id, pid: 3, place: 4, name: text },
        { kind: 'down', pid: id, isLast: true, reason: text },
        { kind: 'behind', id, place: 1, stands: 'line', pid: 2, call: 3, since: time },
      )
    })

  function written(one: Packet): { readonly bytes: Uint8Array; readonly attachments: readonly unknown[] } {
    const writer = new ByteWriter(64)
    const attachments = writePacket(writer, one, { references })
    return { bytes: new Uint8Array(writer.written()), attachments }
  }

  function read(bytes: Uint8Array, attachments: readonly unknown[]): Packet {
    return readPacket(new ByteReader(bytes), attachments, references)
  }

  it('of packets: what is whole is read, what ends too early is a WireError', () => {
    fc.assert(
      fc.property(packet, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (sent, part) => {
        const { bytes, attachments } = written(sent)
        assert.equal(seen(read(bytes, attachments)), seen(sent))
        assert.throws(() => read(bytes.subarray(0, Math.floor(bytes.length * part)), attachments), WireError)
      }),
      { numRuns: RUNS },
    )
  })

  it('of packets, damaged or at random, are a packet or a WireError, and pollute nothing', () => {
    const tryTo = (bytes: Uint8Array, attachments: readonly unknown[]): void => {
      try {
        read(bytes, attachments)
      } catch (error) {
        if (!(error instanceof WireError)) throw error
      }
    }
    fc.assert(
      fc.property(packet, damage, fc.uint8Array({ maxLength: 100 }), (sent, changes, random) => {
        const { bytes, attachments } = written(sent)
        for (const [at, byte] of changes) bytes[1 + (at % (bytes.length - 1))] = byte
        tryTo(bytes, attachments)
        tryTo(Uint8Array.of(bytes[0]!, ...random), [])
      }),
      { numRuns: RUNS * 5 },
    )
    assertUnpolluted()
  })
})
