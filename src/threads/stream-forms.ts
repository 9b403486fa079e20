/**
 * What is a stream, and what it is at its reader (S6): what the sender has given, so that code which reads a ReadableStream gets one.
 *
 *   iterable   any object with an async iterator: generators, and one's own     ──▶ an async generator
 *   web        a ReadableStream                                                 ──▶ a ReadableStream
 *   node       a Readable, or a Duplex's readable side                          ──▶ a Readable; of objects, where it has objects or texts
 */

import { Readable } from 'node:stream'
import { types } from 'node:util'
import type { Inflow } from './inflow.ts'

// ReadableStream is the global one, which Node loads when it is first named: an import would load it in every thread.

export type StreamForm = 'iterable' | 'web' | 'node' | 'node bytes'

/** The form of a stream; undefined for anything else. Runs no code of the object's. */
export function formOfStream(object: object): StreamForm | undefined {
  if (types.isProxy(object) || !hasAsyncIterator(object)) return undefined
  if (object instanceof ReadableStream) return 'web'
  if (object instanceof Readable)
    return object.readableObjectMode || object.readableEncoding !== null ? 'node' : 'node bytes'
  return 'iterable'
}

/** The reader's end as a stream of that form. */
export function inForm(form: StreamForm, inflow: Inflow): object {
  switch (form) {
    case 'iterable':
      return inflow
    case 'web':
      return ReadableStream.from(inflow)
    case 'node':
      return Readable.from(inflow)
    case 'node bytes':
      return Readable.from(inflow, { objectMode: false })
    default:
      throw new TypeError(`unknown form of a stream: ${String(form satisfies never)}`)
  }
}

function hasAsyncIterator(object: object): boolean {
  for (let at: object | null = object; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, Symbol.asyncIterator)
    if (found !== undefined) return typeof found.value === 'function'
  }
  return false
}
