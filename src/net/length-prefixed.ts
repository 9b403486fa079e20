/** Telegrams behind their length: what two programs speak that know each other. */

import { BadDefinition } from '../core/errors.ts'
import { bufferOf } from '../wire/byte-reader.ts'
import { Coding, type Encoding, type Framing, type Sink, type TelegramIn, type TelegramReader } from './framing.ts'
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
  return {
    name: `length of ${length === 'varint' ? 'a varint' : `${length} bytes, ${order}-endian`}`,
    reader: (sink, limit) => new LengthReader(sink, limit, { coding, prefix }),
    write: (telegram) => {
      const bytes = coding.bytes(telegram)
      const head = prefix.write(bytes.length)
      if (head === undefined)
        throw new BadDefinition(
          `${call}: expected a telegram of at most ${prefix.most} bytes, found one of ${bytes.length}`,
        )
      return Buffer.concat([head, bytes])
    },
  }
}

/** How a length is written. */
interface Prefix {
  readonly most: number
  write(length: number): Buffer | undefined
  /** Takes the next byte, the first one at 0; gives the length once it is complete, or why it is none. */
  take(byte: number, at: number, before: number): { readonly value: number; readonly isComplete: boolean } | string
}

function prefixOf(call: string, length: 1 | 2 | 4 | 'varint', order: 'big' | 'little'): Prefix {
  if (order !== 'big' && order !== 'little')
    throw new BadDefinition(`${call}: expected order to be 'big' or 'little', found ${JSON.stringify(order)}`)
  if (length === 'varint') return VARINT
  if (length !== 1 && length !== 2 && length !== 4)
    throw new BadDefinition(`${call}: expected length to be 1, 2, 4 or 'varint', found ${JSON.stringify(length)}`)
  const most = 2 ** (8 * length) - 1
  const shift = (at: number): number => 2 ** (8 * (order === 'big' ? length - 1 - at : at))
  return {
    most,
    write(value) {
      if (value > most) return undefined
      const bytes = Buffer.allocUnsafe(length)
      if (order === 'big') bytes.writeUIntBE(value, 0, length)
      else bytes.writeUIntLE(value, 0, length)
      return bytes
    },
    take: (byte, at, before) => ({ value: before + byte * shift(at), isComplete: at === length - 1 }),
  }
}

const MOST_VARINT = 2 ** 32 - 1
const VARINT: Prefix = {
  most: MOST_VARINT,
  write(value) {
    if (value > MOST_VARINT) return undefined
    const bytes: number[] = []
    let rest = value
    for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
    return Buffer.from([...bytes, rest])
  },
  take(byte, at, before) {
    const value = before + (byte & 0x7f) * 2 ** (7 * at)
    if (value > MOST_VARINT || (at === 4 && byte > 0x7f)) return 'a length of more than 32 bits'
    return { value, isComplete: byte <= 0x7f }
  },
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
  /** What is left of the telegram, once its length is known. */
  #left: number | undefined
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
      if (this.#left === undefined) this.#head(bytes[at++]!)
      else at += this.#body(bytes.subarray(at, at + this.#left))
  }

  end(): void {
    const left = this.#headBytes + this.#partial.length
    if (left > 0 && !this.#skips && !this.#isBroken) this.#sink.garbage(left)
    this.#partial.clear()
    this.#next()
  }

  #head(byte: number): void {
    const head = this.#prefix.take(byte, this.#headBytes, this.#length)
    if (typeof head === 'string') {
      this.#isBroken = true
      return this.#sink.broken(head)
    }
    this.#headBytes++
    this.#length = head.value
    if (!head.isComplete) return
    this.#left = head.value
    this.#skips = head.value > this.#limit
    if (this.#skips) this.#sink.overlong()
    else if (head.value === 0) this.#body(Buffer.alloc(0))
  }

  /** Takes some of the telegram; gives how many bytes that were. */
  #body(bytes: Buffer): number {
    const left = this.#left! - bytes.length
    this.#left = left
    if (this.#skips) {
      if (left === 0) this.#next()
    } else if (left > 0) this.#partial.add(bytes)
    else {
      const whole = this.#partial.complete(bytes)!
      this.#next()
      this.#sink.telegram(this.#coding.telegram(whole))
    }
    return bytes.length
  }

  #next(): void {
    this.#headBytes = 0
    this.#length = 0
    this.#left = undefined
    this.#skips = false
  }
}
