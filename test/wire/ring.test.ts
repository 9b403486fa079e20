import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as fc from 'fast-check'
import { atEachStep } from './interleavings.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { RingReader, RingWriter, ringSize, startRing, type RingPlace } from '../../src/wire/ring.ts'

/** A ring at an offset, so that a wrong base would show, whose positions start at `position`. */
function makeRing(capacity: number, position = 0): RingPlace {
  const place = { memory: new SharedArrayBuffer(128 + ringSize(capacity) + 128), offset: 128, capacity }
  startRing(place, position)
  return place
}

const record = (length: number, byte = length) => new Uint8Array(length).fill(byte)

/** What a record takes in the ring. */
const sizeOf = (length: number) => Math.ceil((length + 8) / 8) * 8

describe('a ring in shared memory', () => {
  test('gives back the bytes and the tag of each record, in order', () => {
    const place = makeRing(256)
    const writer = new RingWriter(place)
    const reader = new RingReader(place)
    assert.equal(writer.put(7, new Uint8Array([1, 2, 3])), true)
    assert.equal(writer.put(8, new Uint8Array()), true)
    assert.deepEqual(
      [reader.next(), reader.next(), reader.next()].map((its) => its && { tag: its.tag, bytes: [...its.bytes] }),
      [{ tag: 7, bytes: [1, 2, 3] }, { tag: 8, bytes: [] }, undefined],
    )
  })

  test('can be filled to the last byte, told from an empty one, and emptied', () => {
    for (const position of [0, 64, 2 ** 32 - 128, 2 ** 31 - 128]) {
      const place = makeRing(256, position)
      const writer = new RingWriter(place)
      const reader = new RingReader(place)
      for (let i = 0; i < 4; i++) assert.equal(writer.put(0, record(writer.largest, i)), true)
      assert.equal(writer.put(0, new Uint8Array()), false)
      for (let i = 0; i < 4; i++) assert.deepEqual(reader.next()?.bytes, record(56, i))
      assert.equal(reader.next(), undefined)
      assert.equal(writer.put(0, new Uint8Array()), false, 'nothing was released yet')
      assert.equal(reader.release(), true)
      assert.equal(writer.put(0, new Uint8Array()), true)
    }
  })

  test('takes every length at every position, where its memory ends and where positions wrap around 2^32', () => {
    const capacity = 128
    for (let start = 2 ** 32 - 2 * capacity; start <= 2 ** 32; start += 8) {
      for (let length = 0; length <= 24; length++) {
        const place = makeRing(capacity, start)
        const writer = new RingWriter(place)
        const reader = new RingReader(place)
        for (let round = 0; round < 40; round++) {
          assert.equal(writer.put(round, record(length)), true)
          assert.equal(writer.put(round, record(24 - length)), true)
          assert.deepEqual(reader.next()?.bytes, record(length))
          assert.deepEqual(reader.next()?.bytes, record(24 - length))
          assert.equal(reader.next(), undefined)
          reader.release()
        }
      }
    }
  })

  test('refuses a record that is larger than a quarter of it, since it might never fit', () => {
    const writer = new RingWriter(makeRing(256))
    assert.equal(writer.largest, 56)
    assert.throws(() => writer.put(0, record(57)), RangeError)
  })

  test('refuses a capacity that is no power of two', () => {
    for (const capacity of [0, 32, 100, 2 ** 31]) {
      const place = { memory: new SharedArrayBuffer(1024), offset: 0, capacity }
      assert.throws(() => new RingWriter(place), { name: 'RangeError', message: /a power of two from 64/ })
    }
  })

  test('shows nothing of a record in whose middle the writer was killed, nor of the skip before it', () => {
    for (const position of [0, 256 - 16]) {
      const place = makeRing(256, position)
      const reader = new RingReader(place)
      const fatal = Object.defineProperty({ length: 20 }, 10, {
        get() {
          assert.equal(reader.next(), undefined)
          throw new Error('killed')
        },
      })
      assert.throws(() => new RingWriter(place).put(1, fatal as Uint8Array), /killed/)
      assert.equal(reader.next(), undefined)
      assert.equal(new RingWriter(place).put(2, record(5)), true)
      assert.equal(reader.next()?.tag, 2)
    }
  })

  test('a new writer and a new reader go on where the positions in memory stand', () => {
    const place = makeRing(256)
    new RingWriter(place).put(1, record(5))
    const reader = new RingReader(place)
    reader.next()
    reader.release()
    new RingWriter(place).put(2, record(6))
    assert.equal(new RingReader(place).next()?.tag, 2)
  })
})

describe('a writer that found no room', () => {
  test('is asked to be rung once half of the ring is free, and once only', () => {
    const place = makeRing(256)
    const writer = new RingWriter(place)
    const reader = new RingReader(place)
    while (writer.put(0, record(8)));
    const asked: boolean[] = []
    while (reader.next() !== undefined) asked.push(reader.release())
    assert.deepEqual(
      asked.map((yes, i) => (yes ? i + 1 : 0)).filter((i) => i > 0),
      [128 / sizeOf(8)],
    )
  })

  test('is asked to be rung again if it runs full again', () => {
    const place = makeRing(256)
    const writer = new RingWriter(place)
    const reader = new RingReader(place)
    for (let round = 0; round < 10; round++) {
      while (writer.put(0, record(round)));
      while (reader.next() !== undefined);
      assert.equal(reader.release(), true)
      assert.equal(reader.release(), false)
    }
  })

  test('has room for any record when it is rung', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.nat(56), { minLength: 1, maxLength: 40 }),
        fc.nat(56),
        (start, lengths, last) => {
          const place = makeRing(256, start * 8)
          const writer = new RingWriter(place)
          const reader = new RingReader(place)
          for (let i = 0; writer.put(0, record(lengths[i % lengths.length]!)); i++);
          while (!reader.release()) assert.notEqual(reader.next(), undefined, 'read to the end without a ring')
          assert.equal(writer.put(0, record(last)), true)
        },
      ),
    )
  })

  /** A ring that is full to the last byte, and a reader that has taken all and released nothing. */
  function makeFullRing() {
    const place = makeRing(256)
    const writer = new RingWriter(place)
    const reader = new RingReader(place)
    for (let i = 0; i < 256 / sizeOf(8); i++) writer.put(0, record(8))
    while (reader.next() !== undefined);
    return { writer, reader }
  }

  test('finds it or is asked to be rung, wherever in its looking the reader gives room back', () => {
    const places = atEachStep(() => {
      const { writer, reader } = makeFullRing()
      let [isPut, isRung] = [false, false]
      return {
        operation: () => (isPut = writer.put(0, record(56))),
        intruder: () => (isRung = reader.release()),
        check: () => assert.ok(isPut || isRung, 'the writer waits and nobody will ring it'),
      }
    })
    assert.ok(places >= 3)
  })

  test('finds it or is asked to be rung, wherever in its giving back the reader is when the writer looks', () => {
    const places = atEachStep(() => {
      const { writer, reader } = makeFullRing()
      let [isPut, isRung] = [false, false]
      return {
        operation: () => (isRung = reader.release()),
        intruder: () => (isPut = writer.put(0, record(56))),
        check: () => assert.ok(isPut || isRung, 'the writer waits and nobody will ring it'),
      }
    })
    assert.ok(places >= 3)
  })

  test('is not rung for a reader that takes nothing', () => {
    const place = makeRing(256)
    const writer = new RingWriter(place)
    while (writer.put(0, record(8)));
    assert.equal(new RingReader(place).release(), false)
  })
})

describe('a reader that has found nothing', () => {
  /** Both see that nothing is there, and the reader knows it. */
  function makeEmptyRing() {
    const place = makeRing(256)
    const writer = new RingWriter(place)
    const reader = new RingReader(place)
    writer.put(0, record(8))
    writer.mustTell()
    while (reader.next() !== undefined);
    return { writer, reader }
  }

  test('is told of the next record, and not of those behind it', () => {
    const { writer, reader } = makeEmptyRing()
    const told = [1, 2, 3].map((tag) => writer.put(tag, record(8)) && writer.mustTell())
    assert.deepEqual(told, [true, false, false])
    reader.next()
    reader.release()
    assert.equal(writer.put(4, record(8)) && writer.mustTell(), false, 'some are there, which it has yet to read')
    while (reader.next() !== undefined);
    assert.equal(writer.put(5, record(8)) && writer.mustTell(), true)
  })

  test('is told of the first record of all', () => {
    const writer = new RingWriter(makeRing(256))
    assert.equal(writer.put(1, record(8)) && writer.mustTell(), true)
  })

  test('is told of the next record when telling it has failed', () => {
    const { writer } = makeEmptyRing()
    writer.put(1, record(8))
    assert.equal(writer.mustTell(), true)
    writer.notTold()
    assert.equal(writer.put(2, record(8)) && writer.mustTell(), true)
  })

  test('finds it or is told, wherever in its looking the writer writes', () => {
    const places = atEachStep(() => {
      const { writer, reader } = makeEmptyRing()
      // So that it has been told of something, and looks.
      writer.put(1, record(8))
      writer.mustTell()
      let isTold = false
      let found = 0
      return {
        operation: () => {
          while (reader.next() !== undefined) found++
        },
        intruder: () => (isTold = writer.put(2, record(8)) && writer.mustTell()),
        check: () => assert.ok(found === 2 || isTold, 'a record stands there that nobody will look for'),
      }
    })
    assert.ok(places >= 4)
  })

  test('finds it or is told, wherever in its writing the writer is when the reader looks', () => {
    const places = atEachStep(() => {
      const { writer, reader } = makeEmptyRing()
      writer.put(1, record(8))
      writer.mustTell()
      let isTold = false
      let found = 0
      return {
        operation: () => (isTold = writer.put(2, record(8)) && writer.mustTell()),
        intruder: () => {
          while (reader.next() !== undefined) found++
        },
        check: () => assert.ok(found === 2 || isTold, 'a record stands there that nobody will look for'),
      }
    })
    assert.ok(places >= 3)
  })
})

test('what stands in a writer is put as its bytes are, of every length and at every place', () => {
  for (const capacity of [256, 16_384]) {
    const place = makeRing(capacity, -capacity)
    const [writer, reader] = [new RingWriter(place), new RingReader(place)]
    for (let length = 0; length <= writer.largest; length += capacity === 256 ? 1 : 13) {
      const written = new ByteWriter(1)
      for (let i = 0; i < length; i++) written.byte(i * 7)
      assert.equal(writer.putWritten(3, written), true)
      const { tag, bytes } = reader.next()!
      assert.equal(tag, 3)
      assert.deepEqual([...bytes], [...written.written()])
      assert.equal(reader.next(), undefined)
      reader.release()
    }
  }
})

test('any order of writing, reading and releasing gives what a queue would give', () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('put' as const), length: fc.nat(120) }) },
    { weight: 2, arbitrary: fc.constant({ kind: 'next' as const, length: 0 }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'release' as const, length: 0 }) },
  )
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 29 }), fc.array(step, { maxLength: 200 }), (eighth, steps) => {
      const place = makeRing(512, 2 ** 32 - 8 * (eighth % 200))
      const writer = new RingWriter(place)
      const reader = new RingReader(place)
      const queue: Uint8Array[] = []
      let unreleased = 0
      for (const [serial, { kind, length }] of steps.entries()) {
        switch (kind) {
          case 'put': {
            const bytes = record(length, serial)
            const used = unreleased + queue.reduce((sum, its) => sum + sizeOf(its.length), 0)
            if (writer.put(serial, bytes)) queue.push(bytes)
            else assert.ok(used + sizeOf(length) + 2 * 128 > 512, 'refused although there is room for it and two skips')
            break
          }
          case 'next': {
            const expected = queue.shift()
            assert.deepEqual(reader.next()?.bytes, expected)
            if (expected !== undefined) unreleased += sizeOf(expected.length)
            break
          }
          case 'release':
            reader.release()
            unreleased = 0
        }
      }
    }),
    { numRuns: 500 },
  )
})
