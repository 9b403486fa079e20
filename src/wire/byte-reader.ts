/**
 * ByteReader: reads what a ByteWriter wrote, and trusts nothing: whatever would reach beyond the end is a WireError.
 *
 * It may read memory that is shared. Whoever lends that leaves it alone while it is read; what a reader returns is always a copy.
 */

import { knownText } from './known-texts.ts'
import { WireError } from './wire-error.ts'

/** Up to here String.fromCharCode costs less than a call into the engine. */
const FEW_CHARS = 8

export class ByteReader {
  /** Where the next byte is, in the memory that the bytes are a part of. */
  #at = 0
  #end = 0
  /** That whole memory: kept from one message to the next, since most are views on the same. */
  #bytes: Buffer = Buffer.alloc(0)
  #view: DataView = new DataView(this.#bytes.buffer, 0, 0)

  constructor(bytes?: Uint8Array) {
    if (bytes !== undefined) this.open(bytes)
  }

  /** Goes to the start of other bytes. */
  open(bytes: Uint8Array): void {
    const { buffer, byteOffset } = bytes
    const end = byteOffset + bytes.length
    if (this.#bytes.buffer !== buffer || end > this.#bytes.length) {
      this.#bytes = Buffer.from(buffer)
      this.#view = new DataView(buffer)
    }
    this.#at = byteOffset
    this.#end = end
  }

  /** The number of bytes that are still to be read. */
  get left(): number {
    return this.#end - this.#at
  }

  byte(): number {
    if (this.#at >= this.#end) throw this.#tooShort()
    return this.#bytes[this.#at++]!
  }

  varint(): number {
    let value = 0
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    for (let scale = 2 ** 28; scale <= 2 ** 49; scale *= 128) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      if (byte < 0x80 && value <= Number.MAX_SAFE_INTEGER) return value
    }
    throw new WireError('a message has a number beyond 2^53 - 1')
  }

  /** How many of something follow, each of at least `size` bytes: so no number can ask for more memory than a message has. */
  count(size = 1): number {
    const count = this.varint()
    if (count * size > this.left) throw this.#tooShort()
    return count
  }

  uint32(): number {
    const at = this.#take(4)
    return this.#view.getUint32(at, true)
  }

  float64(): number {
    const at = this.#take(8)
    return this.#view.getFloat64(at, true)
  }

  float64s(count: number): number[] {
    const at = this.#take(count * 8)
    const values: number[] = []
    for (let i = 0; i < count; i++) values.push(this.#view.getFloat64(at + i * 8, true))
    return values
  }

  /** The next `length` bytes, in memory of their own. */
  copy(length: number): ArrayBuffer {
    const at = this.#take(length)
    const copy = new ArrayBuffer(length)
    new Uint8Array(copy).set(this.#bytes.subarray(at, at + length))
    return copy
  }

  /** Copies the next bytes into `target`, as many as it has. */
  copyInto(target: Uint8Array): void {
    const at = this.#take(target.length)
    target.set(this.#bytes.subarray(at, at + target.length))
  }

  /** A text of `length` ASCII characters. */
  ascii(length: number): string {
    const at = this.#take(length)
    return length <= FEW_CHARS ? shortText(this.#bytes, at, length) : this.#bytes.toString('latin1', at, at + length)
  }

  /** A text of `length` bytes of UTF-8. */
  utf8(length: number): string {
    const at = this.#take(length)
    return this.#bytes.toString('utf8', at, at + length)
  }

  /** A text of `length` bytes of UTF-16. */
  utf16(length: number): string {
    const at = this.#take(length)
    return this.#bytes.toString('utf16le', at, at + length)
  }

  /** The next `length` bytes as hexadecimal digits. */
  hex(length: number): string {
    const at = this.#take(length)
    return this.#bytes.toString('hex', at, at + length)
  }

  /** A text of `length` ASCII characters that has probably been read before: a key. */
  knownText(length: number): string {
    const at = this.#take(length)
    return knownText(this.#bytes, at, length)
  }

  #take(length: number): number {
    const at = this.#at
    if (length > this.#end - at) throw this.#tooShort()
    this.#at = at + length
    return at
  }

  #tooShort(): WireError {
    return new WireError('a message ends before its value does')
  }
}

const fromChars = String.fromCharCode

function shortText(bytes: Uint8Array, at: number, length: number): string {
  switch (length) {
    case 0:
      return ''
    case 1:
      return fromChars(bytes[at]!)
    case 2:
      return fromChars(bytes[at]!, bytes[at + 1]!)
    case 3:
      return fromChars(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!)
    default:
      return (
        fromChars(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!) + shortText(bytes, at + 4, length - 4)
      )
  }
}
