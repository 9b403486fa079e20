/**
 * Framing: how telegrams stand in a stream of bytes. Pure: bytes in, telegrams out, and back; no sockets.
 *
 *   chunks, cut anywhere ──▶ reader.push() ──▶ telegram │ overlong │ garbage │ broken        telegram ──▶ write() ──▶ bytes
 *
 * A reader belongs to one stream, and keeps at most one telegram, of at most `limit` bytes: what is longer is told of once and then passed over,
 * without being kept, whatever its sender claims its length to be.
 */

import { BadDefinition } from '../core/errors.ts'
import type { Output } from './output.ts'

/** What one side gives to the other. */
export type Telegram = string | Uint8Array

/** How text is turned into bytes; `bytes`: telegrams are bytes. */
export const ENCODINGS = ['utf8', 'latin1', 'ascii', 'utf16le', 'bytes'] as const
export type Encoding = (typeof ENCODINGS)[number]

/** What telegrams are in an encoding. */
export type TelegramIn<E extends Encoding> = E extends 'bytes' ? Uint8Array : string

/** Who hears what a reader finds, in the order in which it stands in the stream. */
export interface Sink<T extends Telegram = Telegram> {
  /** Bytes lie in the memory that was pushed, where they were in one piece. */
  telegram(telegram: T): void
  /** A telegram is longer than the limit. It is passed over; told once, as soon as that is known. */
  overlong(): void
  /** So many bytes are part of no telegram: noise between two, or one that was cut. */
  garbage(bytes: number): void
  /** From here on nothing can be read: where telegrams begin is not known any more. The reader takes nothing more. */
  broken(reason: string): void
}

/** Reads one stream. */
export interface TelegramReader {
  /** Takes the next bytes of the stream, which stay as they are from then on. */
  push(chunk: Uint8Array): void
  /** The stream has ended: what is left of a telegram that was cut is garbage. */
  end(): void
}

/**
 * How telegrams are read and written. One's own is an object with these three.
 *
 * @example
 * const blocks: Framing<Uint8Array> = {
 *   name: 'blocks of 4 bytes',
 *   reader: (sink) => {
 *     let rest = Buffer.alloc(0)
 *     return {
 *       push(chunk) {
 *         rest = Buffer.concat([rest, chunk])
 *         for (; rest.length >= 4; rest = rest.subarray(4)) sink.telegram(rest.subarray(0, 4))
 *       },
 *       end() {
 *         if (rest.length > 0) sink.garbage(rest.length)
 *       },
 *     }
 *   },
 *   write: (telegram) => telegram,
 * }
 * const seen: string[] = []
 * const sink = { telegram: (block: Uint8Array) => seen.push(String(block)), overlong() {}, garbage() {}, broken() {} }
 * blocks.reader(sink, 1_024).push(Buffer.from('abcdef'))
 * console.log(seen) // => [ 'abcd' ]
 */
export interface Framing<T extends Telegram = Telegram> {
  /** For logs and errors. */
  readonly name: string
  /** A reader for a new stream, of telegrams of at most `limit` bytes. */
  reader(sink: Sink<T>, limit: number): TelegramReader
  /**
   * The bytes that stand for a telegram, in one piece.
   *
   * @throws BadDefinition for one that this framing cannot carry, so that its reader would not find it
   */
  write(telegram: T): Uint8Array
  /** The same, to the end of what is sent next, which saves it memory of its own. */
  writeTo?(telegram: T, out: Output): void
}

/** An encoding in which telegrams are written and read. */
export class Coding<E extends Encoding> {
  readonly encoding: E

  /** Throws a BadDefinition in the name of `call` for an encoding that there is not. */
  constructor(call: string, encoding: E) {
    if (!ENCODINGS.includes(encoding))
      throw new BadDefinition(
        `${call}: expected an encoding, one of ${ENCODINGS.join(', ')}, found ${encoding as string}`,
      )
    this.encoding = encoding
  }

  /** Writes one, without what frames it. */
  write(telegram: TelegramIn<E>, out: Output): void {
    const given: Telegram = telegram
    if (typeof given === 'string') {
      this.#refuseLossy(given)
      out.text(given, this.#textEncoding)
    } else out.copy(given)
  }

  /** A text that would not arrive as it is. */
  #refuseLossy(text: string): void {
    const { encoding } = this
    const isWhole =
      encoding === 'utf16le' ||
      (encoding === 'latin1' || encoding === 'ascii'
        ? isWithin(text, encoding === 'ascii' ? 0x7f : 0xff)
        : text.isWellFormed())
    if (isWhole) return
    throw new BadDefinition(
      `expected a text that ${encoding} can hold, found one with other characters, or half of one; use another encoding`,
    )
  }

  /** How many bytes it has. */
  lengthOf(telegram: TelegramIn<E>): number {
    const given: Telegram = telegram
    return typeof given === 'string' ? Buffer.byteLength(given, this.#textEncoding) : given.length
  }

  get #textEncoding(): BufferEncoding {
    return this.encoding === 'bytes' ? 'utf8' : this.encoding
  }

  telegram(bytes: Buffer): TelegramIn<E> {
    return (this.encoding === 'bytes' ? bytes : bytes.toString(this.encoding)) as TelegramIn<E>
  }
}

function isWithin(text: string, most: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > most) return false
  return true
}

/** A character, or a byte, that delimits telegrams; throws in the name of `call` for any other value. */
export function delimiterByte(call: string, what: string, delimiter: string | number): number {
  const code = typeof delimiter === 'number' ? delimiter : delimiter.length === 1 ? delimiter.charCodeAt(0) : -1
  if (Number.isInteger(code) && code >= 0 && code < 0x80) return code
  throw new BadDefinition(
    `${call}: expected ${what} to be one ASCII character, or its code, found ${JSON.stringify(delimiter)}; of others a part may stand within a character`,
  )
}

/** Characters of two bytes each may contain the byte of a delimiter. */
export function refuseUtf16(call: string, encoding: Encoding): void {
  if (encoding === 'utf16le')
    throw new BadDefinition(
      `${call}: expected an encoding of which no character contains a delimiter's byte, found utf16le; use lengthPrefixed()`,
    )
}
