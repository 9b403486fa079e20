/** All framings, with what they can carry. */

import * as fc from 'fast-check'
import { delimited, lines } from '../../src/net/delimited.ts'
import { ascii, framed, stxEtx } from '../../src/net/framed.ts'
import type { Framing, Sink, Telegram, TelegramReader } from '../../src/net/framing.ts'
import { lengthPrefixed } from '../../src/net/length-prefixed.ts'

/** Of few bytes, so that delimiters, and parts of them, are among them. */
const spicy = fc.constantFrom(
  'a',
  'b',
  '<',
  '>',
  '\\',
  '\n',
  '\r',
  '\u0002',
  '\u0003',
  '\u001b',
  '-',
  '=',
  'ä',
  '加',
  '😀',
)
const text = fc.string({ unit: spicy, maxLength: 40 })
const latin1 = fc.string({
  unit: fc.constantFrom('a', '<', '>', '\\', '\u0002', '\u0003', '\u001b', 'ÿ'),
  maxLength: 40,
})
const anyBytes = fc.uint8Array({ maxLength: 300 })

export interface Way {
  readonly framing: Framing<never>
  /** Telegrams that it can carry. */
  readonly telegram: fc.Arbitrary<Telegram>
  /** How many bytes one has, without what frames it. */
  readonly size: (telegram: Telegram) => number
}

const carried = (framing: Framing<never>, any: fc.Arbitrary<Telegram>, encoding: BufferEncoding = 'utf8'): Way => ({
  framing,
  size: (telegram) => (typeof telegram === 'string' ? Buffer.from(telegram, encoding).length : telegram.length),
  telegram: any.filter((telegram) => {
    try {
      framing.write(telegram as never)
      return true
    } catch {
      return false
    }
  }),
})

export const WAYS: readonly Way[] = [
  carried(lines(), text),
  carried(lines({ ending: '\r\n' }), text),
  carried(lines({ encoding: 'bytes' }), anyBytes),
  carried(delimited({ end: '-=-' }), text),
  carried(
    delimited({ end: new Uint8Array([45, 61, 45, 61]), encoding: 'bytes' }),
    fc.uint8Array({ maxLength: 40 }).map((all) => all.map((one) => (one % 3 === 0 ? 45 : one % 3 === 1 ? 61 : one))),
  ),
  carried(ascii(), text),
  carried(ascii({ encoding: 'latin1' }), latin1, 'latin1'),
  carried(stxEtx(), text),
  carried(stxEtx({ encoding: 'bytes' }), anyBytes),
  carried(framed({ start: 'a', end: 'b', escape: '-' }), text),
  ...([1, 2, 4, 'varint'] as const).flatMap((length) =>
    (['big', 'little'] as const).map((order) =>
      carried(lengthPrefixed({ length, order }), fc.uint8Array({ maxLength: 200 })),
    ),
  ),
  carried(lengthPrefixed({ length: 2, encoding: 'utf8' }), text),
  carried(lengthPrefixed({ length: 'varint', encoding: 'utf16le' }), text, 'utf16le'),
]

/** All that a reader has told of. */
export class Found implements Sink {
  readonly telegrams: (string | number[])[] = []
  overlongs = 0
  bytes = 0
  readonly breaks: string[] = []
  telegram(telegram: Telegram): void {
    this.telegrams.push(seen(telegram))
  }
  overlong(): void {
    this.overlongs++
  }
  garbage(bytes: number): void {
    this.bytes += bytes
  }
  broken(reason: string): void {
    this.breaks.push(reason)
  }
}

export const seen = (telegram: Telegram): string | number[] => (typeof telegram === 'string' ? telegram : [...telegram])

/** Pushes a stream in pieces of these lengths, over and over. */
export function pushCut(reader: TelegramReader, stream: Uint8Array, lengths: readonly number[]): void {
  for (let at = 0, n = 0; at < stream.length; n++) {
    const length = lengths[n % lengths.length]!
    reader.push(Uint8Array.from(stream.subarray(at, at + length)))
    at += length
  }
}

export const cuts = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 6 })
