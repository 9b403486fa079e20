/**
 * Heads of messages that come again.
 *
 *   ┌─────────┬──────┬────┬──────┬────────┬─────────┐
 *   │ version │ kind │ to │ from │ method │ context │  number of a call, arguments …
 *   └─────────┴──────┴────┴──────┴────────┴─────────┘
 *
 * Mostly a head is the same as that of the message before. Then its bytes are copied, and when they are read they are compared and not looked into,
 * which takes a quarter of the time. Each is whole all the same: to read one, no other message is needed. Kept is the last one that came twice in a row, if it is short and has no context.
 */

import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'

/** Whose message it is, and what it is for. */
export interface Head {
  readonly kind: 'call' | 'tell' | 'notify'
  readonly to: number
  readonly from: number
  readonly method: string
}

/** Longer ones are not kept. */
const MOST_BYTES = 64

class KeptHead {
  /** The last one. */
  head: Head = { kind: 'tell', to: 0, from: 0, method: '' }
  /** How many bytes it has; 0 until it has come twice. */
  length = 0
  readonly bytes = new Uint8Array(MOST_BYTES)
  readonly words = new Int32Array(this.bytes.buffer)

  is({ kind, to, from, method }: Head): boolean {
    const { head } = this
    return head.to === to && head.method === method && head.from === from && head.kind === kind
  }

  /** It was the last one; its bytes are those from `start` to `end`. */
  came(head: Head, bytes: Uint8Array, { start, end }: { readonly start: number; readonly end: number }): void {
    if (!this.is(head)) {
      // Not the packet, which has arguments.
      const { kind, to, from, method } = head
      this.head = { kind, to, from, method }
      this.length = 0
      return
    }
    this.length = end - start <= MOST_BYTES ? end - start : 0
    for (let i = 0; i < this.length; i++) this.bytes[i] = bytes[start + i]!
  }
}

/** Of what this thread writes, and of what it reads. */
const written = new KeptHead()
const read = new KeptHead()

/** Writes the head of a message without a context if it is the one that is kept; false, and nothing written, for all others. */
export function writeAgain(writer: ByteWriter, head: Head): boolean {
  if (written.length === 0 || !written.is(head)) return false
  writer.startWith(written.words, written.length)
  return true
}

/** The writer begins with the head of that message, which has no context. */
export function wasWritten(writer: ByteWriter, head: Head): void {
  written.came(head, writer.bytes, { start: 0, end: writer.length })
}

/** Reads the head that is kept, if that is what comes; undefined, and nothing read, for all others. */
export function readAgain(reader: ByteReader): Head | undefined {
  return read.length > 0 && reader.skip(read.bytes, read.length) ? read.head : undefined
}

/** That head, without a context, was read from `start` on. */
export function wasRead(reader: ByteReader, start: number, head: Head): void {
  read.came(head, reader.bytes, { start, end: reader.at })
}
