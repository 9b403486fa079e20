/** Telegrams that end with a delimiter which none of them contains: lines, and others. */

import { BadDefinition } from '../core/errors.ts'
import { bufferOf } from '../wire/byte-reader.ts'
import {
  Coding,
  refuseUtf16,
  type Encoding,
  type Framing,
  type Sink,
  type TelegramIn,
  type TelegramReader,
} from './framing.ts'
import { writtenAlone, type Output } from './output.ts'
import { PartialTelegram } from './partial-telegram.ts'

/**
 * Lines of text. Read are such with `\n` and with `\r\n`, whatever `ending` is, which is what is written; a `\r` before the end is no part of a line.
 *
 * @param options `ending`: what is written behind each, `\n` unless it says otherwise; `encoding`: utf8
 */
export function lines<E extends Encoding = 'utf8'>({
  ending = '\n',
  encoding = 'utf8' as E,
}: { readonly ending?: '\n' | '\r\n'; readonly encoding?: E } = {}): Framing<TelegramIn<E>> {
  const call = 'lines({ ending, encoding })'
  if (ending !== '\n' && ending !== '\r\n')
    throw new BadDefinition(`${call}: expected ending to be '\\n' or '\\r\\n', found ${JSON.stringify(ending)}`)
  const RETURN = 0x0d
  return framingOf(call, {
    name: 'lines',
    encoding,
    end: Buffer.from('\n'),
    written: Buffer.from(ending),
    stripped: RETURN,
  })
}

/**
 * Telegrams that end with a text, or bytes, that none of them contains.
 *
 * @param options `end`: at least one byte; `encoding`: utf8
 */
export function delimited<E extends Encoding = 'utf8'>({
  end,
  encoding = 'utf8' as E,
}: {
  readonly end: string | Uint8Array
  readonly encoding?: E
}): Framing<TelegramIn<E>> {
  const call = 'delimited({ end, encoding })'
  const bytes = Buffer.from(end)
  if (bytes.length === 0) throw new BadDefinition(`${call}: expected end to have at least one byte, found none`)
  return framingOf(call, {
    name: `delimited by ${JSON.stringify(bytes.toString('latin1'))}`,
    encoding,
    end: bytes,
    written: bytes,
    stripped: undefined,
  })
}

interface Delimiting<E> {
  readonly name: string
  readonly encoding: E
  readonly end: Buffer
  readonly written: Buffer
  /** A byte that may stand before the end, however often, and is no part of the telegram. */
  readonly stripped: number | undefined
}

function framingOf<E extends Encoding>(call: string, how: Delimiting<E>): Framing<TelegramIn<E>> {
  const { name, encoding, end, written, stripped } = how
  refuseUtf16(call, encoding)
  const coding = new Coding(call, encoding)
  const writeTo = (telegram: TelegramIn<E>, out: Output): void => {
    const start = out.length
    coding.write(telegram, out)
    const isStripped = stripped !== undefined && out.length > start && out.bytes[out.length - 1] === stripped
    out.copy(written)
    // The first end is the one that was written, and nothing would be stripped that was given.
    const isFound = out.bytes.indexOf(end, start) === out.length - end.length
    if (isFound && !isStripped) return
    // Not what is in it: that is nobody's but its sender's (S41).
    throw new BadDefinition(
      `${name}: expected a telegram that does not contain its end, or begin it, found one of ${coding.lengthOf(telegram)} bytes that does; ` +
        'take the end out, or use a framing that escapes it, or lengthPrefixed()',
    )
  }
  return {
    name,
    reader: (sink, limit) => new DelimitedReader({ sink, limit, coding, end, stripped }),
    write: (telegram) => writtenAlone(writeTo, telegram),
    writeTo,
  }
}

class DelimitedReader<E extends Encoding> implements TelegramReader {
  readonly #sink: Sink<TelegramIn<E>>
  readonly #coding: Coding<E>
  readonly #limit: number
  readonly #end: Buffer
  readonly #stripped: number | undefined
  readonly #partial: PartialTelegram
  /** The begin of an end, perhaps: the last bytes of what was pushed. */
  #carried = Buffer.alloc(0)
  /** The telegram was too long, and is passed over to its end. */
  #skips = false

  constructor(how: {
    readonly sink: Sink<TelegramIn<E>>
    readonly limit: number
    readonly coding: Coding<E>
    readonly end: Buffer
    readonly stripped: number | undefined
  }) {
    this.#sink = how.sink
    this.#coding = how.coding
    this.#limit = how.limit
    this.#end = how.end
    this.#stripped = how.stripped
    this.#partial = new PartialTelegram(how.limit + (how.stripped === undefined ? 0 : 1))
  }

  push(chunk: Uint8Array): void {
    const bytes = this.#carried.length === 0 ? bufferOf(chunk) : Buffer.concat([this.#carried, chunk])
    let at = 0
    for (let end = bytes.indexOf(this.#end); end >= 0; end = bytes.indexOf(this.#end, at)) {
      this.#complete(bytes.subarray(at, end))
      at = end + this.#end.length
    }
    const carried = this.#beginOfEnd(bytes, at)
    this.#keep(bytes.subarray(at, bytes.length - carried))
    this.#carried = carried === 0 ? NOTHING : Buffer.from(bytes.subarray(bytes.length - carried))
  }

  end(): void {
    const left = this.#partial.length + this.#carried.length
    if (left > 0 && !this.#skips) this.#sink.garbage(left)
    this.#partial.clear()
    this.#carried = NOTHING
    this.#skips = false
  }

  #complete(last: Buffer): void {
    if (this.#skips) {
      this.#skips = false
      return
    }
    const whole = this.#partial.complete(last)
    // All of them: what is read can be written again.
    let bytes = whole
    while (bytes !== undefined && bytes.length > 0 && bytes.at(-1) === this.#stripped) bytes = bytes.subarray(0, -1)
    if (bytes === undefined || bytes.length > this.#limit) this.#sink.overlong()
    else this.#sink.telegram(this.#coding.telegram(bytes))
  }

  #keep(bytes: Buffer): void {
    if (this.#skips || bytes.length === 0 || this.#partial.add(bytes)) return
    this.#skips = true
    this.#sink.overlong()
  }

  /** How many of the last bytes the end may begin with. */
  #beginOfEnd(bytes: Buffer, from: number): number {
    for (let count = Math.min(this.#end.length - 1, bytes.length - from); count > 0; count--)
      if (bytes.subarray(bytes.length - count).equals(this.#end.subarray(0, count))) return count
    return 0
  }
}

const NOTHING = Buffer.alloc(0)
