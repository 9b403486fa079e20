/**
 * ByteReader: reads what a ByteWriter wrote, and trusts nothing: whatever would reach beyond the end is a WireError.
 *
 * It may read memory that is shared. Whoever lends that leaves it alone while it is read; what a reader returns is always a copy.
 */

import { knownText } from './known-texts.ts'
import { WireError } from './wire-error.ts'

/** Up to here String.fromCharCode costs less than a call into the engine. */
const FEW_CHARS = 12

/** Up to here memory full of zeroes costs less than Node's way to have it without. */
const FEW_BYTES = 8192

/** For the bytes of one number, which need not lie where a number may. */
const float = new DataView(new ArrayBuffer(8))
const floatBytes = new Uint8Array(float.buffer)

export class ByteReader {
  /** Where the next byte is. */
  #at = 0
  #end = 0
  #bytes: Buffer = Buffer.alloc(0)

  constructor(bytes?: Uint8Array) {
    if (bytes !== undefined) this.open(bytes)
  }

  /** Goes to the start of other bytes. */
  open(bytes: Uint8Array): void {
    this.openAt(bufferOf(bytes), 0, bytes.length)
  }

  /** The same for those from `start` to `end` of some memory, without a view of their own: to make one takes as long as to read a few values. */
  openAt(memory: Buffer, start: number, end: number): void {
    this.#bytes = memory
    this.#at = start
    this.#end = end
  }

  /** The number of bytes that are still to be read. */
  get left(): number {
    return this.#end - this.#at
  }

  /** The place of the next byte, to go back to. */
  get at(): number {
    return this.#at
  }

  /** Goes back to a place where it was in the same bytes. */
  backTo(at: number): void {
    this.#at = at
  }

  /** All the memory that it reads in. */
  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Passes over the first `length` of some bytes, if that is what comes; else false, and nothing is passed. */
  skip(expected: Uint8Array, length: number): boolean {
    const at = this.#at
    if (length > this.#end - at) return false
    const bytes = this.#bytes
    for (let i = 0; i < length; i++) if (bytes[at + i] !== expected[i]) return false
    this.#at = at + length
    return true
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
    const bytes = this.#bytes
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  }

  float64(): number {
    const at = this.#take(8)
    for (let i = 0; i < 8; i++) floatBytes[i] = this.#bytes[at + i]!
    return float.getFloat64(0, true)
  }

  float64s(count: number): number[] {
    const at = this.#take(count * 8)
    const { buffer, byteOffset } = this.#bytes
    const view = new DataView(buffer, byteOffset + at, count * 8)
    const values: number[] = []
    for (let i = 0; i < count; i++) values.push(view.getFloat64(i * 8, true))
    return values
  }

  /** The next `length` bytes, in memory of their own. */
  copy(length: number): ArrayBuffer {
    const at = this.#take(length)
    const copy = length < FEW_BYTES ? new Uint8Array(length) : Buffer.allocUnsafeSlow(length)
    this.#bytes.copy(copy, 0, at, at + length)
    return copy.buffer
  }

  /** Copies the next bytes into `target`, as many as it has. */
  copyInto(target: Uint8Array): void {
    const at = this.#take(target.length)
    this.#bytes.copy(target, 0, at, at + target.length)
  }

  /** A text of `length` chars of one byte. */
  latin1(length: number): string {
    const at = this.#take(length)
    return length <= FEW_CHARS ? shortText(this.#bytes, at, length) : this.#bytes.toString('latin1', at, at + length)
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

  /** A text of `length` chars of one byte that has probably been read before: a key. */
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

/** The same bytes as a Buffer. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
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
    case 4:
      return fromChars(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!)
    case 5:
      return fromChars(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!, bytes[at + 4]!)
    case 6:
      return fromChars(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!, bytes[at + 4]!, bytes[at + 5]!)
    default:
      return shortText(bytes, at, 6) + shortText(bytes, at + 6, length - 6)
  }
}
