/** Memory into which telegrams are written, one behind the other, until they go to a socket. */

import { ByteWriter } from '../wire/byte-writer.ts'
import type { Telegram } from './framing.ts'

/** What a framing writes into: to its end. Whoever throws has written nothing: what it had written is taken back. */
export interface Output {
  /** What was written are its first `length` bytes; another one after each growth. */
  readonly bytes: Buffer
  readonly length: number
  byte(value: number): void
  copy(bytes: Uint8Array): void
  text(text: string, encoding: BufferEncoding): void
}

export class OutputBytes extends ByteWriter implements Output {
  text(text: string, encoding: BufferEncoding): void {
    this.reserve(encoding === 'utf8' ? 3 * text.length : 2 * text.length)
    this.length += this.bytes.write(text, this.length, encoding)
  }
}

/** The bytes that `write` writes for a telegram, by themselves. */
export function writtenAlone<T extends Telegram>(write: (telegram: T, out: Output) => void, telegram: T): Uint8Array {
  const out = new OutputBytes(64)
  write(telegram, out)
  return out.written()
}

/** Outputs that wait to be used again; more memory than that is not kept. */
const POOL = 16
const POOLED_BYTES = 256 * 1024
const free: OutputBytes[] = []

export function takeOutput(): OutputBytes {
  return free.pop() ?? new OutputBytes()
}

/** Gives one back whose bytes nobody needs any more. */
export function giveBack(out: OutputBytes): void {
  if (free.length === POOL || out.bytes.length > POOLED_BYTES) return
  out.reset()
  free.push(out)
}
