import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { NotCloneable, RemoteError } from '../../src/core/errors.ts'
import { ByteReader } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { decode, decodeFrom, encode, encodeInto, type Encoded } from '../../src/wire/codec.ts'
import { copyValue } from '../../src/wire/copy.ts'
import { WireError } from '../../src/wire/wire-error.ts'
import { anyValue } from './any-value.ts'
import { Future, passOn, references } from './by-reference.ts'
import { refusalOf, RUNS, seen, testCrossing, type Cross } from './crossing-contract.ts'

const asBytes: Cross = (value, path = 'args') => decode(encode(value, references, path), references)

testCrossing('as bytes', asBytes)

testCrossing('as bytes in shared memory, behind other bytes', (value, path = 'args') => {
  const { bytes, attachments } = encode(value, references, path)
  const memory = new Uint8Array(new SharedArrayBuffer(bytes.length + 7), 3, bytes.length)
  memory.set(bytes)
  const arrived = decode({ bytes: memory, attachments }, references)
  memory.fill(0)
  return arrived
})

const place = { path: 'args', executed: 'no' } as const

testCrossing('as bytes behind a header', (value, path = 'args') => {
  const writer = new ByteWriter(16)
  writer.varint(300)
  const attachments = encodeInto(writer, value, { references, place: { ...place, path } })
  writer.byte(42)
  const reader = new ByteReader(writer.written())
  assert.equal(reader.varint(), 300)
  const arrived = decodeFrom(reader, { references, attachments })
  assert.equal(reader.byte(), 42)
  assert.equal(reader.left, 0)
  return arrived
})

describe('S5: the codec and the copy within a thread', () => {
  const copied: Cross = (value) => copyValue(value, { passOn, place })

  it('give the same', () => {
    fc.assert(fc.property(anyValue, (value) => assert.equal(seen(asBytes(value)), seen(copied(value)))))
  })

  it('refuse the same, with the same words', () => {
    class Point {
      x = 1
    }
    const unsendable = fc.constantFrom<unknown>(
      () => 1,
      Symbol('s'),
      new WeakMap(),
      new Point(),
      Promise.resolve(),
      withThrower,
    )
    const layers = fc.array(fc.tuple(fc.constantFrom(...LAYERS), anyValue), { maxLength: 5 })
    fc.assert(
      fc.property(unsendable, layers, (bad, around) => {
        const value = around.reduce<unknown>((inner, [layer, beside]) => layer(inner, beside), bad)
        const refused = refusalOf(asBytes, value)
        assert.match(refused, / cannot cross$/)
        assert.equal(refusalOf(copied, value), refused)
      }),
    )
  })
})

const withThrower = {
  get thrower(): never {
    throw new Error('no')
  },
}

/** Ways to put a value into another one, beside a third. */
const LAYERS: readonly ((inner: unknown, beside: unknown) => unknown)[] = [
  (inner, beside) => [beside, inner],
  (inner, beside) => ({ beside, inner }),
  (inner, beside) => Object.assign(Object.create(null) as object, { 'be side': beside, 'in ner': inner }),
  (inner, beside) => new Map<unknown, unknown>([[1, beside], ['k', inner]]), // prettier-ignore
  (inner, beside) => new Map([[beside, 1], [inner, 2]]), // prettier-ignore
  (inner, beside) => new Map([[{ beside }, inner]]),
  (inner, beside) => new Set([beside, inner]),
  (inner, beside) => Object.assign([beside], { named: inner }),
  (inner, beside) => Object.assign([], { 5: beside, 1000: inner }),
]

describe('the codec', () => {
  it('gives bytes of their own, which the next message does not change', () => {
    const first = encode('first', references, 'args')
    encode('other', references, 'args')
    assert.equal(decode(first, references), 'first')
  })

  it('writes a whole value or nothing', () => {
    const writer = new ByteWriter()
    writer.byte(1)
    for (const bad of [
      [{ a: 1 }, () => 1],
      new Error('fine'),
      {
        get x() {
          throw new Error('no')
        },
      },
    ]) {
      // prettier-ignore
      const before = writer.length
      try {
        encodeInto(writer, bad, { references, place })
      } catch {
        assert.equal(writer.length, before)
      }
    }
  })

  it('needs nothing of one message to read another', () => {
    const messages = [
      [{ a: 1, b: 2 }],
      [
        { a: 3, b: 4 },
        { a: 5, b: 6 },
      ],
    ].map((value) => encode(value, references, 'args'))
    assert.deepEqual(messages.toReversed().map((message) => decode(message, references)), [[{ a: 3, b: 4 }, { a: 5, b: 6 }], [{ a: 1, b: 2 }]]) // prettier-ignore
  })

  it('can be used by a getter of a value that it writes', () => {
    const shared = { id: 1, name: 'x' }
    const value = {
      before: shared,
      get inner() {
        return asBytes({ list: [{ id: 2, name: 'y' }] })
      },
      after: [{ id: 3, name: 'z' }, shared],
    }
    const arrived = asBytes(value) as typeof value
    assert.deepStrictEqual(arrived, {
      before: shared,
      inner: { list: [{ id: 2, name: 'y' }] },
      after: [{ id: 3, name: 'z' }, shared],
    })
    assert.equal(arrived.after[1], arrived.before)
  })

  it('writes small calls in few bytes', () => {
    const size = (value: unknown): number => encode(value, references, 'args').bytes.length
    assert.equal(size([7, 'hello']), 1 + 2 + 1 + 6)
    assert.ok(size(Array.from({ length: 100 }, (_, id) => ({ id, on: true }))) < 500)
  })

  it('puts shared memory beside the bytes, once', () => {
    const memory = new SharedArrayBuffer(8)
    const { attachments } = encode([memory, new Uint8Array(memory), { memory }], references, 'args')
    assert.deepEqual(attachments, [memory])
    assert.equal(encode([new ArrayBuffer(1)], references, 'args').attachments.length, 0)
  })

  it('lets pass what the references throw to the sender', () => {
    const error = new Error('this Future is gone')
    const refusing = { ...references, write: () => { throw error } } // prettier-ignore
    assert.throws(
      () => encode([new Future(1)], refusing, 'args'),
      (thrown) => thrown === error,
    )
  })

  it('says in a WireError what the references throw when they read', () => {
    const cause = new TypeError('no such Future')
    const encoded = encode([new Future(1)], references, 'args')
    const failing = { ...references, read: () => { throw cause } } // prettier-ignore
    assert.throws(() => decode(encoded, failing), { name: 'WireError', cause })
  })
})

describe('hostile bytes', () => {
  /** Reads bytes: gives a value, or throws a WireError. */
  function read(encoded: Encoded): void {
    try {
      decode(encoded, references)
    } catch (error) {
      // A codec that nobody has is named.
      if (error instanceof NotCloneable && error.message.startsWith('value: an instance that a codec ')) return
      assert.ok(error instanceof WireError, `${String((error as Error).stack)} is a WireError`)
    }
  }

  it('of another form are refused', () => {
    assert.throws(() => decode({ bytes: Uint8Array.of(9, 1), attachments: [] }, references), /form 9, expected 1/)
    assert.throws(() => decode({ bytes: new Uint8Array(0), attachments: [] }, references), WireError)
  })

  it('that go on after the value are refused', () => {
    const { bytes } = encode(1, references, 'args')
    assert.throws(
      () => decode({ bytes: Uint8Array.of(...bytes, 0), attachments: [] }, references),
      /goes on for 1 bytes/,
    )
  })

  it('that end too early are refused, wherever they end', () => {
    fc.assert(
      fc.property(anyValue, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, part) => {
        const { bytes, attachments } = encode(value, references, 'args')
        const cut = bytes.subarray(0, Math.floor(bytes.length * part))
        assert.throws(() => decode({ bytes: cut, attachments }, references), WireError)
      }),
    )
  })

  it('that were damaged give another value or a WireError', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(anyValue, damage, (value, changes) => {
        const { bytes, attachments } = encode(value, references, 'args')
        for (const [at, byte] of changes) bytes[1 + (at % Math.max(1, bytes.length - 1))] = byte
        read({ bytes, attachments })
      }),
      { numRuns: RUNS * 10 },
    )
  })

  it('at random give a value or a WireError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) =>
        read({ bytes: Uint8Array.of(1, ...bytes), attachments: [] }),
      ),
      { numRuns: RUNS * 10 },
    )
  })

  it('of each kind, with each number behind it, take no memory that they do not have', () => {
    const before = process.memoryUsage().rss
    const numbers = [
      [0xff, 0xff, 0xff, 0x7f],
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ]
    for (let kind = 0; kind < 256; kind++)
      for (const number of numbers)
        for (const tail of [[], [0], [0xc0, 0xc0, 0xc0], [...number, ...number, 0xc1], [0xff, 0x01, 0xc1]])
          read({ bytes: Uint8Array.of(1, kind, ...number, ...tail), attachments: [] })
    assert.ok(process.memoryUsage().rss - before < 200_000_000)
  })

  it('that never end are refused', () => {
    assert.throws(
      () =>
        decode({ bytes: new Uint8Array(50).fill(0xff).fill(1, 0, 1).fill(0x14, 1, 2), attachments: [] }, references),
      WireError,
    )
  })

  it('that are nested deep are refused', () => {
    for (const kind of [
      [0x14, 1],
      [0x13],
      [0x16, 1],
      [0x17, 1],
      [0x0e],
      [0x22],
      [0x28, 0, 0, 0],
      [0x34, 0x81, 0x61],
      [0x30, 0x85, 0x45, 0x72, 0x72, 0x6f, 0x72, 1, 0, 0x81, 0x61],
    ]) {
      const deep = Uint8Array.from([1, ...Array.from({ length: 100_000 }, () => kind).flat()])
      assert.throws(() => decode({ bytes: deep, attachments: [] }, references), WireError)
    }
  })

  it('that name an unknown error class give a RemoteError of that name', () => {
    const { bytes } = encode(new TypeError('x'), references, 'args')
    const text = Buffer.from(bytes).toString('latin1').replace('\x89TypeError', '\x89__proto__')
    const arrived = decode({ bytes: Buffer.from(text, 'latin1'), attachments: [] }, references) as RemoteError
    assert.ok(arrived instanceof RemoteError)
    assert.deepEqual([arrived.name, arrived.message], ['__proto__', 'x'])
  })

  it('that ask for an attachment that is none are refused', () => {
    const { bytes } = encode(new SharedArrayBuffer(1), references, 'args')
    for (const attachments of [[], [{}], [new ArrayBuffer(1)]])
      assert.throws(() => decode({ bytes, attachments }, references), /lacks its attachment 0/)
  })
})
