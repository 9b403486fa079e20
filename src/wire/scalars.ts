/** Primitive values ⇄ bytes, in the form of kinds.ts. The header of an envelope is written with these too. */

import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import {
  BIGINT,
  FALSE,
  FLOAT,
  IN_FIRST_BYTE,
  INTEGER,
  LATIN1,
  NULL,
  SHORT_STRING,
  SMALL_INTEGER,
  TRUE,
  UNDEFINED,
  UTF16,
} from './kinds.ts'
import { WireError } from './wire-error.ts'

/** Writes a value that is primitive; false, and nothing written, for objects and symbols. */
export function writePrimitive(writer: ByteWriter, value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      writeString(writer, value)
      return true
    case 'number':
      writeNumber(writer, value)
      return true
    case 'boolean':
      writer.byte(value ? TRUE : FALSE)
      return true
    case 'undefined':
      writer.byte(UNDEFINED)
      return true
    case 'bigint':
      writeBigInt(writer, value)
      return true
    case 'object':
      if (value !== null) return false
      writer.byte(NULL)
      return true
    case 'function':
    case 'symbol':
  }
  return false
}

/** What readPrimitive() gives for the first byte of an object. */
export const NO_PRIMITIVE = Symbol('no primitive value')

/** Reads a primitive value whose first byte was `first`; NO_PRIMITIVE, and nothing read, if that is of something else. */
export function readPrimitive(reader: ByteReader, first: number): unknown {
  if (first >= SMALL_INTEGER) return first - SMALL_INTEGER
  if (first >= SHORT_STRING) return reader.latin1(first - SHORT_STRING)
  switch (first) {
    case UNDEFINED:
      return undefined
    case NULL:
      return null
    case FALSE:
      return false
    case TRUE:
      return true
    case INTEGER:
      return readInteger(reader)
    case FLOAT:
      return reader.float64()
    case LATIN1:
    case UTF16:
      return readStringOf(reader, first)
    case BIGINT:
      return readBigInt(reader)
    default:
      return NO_PRIMITIVE
  }
}

export function writeNumber(writer: ByteWriter, value: number): void {
  if ((value | 0) !== value || (value === 0 && 1 / value < 0)) {
    writer.byte(FLOAT)
    writer.float64(value)
  } else if (value >= 0 && value < IN_FIRST_BYTE) writer.byte(SMALL_INTEGER + value)
  else {
    writer.head(INTEGER, ((value << 1) ^ (value >> 31)) >>> 0)
  }
}

/** What follows INTEGER. */
function readInteger(reader: ByteReader): number {
  const zigzag = reader.varint()
  return (zigzag >>> 1) ^ -(zigzag & 1)
}

/** As V8 keeps it, with one byte for each char or with two: so it is moved and not looked at, whatever language it is in. */
export function writeString(writer: ByteWriter, text: string): void {
  const start = writer.length
  if (text.length < IN_FIRST_BYTE) writer.byte(SHORT_STRING + text.length)
  else {
    writer.byte(LATIN1)
    writer.uint32(text.length)
  }
  if (writer.latin1(text)) return
  writer.length = start
  writer.byte(UTF16)
  writer.uint32(text.length * 2)
  writer.utf16(text)
}

/** Reads a string with its first byte; throws a WireError if another kind of value stands there. */
export function readString(reader: ByteReader): string {
  return readStringOf(reader, reader.byte())
}

/** Reads a key, which is a string that was probably read before. */
export function readKey(reader: ByteReader): string {
  const first = reader.byte()
  return first >= SHORT_STRING && first < SMALL_INTEGER
    ? reader.knownText(first - SHORT_STRING)
    : readStringOf(reader, first)
}

/** Reads a string whose first byte was `first`. */
export function readStringOf(reader: ByteReader, first: number): string {
  if (first >= SHORT_STRING && first < SMALL_INTEGER) return reader.latin1(first - SHORT_STRING)
  switch (first) {
    case LATIN1:
      return reader.latin1(reader.uint32())
    case UTF16:
      return reader.utf16(reader.uint32())
    default:
      throw new WireError(`a message has a value of kind 0x${first.toString(16)} where a string must be`)
  }
}

export function writeBigInt(writer: ByteWriter, value: bigint): void {
  const negative = value < 0n
  const digits = (negative ? -value : value).toString(16)
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex')
  writer.head(BIGINT, bytes.length * 2 + Number(negative))
  writer.copy(bytes)
}

/** What follows BIGINT. */
export function readBigInt(reader: ByteReader): bigint {
  const lengthAndSign = reader.varint()
  const magnitude = BigInt(`0x0${reader.hex(Math.floor(lengthAndSign / 2))}`)
  return lengthAndSign % 2 === 0 ? magnitude : -magnitude
}

/** Whether a value is its own copy: a primitive that may travel. */
export function isScalar(value: unknown): boolean {
  const type = typeof value
  return value === null || (type !== 'object' && type !== 'function' && type !== 'symbol')
}

/** Whether all are: then nothing in them is lent, held, moved or shared. */
export function areScalars(values: readonly unknown[]): boolean {
  for (let i = 0; i < values.length; i++) if (!isScalar(values[i])) return false
  return true
}
