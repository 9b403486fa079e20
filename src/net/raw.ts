/** Telegrams that are whatever has come: no framing at all. */

import { StringDecoder } from 'node:string_decoder'
import { bufferOf } from '../wire/byte-reader.ts'
import { writtenAlone } from './output.ts'
import { Coding, type Encoding, type Framing, type Sink, type TelegramIn, type TelegramReader } from './framing.ts'

/**
 * No framing: each telegram is what was read at once, in pieces of at most the limit. Where the stream is cut is chance; a character of text is
 * never cut.
 *
 * @param options `encoding`: what telegrams are; bytes unless it says otherwise
 */
export function raw<E extends Encoding = 'bytes'>({ encoding = 'bytes' as E }: { readonly encoding?: E } = {}): Framing<
  TelegramIn<E>
> {
  const coding = new Coding('raw({ encoding })', encoding)
  return {
    name: encoding === 'bytes' ? 'raw' : `raw, ${encoding}`,
    reader: (sink, limit) => (encoding === 'bytes' ? bytesReader(sink, limit) : textReader(sink, limit, encoding)),
    write: (telegram) => writtenAlone((one, out) => coding.write(one, out), telegram),
    writeTo: (telegram, out) => coding.write(telegram, out),
  }
}

function bytesReader(sink: Sink<never>, limit: number): TelegramReader {
  return {
    push: (chunk) => pieces(chunk, limit, (piece) => sink.telegram(piece as never)),
    end: () => {},
  }
}

function textReader(sink: Sink, limit: number, encoding: Exclude<Encoding, 'bytes'>): TelegramReader {
  const decoder = new StringDecoder(encoding)
  const tell = (text: string): void => {
    if (text !== '') sink.telegram(text)
  }
  return {
    push: (chunk) => pieces(chunk, limit, (piece) => tell(decoder.write(piece))),
    // What is left of a character that was cut, as the decoder shows it.
    end: () => tell(decoder.end()),
  }
}

function pieces(chunk: Uint8Array, limit: number, take: (piece: Buffer) => void): void {
  const bytes = bufferOf(chunk)
  for (let at = 0; at < bytes.length; at += limit) take(bytes.subarray(at, at + limit))
}
