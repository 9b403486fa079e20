/** Framings: telegrams come out of a stream as they went in, wherever it is cut; and whatever else comes does no harm. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { delimited, lines } from '../../src/net/delimited.ts'
import { ascii, framed, stxEtx } from '../../src/net/framed.ts'
import type { Framing, Telegram } from '../../src/net/framing.ts'
import { lengthPrefixed } from '../../src/net/length-prefixed.ts'
import { raw } from '../../src/net/raw.ts'
import { cuts, Found, pushCut, seen, WAYS } from './ways.ts'

const LIMIT = 10_000

function readAll(
  framing: Framing<never>,
  stream: Uint8Array,
  how: { readonly lengths?: readonly number[]; readonly limit?: number } = {},
): Found {
  const { lengths = [stream.length || 1], limit = LIMIT } = how
  const found = new Found()
  const reader = framing.reader(found, limit)
  pushCut(reader, stream, lengths)
  reader.end()
  return found
}

const streamOf = (framing: Framing<never>, telegrams: readonly Telegram[]): Buffer =>
  Buffer.concat(telegrams.map((telegram) => framing.write(telegram as never)))

for (const { framing, telegram, size: sizeOf } of WAYS)
  describe(`telegrams, ${framing.name}`, () => {
    it('come out as they went in, wherever the stream is cut', () => {
      fc.assert(
        fc.property(fc.array(telegram, { maxLength: 8 }), cuts, (telegrams, lengths) => {
          const found = readAll(framing, streamOf(framing, telegrams), { lengths })
          assert.deepEqual(found.telegrams, telegrams.map(seen))
          assert.deepEqual([found.overlongs, found.bytes, found.breaks], [0, 0, []])
        }),
      )
    })

    it('are found the same wherever a stream of anything is cut, which never throws', () => {
      const anything = fc.array(
        fc.oneof(
          fc.uint8Array({ maxLength: 30 }),
          telegram.map((one) => framing.write(one as never)),
          fc
            .constantFrom('<', '>', '\\', '\n', '\u0002', '\u0003', '\u001b', 'a', 'b', '-', '-=')
            .map((one) => Buffer.from(one)),
        ),
        { maxLength: 12 },
      )
      fc.assert(
        fc.property(anything, cuts, fc.constantFrom(1, 7, 50, LIMIT), (parts, lengths, limit) => {
          const stream = Buffer.concat(parts)
          const whole = readAll(framing, stream, { limit })
          assert.deepEqual(readAll(framing, stream, { limit, lengths }), whole)
          for (const one of whole.telegrams)
            assert.ok(typeof one === 'string' || one.length <= limit, `${one.length} bytes, of ${limit}`)
        }),
      )
    })

    it('that are too long are told of once each, and passed over; those around them arrive', () => {
      fc.assert(
        fc.property(
          fc.array(telegram, { minLength: 1, maxLength: 6 }),
          cuts,
          fc.integer({ min: 0, max: 30 }),
          (telegrams, lengths, limit) => {
            const sizes = telegrams.map(sizeOf)
            const found = readAll(framing, streamOf(framing, telegrams), { lengths, limit })
            assert.deepEqual(found.telegrams, telegrams.filter((_, n) => sizes[n]! <= limit).map(seen))
            assert.equal(found.overlongs, sizes.filter((size) => size > limit).length)
          },
        ),
      )
    })
  })

describe('a framing', () => {
  it('by lines takes both endings, and refuses a telegram that holds one', () => {
    // Whatever is read can be written again.
    assert.deepEqual(readAll(lines(), Buffer.from('a\nb\r\n\n\r\nc\rd\r\r\n')).telegrams, ['a', 'b', '', '', 'c\rd'])
    assert.equal(String(lines({ ending: '\r\n' }).write('x')), 'x\r\n')
    for (const telegram of ['a\nb', 'a\r'])
      for (const ending of ['\n', '\r\n'] as const)
        assert.throws(() => lines({ ending }).write(telegram), {
          name: 'BadDefinition',
          message: /does not contain its end/,
        })
    assert.equal(readAll(lines(), Buffer.from('cut')).bytes, 3)
  })

  it('by a delimiter finds one that is cut, and no earlier one', () => {
    const framing = delimited({ end: 'abab' })
    assert.throws(() => framing.write('xab'), { name: 'BadDefinition' })
    for (let cut = 1; cut < 10; cut++)
      assert.deepEqual(readAll(framing, Buffer.from('xaababyabab'), { lengths: [cut, 99] }).telegrams, ['xa', 'y'])
  })

  it('with marks escapes them both ways; a start within a telegram begins a new one', () => {
    assert.equal(String(ascii().write('a<b>c\\d')), '<a\\<b\\>c\\\\d>')
    const found = readAll(ascii(), Buffer.from('noise<cut <whole>\\<x\\>>more'))
    assert.deepEqual(found.telegrams, ['whole', 'x>'])
    assert.equal(found.bytes, 'noise'.length + '<cut '.length + '\\'.length + 'more'.length)
    assert.deepEqual([...stxEtx().write('\u0003')], [2, 27, 3, 3])
    assert.deepEqual(readAll(framed({ start: '[', end: ']', escape: '!' }), Buffer.from('[![!]!!]')).telegrams, ['[]!'])
  })

  it('by length takes each form of it', () => {
    const bytes = new Uint8Array(300)
    assert.deepEqual([...lengthPrefixed({ length: 2 }).write(bytes).subarray(0, 2)], [1, 44])
    assert.deepEqual([...lengthPrefixed({ length: 4, order: 'little' }).write(bytes).subarray(0, 4)], [44, 1, 0, 0])
    assert.deepEqual([...lengthPrefixed({ length: 'varint' }).write(bytes).subarray(0, 2)], [172, 2])
    assert.throws(() => lengthPrefixed({ length: 1 }).write(bytes), {
      name: 'BadDefinition',
      message: /at most 255 bytes, found one of 300/,
    })
    const endless = readAll(lengthPrefixed({ length: 'varint' }), new Uint8Array(20).fill(255))
    assert.deepEqual(endless.breaks, ['a length of more than 32 bits'])
  })

  it('by length keeps no more than has come, whatever length is claimed', () => {
    const found = new Found()
    const reader = lengthPrefixed().reader(found, 2 ** 31)
    const before = process.memoryUsage().arrayBuffers
    for (let n = 0; n < 100; n++)
      lengthPrefixed()
        .reader(found, 2 ** 31)
        .push(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1]))
    reader.push(Buffer.from([0x7f, 0xff, 0xff, 0xff, 1]))
    assert.ok(process.memoryUsage().arrayBuffers - before < 10_000_000)
  })

  it('that is raw gives what comes, in pieces of the limit, and cuts no character', () => {
    assert.deepEqual(
      readAll(raw(), Buffer.from('abcdefg'), { limit: 3 }).telegrams.map((one) =>
        Buffer.from(one as number[]).toString(),
      ),
      ['abc', 'def', 'g'],
    )
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).map((one) => one.toWellFormed()),
        cuts,
        fc.constantFrom('utf8', 'utf16le'),
        (text, lengths, encoding) => {
          const framing = raw({ encoding })
          assert.equal(readAll(framing, framing.write(text), { lengths }).telegrams.join(''), text)
        },
      ),
    )
  })

  it('refuses what it cannot be made of', () => {
    const bad: readonly [() => unknown, RegExp][] = [
      [() => lines({ ending: '\t' as '\n' }), /expected ending to be/],
      [() => lines({ encoding: 'utf16le' }), /found utf16le; use lengthPrefixed/],
      [() => delimited({ end: '' }), /at least one byte, found none/],
      [() => framed({ start: '<', end: '<', escape: '\\' }), /to differ, found 60, 60, 92/],
      [() => framed({ start: 'ä', end: '>', escape: '\\' }), /one ASCII character, or its code, found "ä"/],
      [() => lengthPrefixed({ length: 3 as 4 }), /expected length to be 1, 2, 4 or 'varint', found 3/],
      [() => lengthPrefixed({ order: 'middle' as 'big' }), /expected order to be 'big' or 'little'/],
      [() => raw({ encoding: 'utf7' as 'utf8' }), /expected an encoding, one of utf8, .*, found utf7/],
    ]
    for (const [make, message] of bad) assert.throws(make, { name: 'BadDefinition', message })
  })
})
