/**
 * Values ⇄ bytes.
 *
 *   writer.byte(…) …            a header, whatever it is              reader.byte() …
 *   encodeInto(writer, value)   a value behind it                     decodeFrom(reader)
 *
 *   encode(value)               FORMAT and a value, on their own      decode(encoded)
 *
 * What arrives equals what was sent, as structured clone has it, and more: errors keep class, fields and cause; URL and Buffer arrive
 * as such; Remotes and Futures travel by reference; instances of the user's classes as their codecs say (instance-codecs.ts). What cannot
 * arrive equal is refused, with its path (see refusal.ts). The form of the bytes is in kinds.ts, what is an object of which kind in classify.ts.
 *
 * No message needs another one to be read.
 */

import { TsworksError } from '../core/errors.ts'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { Decoder, type Origin } from './decoder.ts'
import { Encoder, type Border } from './encoder.ts'
import { ARRAY, FORMAT } from './kinds.ts'
import { takeOver } from './movables.ts'
import type { References } from './references.ts'
import { Misread } from './revival.ts'
import { NO_PRIMITIVE, readPrimitive, writePrimitive } from './scalars.ts'
import { Spare } from './spare.ts'
import { WireError } from './wire-error.ts'

export type { Border } from './encoder.ts'
export type { Origin } from './decoder.ts'
export type { Place } from './refusal.ts'
export type { References } from './references.ts'
export { Misread } from './revival.ts'

/** A value as bytes. */
export interface Encoded {
  readonly bytes: Uint8Array
  /**
   * What cannot be bytes: SharedArrayBuffers, which stay shared, and what moves. They are posted beside, through a MessagePort. Where the bytes
   * stay in their thread, also what is shared.
   */
  readonly attachments: readonly unknown[]
}

/** Arrays up to this length are looked at for objects before anything is set up for them. */
const FEW = 16

const NO_ATTACHMENTS: readonly unknown[] = []

const encoders = new Spare(() => new Encoder())
const decoders = new Spare(() => new Decoder())
const writers = new Spare(() => new ByteWriter())
const readers = new Spare(() => new ByteReader())

/**
 * Writes a value to the end of `writer`, and returns what goes beside the bytes.
 *
 * Getters of the value run meanwhile: `writer` must not be used by what they might call.
 *
 * @throws NotCloneable if something in it cannot cross; then nothing was written
 */
export function encodeInto(writer: ByteWriter, value: unknown, border: Border): readonly unknown[] {
  if (writePrimitive(writer, value)) return NO_ATTACHMENTS
  const encoder = encoders.take()
  const attachments = encoder.write(writer, value, border)
  encoders.giveBack(encoder)
  return attachments
}

/**
 * Writes an array whose elements are primitive, and few: most lists of arguments. It must be dense, and have no names beside its indices.
 *
 * @returns false, with nothing written, if there is another element in it
 */
export function encodePrimitives(writer: ByteWriter, array: readonly unknown[]): boolean {
  if (array.length > FEW) return false
  const start = writer.length
  writer.head(ARRAY, array.length)
  for (let i = 0; i < array.length; i++)
    if (!writePrimitive(writer, array[i])) {
      writer.length = start
      return false
    }
  return true
}

/**
 * Reads the next value from `reader`. What it returns shares no memory with the bytes; it is a Misread where an instance in the value
 * could not be made again by its codec.
 *
 * @throws WireError if the bytes are no value, or only a part of one
 */
export function decodeFrom(reader: ByteReader, origin: Origin): unknown {
  try {
    const start = reader.at
    const simple = readSimple(reader)
    if (simple !== NO_PRIMITIVE) return simple
    reader.backTo(start)
    const decoder = decoders.take()
    const value = decoder.read(reader, origin)
    decoders.giveBack(decoder)
    return value
  } catch (error) {
    if (error instanceof TsworksError) throw error
    throw new WireError(`a message cannot be read: ${String(error)}`, { cause: error })
  }
}

/** As long as it will be, where that is short: one that grows gets room for 17 with its first element. */
function roomFor(count: number): unknown[] {
  if (count === 0) return []
  return count === 1 ? [undefined] : [undefined, undefined]
}

/** Reads a value that is primitive, or a short array of such; NO_PRIMITIVE for all others, some of which has been read then. */
function readSimple(reader: ByteReader): unknown {
  const first = reader.byte()
  if (first !== ARRAY) return readPrimitive(reader, first)
  const count = reader.count()
  if (count > FEW) return NO_PRIMITIVE
  const array = roomFor(count)
  for (let i = 0; i < count; i++) {
    const element = readPrimitive(reader, reader.byte())
    if (element === NO_PRIMITIVE) return NO_PRIMITIVE
    array[i] = element
  }
  return array
}

/**
 * A value as bytes of its own. `path` is what it is called when it is refused, such as `args`. Nothing moves.
 *
 * @throws NotCloneable if something in it cannot cross
 */
export function encode(value: unknown, references: References, path: string): Encoded {
  return encodeFor({ references, place: { path, executed: 'no' } }, value)
}

/**
 * A value as bytes that stay in this thread for now, or for good: what is shared goes as it is. What is to move has not moved yet; takenOver()
 * does that.
 *
 * @throws NotCloneable if something in it cannot cross
 */
export function encodeHere(value: unknown, border: Omit<Border, 'stays'>): Encoded {
  return encodeFor({ ...border, stays: true }, value)
}

/** The same, with what moves taken away from the sender. */
export function takenOver({ bytes, attachments }: Encoded): Encoded {
  return { bytes, attachments: takeOver(attachments) }
}

function encodeFor(border: Border, value: unknown): Encoded {
  const writer = writers.take()
  writer.byte(FORMAT)
  const attachments = encodeInto(writer, value, border)
  const bytes = new Uint8Array(writer.written())
  writer.reset()
  writers.giveBack(writer)
  return { bytes, attachments }
}

/**
 * The value that encode() was given. `passesOn`: it goes to somebody else, so instances of the user's classes are not made again.
 *
 * @throws WireError if these are no such bytes
 * @throws NotCloneable if an instance in it could not be made again by its codec
 */
export function decode(encoded: Encoded, references: References, how: Passing = {}): unknown {
  const value = decodeOrMisread(encoded, references, how)
  if (Misread.is(value)) throw value.error({ path: how.path ?? 'value', executed: 'no' })
  return value
}

/** The same; a Misread where decode() throws NotCloneable. */
export function decodeOrMisread(
  { bytes, attachments }: Encoded,
  references: References,
  { passesOn = false }: Passing = {},
): unknown {
  const reader = readers.take()
  reader.open(bytes)
  const format = reader.byte()
  if (format !== FORMAT) throw new WireError(`a message is in form ${format}, expected ${FORMAT}`)
  const value = decodeFrom(reader, { references, attachments, passesOn })
  if (reader.left > 0) throw new WireError(`a message goes on for ${reader.left} bytes after its value`)
  readers.giveBack(reader)
  return value
}

interface Passing {
  readonly passesOn?: boolean
  /** What it is called if it is refused. */
  readonly path?: string
}
