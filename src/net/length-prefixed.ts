/** Telegrams behind their length: what two programs speak that know each other. */

import { BadDefinition } from '../core/errors.ts'
import { bufferOf } from '../wire/byte-reader.ts'
import { Coding, type Encoding, type Framing, type Sink, type TelegramIn, type TelegramReader } from './framing.ts'
import { writtenAlone, type Output } from './output.ts'
import { PartialTelegram } from './partial-telegram.ts'

export interface LengthOptions<E extends Encoding> {
  /** How many bytes the length has; `varint`: seven bits in each, low ones first, up to 2^32 - 1 (as Protocol Buffers write it). 4 unless it says otherwise. */
  readonly length?: 1 | 2 | 4 | 'varint'
  /** Which byte of it comes first; `big`, the order of networks, unless it says otherwise. */
  readonly order?: 'big' | 'little'
  /** What telegrams are; bytes unless it says otherwise. */
  readonly encoding?: E
}

/**
 * Each telegram behind its length in bytes, which does not count itself.
 *
 * What claims to be longer than the limit is passed over, without being kept. A varint that never ends breaks the stream: nobody knows where the next
 * telegram begins.
 */
export function lengthPrefixed<E extends Encoding = 'bytes'>(options: LengthOptions<E> = {}): Framing<TelegramIn<E>> {
  const { length = 4, order = 'big', encoding = 'bytes' as E } = options
  const call = 'lengthPrefixed({ length, order, encoding })'
  const coding = new Coding(call, encoding)
  const prefix = prefixOf(call, length, order)
  const writeTo = (telegram: TelegramIn<E>, out: Output): void => {
    const bytes = coding.lengthOf(telegram)
    if (bytes > prefix.most)
      throw new BadDefinition(
        `${call}: expected a telegram of at most ${prefix.most} bytes, found one of ${bytes}; send it in parts, or with a longer length`,
      )
    prefix.write(bytes, out)
    coding.write(telegram, out)
  }
  return {
    name: `length of ${length === 'varint' ? 'a varint' : `${length} bytes, ${order}-endian`}`,
    reader: (sink, limit) => new LengthReader(sink, limit, { coding, prefix }),
    write: (telegram) => writtenAlone(writeTo, telegram),
    writeTo,
  }
}

/** How a length is written. */
interface Prefix {
  readonly most: number
  write(length: number, out: Output): void
  /** What the length is with one more byte, the first one at 0; NaN where it is none. */
  with(byte: number, at: number, before: number): number
  isLast(byte: number, at: number): boolean
}

function prefixOf(call: string, length: 1 | 2 | 4 | 'varint', order: 'big' | 'little'): Prefix {
  if (order !== 'big' && order !== 'little')
    throw new BadDefinition(`${call}: expected order to be 'big' or 'little', found ${JSON.stringify(order)}`)
  if (length === 'varint') return VARINT
  if (length !== 1 && length !== 2 && length !== 4)
    throw new BadDefinition(`${call}: expected length to be 1, 2, 4 or 'varint', found ${JSON.stringify(length)}`)
  const weights = Array.from({ length }, (_, at) => 2 ** (8 * (order === 'big' ? length - 1 - at : at)))
  return {
    most: 2 ** (8 * length) - 1,
    write(value, out) {
      for (let at = 0; at < length; at++) out.byte((value / weights[at]!) & 0xff)
    },
    with: (byte, at, before) => before + byte * weights[at]!,
    isLast: (_, at) => at === length - 1,
  }
}

const MOST_VARINT = 2 ** 32 - 1
const VARINT: Prefix = {
  most: MOST_VARINT,
  write(value, out) {
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) out.byte((rest % 128) + 128)
    out.byte(rest)
  },
  with(byte, at, before) {
    const value = before + (byte & 0x7f) * 2 ** (7 * at)
    return value > MOST_VARINT || (at === 4 && byte > 0x7f) ? Number.NaN : value
  },
  isLast: (byte) => byte <= 0x7f,
}

class LengthReader<E extends Encoding> implements TelegramReader {
  readonly #sink: Sink<TelegramIn<E>>
  readonly #limit: number
  readonly #coding: Coding<E>
  readonly #prefix: Prefix
  readonly #partial: PartialTelegram
  /** What has come of the length: so many bytes, that value. */
  #headBytes = 0
  #length = 0
  /** What is left of the telegram; -1 until its length is known. */
  #left = -1
  #skips = false
  #isBroken = false

  constructor(sink: Sink<TelegramIn<E>>, limit: number, how: { readonly coding: Coding<E>; readonly prefix: Prefix }) {
    this.#sink = sink
    this.#limit = limit
    this.#coding = how.coding
    this.#prefix = how.prefix
    this.#partial = new PartialTelegram(limit)
  }

  push(chunk: Uint8Array): void {
    const bytes = bufferOf(chunk)
    for (let at = 0; at < bytes.length && !this.#isBroken;)
      if (this.#left < 0) at = this.#head(bytes, at)
      else at = this.#body(bytes, at)
  }

  end(): void {
    const left = this.#headBytes + this.#partial.length
    if (left > 0 && !this.#skips && !this.#isBroken) this.#sink.garbage(left)
    this.#partial.clear()
    this.#next()
  }

  /** Takes the length, or some of it; gives where what follows begins. */
  #head(bytes: Buffer, from: number): number {
    const { with: valueWith, isLast } = this.#prefix
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at]!
      this.#length = valueWith(byte, this.#headBytes, this.#length)
      if (Number.isNaN(this.#length)) {
        this.#isBroken = true
        this.#sink.broken('a length of more than 32 bits')
        return bytes.length
      }
      if (isLast(byte, this.#headBytes++)) {
        this.#left = this.#length
        this.#skips = this.#length > this.#limit
        if (this.#skips) this.#sink.overlong()
        // Nothing need follow for one that is empty.
        return this.#left === 0 ? this.#body(bytes, at + 1) : at + 1
      }
    }
    return bytes.length
  }

  /** Takes the telegram, or some of it; gives where what follows begins. */
  #body(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left)
    this.#left -= end - at
    if (this.#skips) {
      if (this.#left === 0) this.#next()
    } else if (this.#left > 0) this.#partial.add(bytes.subarray(at, end))
    else {
      const whole = this.#partial.complete(bytes.subarray(at, end))!
      this.#next()
      this.#sink.telegram(this.#coding.telegram(whole))
    }
    return end
  }

  #next(): void {
    this.#headBytes = 0
    this.#length = 0
    this.#left = -1
    this.#skips = false
  }
}
