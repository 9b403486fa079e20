/**
 * ByteWriter: memory that grows as bytes are written to its end, and is used again for the next message.
 *
 *   byte, uint32, float64    fixed width, little-endian
 *   varint                   7 bits per byte, low ones first; the top bit says that more follow
 *   latin1, utf16            characters alone; their number is for the caller to write
 */

import { isStringOneByteRepresentation } from 'node:v8'
import { WireError } from './wire-error.ts'

/** What a writer keeps for the next message; one that had to be longer gives its memory back. */
const KEPT = 1 << 20

/** From here on one native call costs less than a loop over the characters. */
const LOOP_CHARS = 12

export class ByteWriter {
  /** What was written are its first `length` bytes. Another one after each growth. */
  bytes: Buffer
  /** The same memory. */
  words: Int32Array
  /** May be set back, to take back what was written last. */
  length = 0
  /** How many more bytes were copied for it, beside what was written. */
  beside = 0
  #view: DataView
  readonly #capacity: number

  constructor(capacity = 4096) {
    this.#capacity = capacity
    this.bytes = Buffer.allocUnsafeSlow(wholeWords(capacity))
    this.words = wordsOf(this.bytes)
    this.#view = viewOf(this.bytes)
  }

  /** What was written, valid until the next write. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  /**
   * What was written, in memory that is not used again. It is the writer's own where that is filled at least to a half, and else one of its
   * length, since whoever gets it gets all of it.
   */
  taken(): Uint8Array {
    const written = this.written()
    if (this.length * 2 < this.bytes.length) return new Uint8Array(written)
    this.#use(Buffer.allocUnsafeSlow(Math.min(this.bytes.length, KEPT)))
    return written
  }

  /** Forgets what was written. */
  reset(): void {
    this.length = 0
    this.beside = 0
    if (this.bytes.length > KEPT) this.#use(Buffer.allocUnsafeSlow(wholeWords(this.#capacity)))
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) this.#grow(this.length + count)
  }

  /** The first bytes are those: for a writer in which nothing stands yet. */
  startWith(words: Int32Array, length: number): void {
    this.reserve(wholeWords(length))
    // What this writes beyond the end is written over.
    for (let word = 0; word << 2 < length; word++) this.words[word] = words[word]!
    this.length = length
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.#grow(this.length + 1)
    this.bytes[this.length++] = value
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    this.reserve(8)
    this.#varintAt(this.length, value)
  }

  /** A byte that says what it is, and a varint. */
  head(kind: number, value: number): void {
    this.reserve(9)
    this.bytes[this.length] = kind
    this.#varintAt(this.length + 1, value)
  }

  #varintAt(start: number, value: number): void {
    const { bytes } = this
    let at = start
    let rest = value
    // Beyond 31 bits the bit operators would cut it.
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 0x80
    for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80
    bytes[at++] = rest
    this.length = at
  }

  uint32(value: number): void {
    this.reserve(4)
    this.#view.setUint32(this.length, value, true)
    this.length += 4
  }

  /** Writes over four bytes that were written before. */
  uint32At(at: number, value: number): void {
    this.#view.setUint32(at, value, true)
  }

  float64(value: number): void {
    this.reserve(8)
    this.#view.setFloat64(this.length, value, true)
    this.length += 8
  }

  /** The first `count` of some numbers. */
  float64s(values: readonly number[], count: number): void {
    this.reserve(count * 8)
    for (let i = 0; i < count; i++) this.#view.setFloat64(this.length + i * 8, values[i]!, true)
    this.length += count * 8
  }

  copy(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** Writes a text of chars below 256, one byte each; false, with nothing written, if it has others. */
  latin1(text: string): boolean {
    const { length } = text
    this.reserve(length)
    const { bytes } = this
    const start = this.length
    if (length > LOOP_CHARS) {
      // A few texts of such chars are kept with two bytes each: they are told from others only char by char.
      if (!isStringOneByteRepresentation(text)) return false
      bytes.write(text, start, 'latin1')
    } else
      for (let i = 0; i < length; i++) {
        const char = text.charCodeAt(i)
        if (char > 0xff) return false
        bytes[start + i] = char
      }
    this.length = start + length
    return true
  }

  /** Writes a text as UTF-16, two bytes for each of its code units, whatever they are. */
  utf16(text: string): void {
    this.reserve(text.length * 2)
    this.length += this.bytes.write(text, this.length, 'utf16le')
  }

  #grow(needed: number): void {
    const capacity = wholeWords(Math.max(needed, this.bytes.length * 2))
    let larger: Buffer
    try {
      larger = Buffer.allocUnsafeSlow(capacity)
    } catch (cause) {
      throw new WireError(`a message of ${needed} bytes is too long: there is no memory for it`, { cause })
    }
    larger.set(this.written())
    this.#use(larger)
  }

  #use(bytes: Buffer): void {
    this.bytes = bytes
    this.words = wordsOf(bytes)
    this.#view = viewOf(bytes)
  }
}

function wholeWords(length: number): number {
  return Math.ceil(length / 4) * 4
}

function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
