import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { ByteReader } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { readBigInt, readKey, readString, writeBigInt, writeString } from '../../src/wire/scalars.ts'
import { WireError } from '../../src/wire/wire-error.ts'

function readerOf(write: (writer: ByteWriter) => void): ByteReader {
  const writer = new ByteWriter(1)
  write(writer)
  return new ByteReader(writer.written())
}

describe('bytes that are written', () => {
  it('are read as the numbers that they were', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.maxSafeNat(), fc.nat(255), fc.double())), (numbers) => {
        const reader = readerOf((writer) => {
          for (const [whole, byte, float] of numbers) {
            writer.varint(whole)
            writer.byte(byte)
            writer.float64(float)
            writer.uint32(whole % 2 ** 32)
          }
        })
        for (const [whole, byte, float] of numbers) {
          assert.equal(reader.varint(), whole)
          assert.equal(reader.byte(), byte)
          assert.equal(reader.float64(), float)
          assert.equal(reader.uint32(), whole % 2 ** 32)
        }
        assert.equal(reader.left, 0)
      }),
    )
  })

  it('take one byte for a small number and eight for the largest', () => {
    for (const [number, size] of [
      [0, 1],
      [127, 1],
      [128, 2],
      [2 ** 31, 5],
      [2 ** 49 - 1, 7],
      [Number.MAX_SAFE_INTEGER, 8],
    ] as const) {
      // prettier-ignore
      const reader = readerOf((writer) => writer.varint(number))
      assert.equal(reader.left, size)
      assert.equal(reader.varint(), number)
    }
  })

  it('are read as the texts that they were, each time, also as keys', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme', minLength: 50 }),
      fc.constantFrom('id', 'name'),
    )
    fc.assert(
      fc.property(fc.array(texts), (list) => {
        const reader = readerOf((writer) => [...list, ...list, ...list].forEach((text) => writeString(writer, text)))
        for (const text of list) assert.equal(readString(reader), text)
        for (const text of [...list, ...list]) assert.equal(readKey(reader), text)
      }),
    )
  })

  it('are read as the bigints that they were', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        const reader = readerOf((writer) => writeBigInt(writer, value))
        reader.byte()
        assert.equal(readBigInt(reader), value)
      }),
    )
  })

  it('can be taken back', () => {
    const writer = new ByteWriter()
    writer.byte(1)
    const { length } = writer
    writeString(writer, 'x'.repeat(10_000))
    writer.length = length
    writer.byte(2)
    assert.deepEqual([...writer.written()], [1, 2])
  })

  it('leave no large memory behind for the next message', () => {
    const writer = new ByteWriter(64)
    writer.copy(new Uint8Array(10_000_000))
    writer.reset()
    assert.equal(writer.bytes.length, 64)
    assert.equal(writer.length, 0)
  })

  it('that would be too many say so', () => {
    const writer = new ByteWriter()
    assert.throws(() => writer.reserve(2 ** 53 - 1), WireError)
    writer.byte(1)
    assert.equal(writer.length, 1)
  })
})

describe('a reader', () => {
  it('reads a part of some memory, shared or not, and nothing beside it', () => {
    for (const memory of [new ArrayBuffer(16), new SharedArrayBuffer(16)]) {
      const all = new Uint8Array(memory)
      all.set([9, 9, 0x85, 104, 101, 108, 108, 111, 9])
      const reader = new ByteReader(all.subarray(2, 8))
      assert.equal(readString(reader), 'hello')
      assert.throws(() => reader.byte(), WireError)
      reader.open(all.subarray(3, 5))
      assert.equal(reader.latin1(2), 'he')
      assert.equal(reader.left, 0)
    }
  })

  it('goes from one memory to another', () => {
    const reader = new ByteReader(Uint8Array.of(1))
    reader.open(Uint8Array.of(7, 8))
    assert.deepEqual([reader.byte(), reader.byte()], [7, 8])
    const growing = new ArrayBuffer(1, { maxByteLength: 8 })
    reader.open(new Uint8Array(growing))
    growing.resize(8)
    reader.open(new Uint8Array(growing, 4, 4))
    assert.equal(reader.left, 4)
    assert.equal(reader.uint32(), 0)
  })

  it('gives copies', () => {
    const bytes = Uint8Array.of(1, 2, 3, 4)
    const reader = new ByteReader(bytes)
    const copy = new Uint8Array(reader.copy(2))
    const into = new Uint8Array(2)
    reader.copyInto(into)
    bytes.fill(0)
    assert.deepEqual([...copy, ...into], [1, 2, 3, 4])
  })

  it('refuses whatever would reach beyond the end', () => {
    const reads: readonly ((reader: ByteReader) => unknown)[] = [
      (reader) => reader.uint32(),
      (reader) => reader.float64(),
      (reader) => reader.copy(4),
      (reader) => reader.copyInto(new Uint8Array(4)),
      (reader) => reader.latin1(4),
      (reader) => reader.utf16(4),
      (reader) => reader.hex(4),
      (reader) => reader.knownText(4),
      (reader) => reader.float64s(1),
      (reader) => reader.count(),
    ]
    for (const read of reads) assert.throws(() => read(new ByteReader(Uint8Array.of(100, 1, 1))), WireError)
    assert.throws(() => new ByteReader(Uint8Array.of(0x80)).varint(), WireError)
  })

  it('refuses a number that does not end, or is too large to be exact', () => {
    assert.throws(() => new ByteReader(new Uint8Array(20).fill(0xff)).varint(), WireError)
    assert.throws(
      () => new ByteReader(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f)).varint(),
      WireError,
    )
  })
})
