/**
 * Telegrams between a start and an end, in which an escape stands before each byte that would be taken for one of the three.
 *
 *               start                     end
 *   HUNT ─────────────────▶ TELE ─────────────────▶ a telegram, HUNT
 *    │ all else: garbage     │ escape: the next byte is as it is
 *                            │ start: what was before it was cut; a new one begins
 *                            ╰ longer than the limit ▶ SKIP, to the next end or start
 *
 * Whole runs between such bytes are taken at once; one telegram in one chunk, without an escape, is not even copied.
 */

import { BadDefinition } from '../core/errors.ts'
import { bufferOf } from '../wire/byte-reader.ts'
import {
  Coding,
  delimiterByte,
  refuseUtf16,
  type Encoding,
  type Framing,
  type Sink,
  type TelegramIn,
  type TelegramReader,
} from './framing.ts'
import { writtenAlone, type Output } from './output.ts'
import { PartialTelegram } from './partial-telegram.ts'

/** The three bytes: characters, or their codes. */
export interface Marks {
  readonly start: string | number
  readonly end: string | number
  readonly escape: string | number
}

/**
 * Telegrams between a start and an end, with an escape.
 *
 * @param options `start`, `end`, `escape`: three different ASCII characters, or their codes; `encoding`: utf8 unless it says otherwise
 */
export function framed<E extends Encoding = 'utf8'>(
  options: Marks & { readonly encoding?: E },
): Framing<TelegramIn<E>> {
  const { encoding = 'utf8' as E } = options
  const call = 'framed({ start, end, escape, encoding })'
  return framingOf(call, `framed by ${String(options.start)} … ${String(options.end)}`, options, encoding)
}

/**
 * PyWorks' Ascii: `<telegram>`, with `\` before `<`, `>` and `\`.
 *
 * @param options `encoding`: utf8 unless it says otherwise
 */
export function ascii<E extends Encoding = 'utf8'>({ encoding = 'utf8' as E }: { readonly encoding?: E } = {}): Framing<
  TelegramIn<E>
> {
  return framingOf('ascii({ encoding })', 'ascii', { start: '<', end: '>', escape: '\\' }, encoding)
}

/**
 * STX, telegram, ETX, with ESC before each of the three: what many devices speak.
 *
 * @param options `encoding`: utf8 unless it says otherwise
 */
export function stxEtx<E extends Encoding = 'utf8'>({
  encoding = 'utf8' as E,
}: { readonly encoding?: E } = {}): Framing<TelegramIn<E>> {
  return framingOf('stxEtx({ encoding })', 'STX/ETX', { start: 0x02, end: 0x03, escape: 0x1b }, encoding)
}

/** As bytes. */
interface MarkBytes {
  readonly start: number
  readonly end: number
  readonly escape: number
}

function framingOf<E extends Encoding>(call: string, name: string, marks: Marks, encoding: E): Framing<TelegramIn<E>> {
  const start = delimiterByte(call, 'start', marks.start)
  const end = delimiterByte(call, 'end', marks.end)
  const escape = delimiterByte(call, 'escape', marks.escape)
  if (new Set([start, end, escape]).size < 3)
    throw new BadDefinition(
      `${call}: expected start, end and escape to differ, found ${[start, end, escape].join(', ')}`,
    )
  refuseUtf16(call, encoding)
  const coding = new Coding(call, encoding)
  const bytes: MarkBytes = { start, end, escape }
  const writeTo = (telegram: TelegramIn<E>, out: Output): void => {
    out.byte(start)
    const at = out.length
    coding.write(telegram, out)
    escaped(out, at, bytes)
    out.byte(end)
  }
  return {
    name,
    reader: (sink, limit) => new FramedReader(sink, limit, { coding, marks: bytes }),
    write: (telegram) => writtenAlone(writeTo, telegram),
    writeTo,
  }
}

/** Puts an escape before each of the three in what was written from `at` on, from behind, each byte to where it belongs. */
function escaped(out: Output, at: number, { start, end, escape }: MarkBytes): void {
  const isMark = (byte: number): boolean => byte === start || byte === end || byte === escape
  const { length } = out
  let escapes = 0
  for (let from = at; from < length; from++) if (isMark(out.bytes[from]!)) escapes++
  for (let left = 0; left < escapes; left++) out.byte(escape)
  const { bytes } = out
  let to = out.length - 1
  for (let from = length - 1; to > from; from--) {
    const byte = bytes[from]!
    bytes[to--] = byte
    if (isMark(byte)) bytes[to--] = escape
  }
}

class FramedReader<E extends Encoding> implements TelegramReader {
  readonly #sink: Sink<TelegramIn<E>>
  readonly #coding: Coding<E>
  readonly #marks: MarkBytes
  readonly #partial: PartialTelegram
  #at: 'HUNT' | 'TELE' | 'SKIP' = 'HUNT'
  /** The last byte was an escape. */
  #isEscaped = false
  /** Bytes of the stream since the start of the telegram in hand. */
  #taken = 0
  readonly #next: Marking

  constructor(
    sink: Sink<TelegramIn<E>>,
    limit: number,
    how: { readonly coding: Coding<E>; readonly marks: MarkBytes },
  ) {
    this.#sink = sink
    this.#coding = how.coding
    this.#marks = how.marks
    this.#partial = new PartialTelegram(limit)
    this.#next = new Marking(how.marks)
  }

  push(chunk: Uint8Array): void {
    const bytes = bufferOf(chunk)
    this.#next.open(bytes)
    for (let at = 0; at < bytes.length;) at = this.#at === 'HUNT' ? this.#hunt(bytes, at) : this.#take(bytes, at)
  }

  end(): void {
    this.#cut()
    this.#at = 'HUNT'
  }

  /** To behind the next start. */
  #hunt(bytes: Buffer, at: number): number {
    const start = bytes.indexOf(this.#marks.start, at)
    const until = start < 0 ? bytes.length : start
    if (until > at) this.#sink.garbage(until - at)
    if (start < 0) return bytes.length
    this.#begin()
    return start + 1
  }

  #begin(): void {
    this.#at = 'TELE'
    this.#isEscaped = false
    this.#taken = 1
  }

  /** What belongs to the telegram in hand, to behind the next of the three. */
  #take(bytes: Buffer, at: number): number {
    if (this.#isEscaped) {
      this.#isEscaped = false
      this.#keep(bytes.subarray(at, at + 1))
      return at + 1
    }
    const mark = this.#next.from(at)
    const run = bytes.subarray(at, mark)
    if (mark < bytes.length && bytes[mark] === this.#marks.end) {
      this.#complete(run)
      return mark + 1
    }
    this.#keep(run)
    if (mark === bytes.length) return mark
    if (bytes[mark] === this.#marks.escape) {
      this.#isEscaped = true
      this.#taken++
    } else {
      this.#cut()
      this.#begin()
    }
    return mark + 1
  }

  #complete(last: Buffer): void {
    if (this.#at === 'TELE') {
      const whole = this.#partial.complete(last)
      if (whole === undefined) this.#sink.overlong()
      else this.#sink.telegram(this.#coding.telegram(whole))
    }
    this.#at = 'HUNT'
    this.#taken = 0
  }

  #keep(bytes: Buffer): void {
    this.#taken += bytes.length
    if (this.#at === 'SKIP' || bytes.length === 0 || this.#partial.add(bytes)) return
    this.#at = 'SKIP'
    this.#sink.overlong()
  }

  /** The telegram in hand has no end: another has begun, or the stream has ended. One that was too long has been told of. */
  #cut(): void {
    if (this.#at === 'TELE') this.#sink.garbage(this.#taken)
    this.#partial.clear()
    this.#isEscaped = false
    this.#taken = 0
  }
}

/** Where the next of the three stands in a chunk; each is searched for once, however often it is asked. */
class Marking {
  readonly #marks: MarkBytes
  #bytes: Buffer = Buffer.alloc(0)
  #start = -1
  #end = -1
  #escape = -1

  constructor(marks: MarkBytes) {
    this.#marks = marks
  }

  open(bytes: Buffer): void {
    this.#bytes = bytes
    this.#start = this.#end = this.#escape = -1
  }

  /** At or behind `at`; the length of the chunk where there is none. */
  from(at: number): number {
    const { start, end, escape } = this.#marks
    if (this.#start < at) this.#start = this.#find(start, at)
    if (this.#end < at) this.#end = this.#find(end, at)
    if (this.#escape < at) this.#escape = this.#find(escape, at)
    return Math.min(this.#start, this.#end, this.#escape)
  }

  #find(mark: number, from: number): number {
    const at = this.#bytes.indexOf(mark, from)
    return at < 0 ? this.#bytes.length : at
  }
}
