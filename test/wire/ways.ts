/** The ways that a value with something shared or moved in it can go: each does what its link does. */

import { ByteReader } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { decode, decodeFrom, encodeHere, encodeInto, takenOver } from '../../src/wire/codec.ts'
import { movesIn } from '../../src/wire/movables.ts'
import { sentWithin } from '../../src/wire/within.ts'
import { passOn, references } from './by-reference.ts'

const place = { path: 'args', executed: 'no' } as const

/** To another thread: as bytes, with what is posted beside them. */
export function posted(value: unknown): unknown {
  const writer = new ByteWriter(16)
  const attachments = encodeInto(writer, value, { references, place, moves: true })
  const beside = structuredClone(attachments, { transfer: [...movesIn(attachments)] })
  return decodeFrom(new ByteReader(writer.written()), { references, attachments: beside })
}

/** To an object of the same thread. */
export function within(value: unknown): unknown {
  return sentWithin(value, { passOn, references }, place)
}

/** To an object of the same thread, after it has waited for its receiver. */
export function held(value: unknown): unknown {
  return decode(takenOver(encodeHere(value, { references, place, moves: true })), references)
}

export const WAYS = { posted, within, held }
