/**
 * A packet as bytes: a compact header, then the one value that it carries, in the codec's form.
 *
 *   ┌─────────┬──────┬───────────────────────────────┬────────────────────────────┐
 *   │ version │ kind │ numbers and texts of the kind │ args, value, error, reason │
 *   └─────────┴──────┴───────────────────────────────┴────────────────────────────┘
 *
 * Numbers are varints, texts are values (kinds.ts), times are float64. A packet explains itself: there is no table of names
 * that lives in one thread only.
 */

import type { MessageContext } from '../core/message.ts'
import { NO_CONTEXT } from '../core/message.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import {
  decodeFrom,
  encodeInto,
  encodePrimitives,
  type Border,
  type Origin,
  type Place,
  type References,
} from './codec.ts'
import type { Bound } from '../core/mailbox.ts'
import type { Reads } from './kernel-protocol.ts'
import { readAgain, wasRead, wasWritten, writeAgain, type Head } from './message-heads.ts'
import type { Packet } from './protocol.ts'
import { PROTOCOL_VERSION } from './protocol.ts'
import { readKey, readString, writeString } from './scalars.ts'
import { WireError } from './wire-error.ts'

/** The number of a kind is its place here; new ones go to the end. */
const KINDS = [
  'call',
  'tell',
  'notify',
  'observe',
  'value',
  'error',
  'cancel',
  'settle',
  'ask',
  'hold',
  'watch',
  'down',
  'want',
  'room',
  'withdraw',
  'release',
  'behind',
  'ended',
  'abort',
  'apply',
  'gone',
  'keep',
  'letGo',
  'giveBack',
] as const
const NUMBER_OF = Object.fromEntries(KINDS.map((kind, number) => [kind, number])) as Readonly<Record<Kind, number>>
type Kind = (typeof KINDS)[number]
type MessagePacket = Extract<Packet, { readonly kind: 'call' | 'tell' | 'notify' }>

const NONE: readonly unknown[] = []

const finite = (time: number): number | undefined => (time === Infinity ? undefined : time)

/** Where something that is waited for stands; the number of each is its place here. */
const STANDS = ['sent', 'line', 'held', 'lent'] as const

/** How a packet is written. */
export interface Writing {
  readonly references: References
  /** Others get the same message, too: what should move is copied. */
  readonly keeps?: boolean | undefined
}

const ARGS: Place = { path: 'args', executed: 'no' }
const RESULT: Place = { path: 'result', executed: 'yes' }
const ERROR: Place = { path: 'error', executed: 'yes' }
const SET: Place = { path: 'future.set(value)', executed: 'no' }
const FAIL: Place = { path: 'future.fail(error)', executed: 'no' }

function moving({ references, keeps }: Writing, place: Place): Border {
  return { references, place, moves: keeps !== true, beside: true }
}

function staying({ references }: Writing, path: string): Border {
  return { references, place: { path, executed: 'no' } }
}

/** Writes a packet to the end of `writer`; returns what cannot be bytes. Throws NotCloneable, with nothing sent. */
export function writePacket(writer: ByteWriter, packet: Packet, writing: Writing): readonly unknown[] {
  if (isMessage(packet)) return writeMessage(writer, packet, writing)
  writer.byte(PROTOCOL_VERSION)
  // Most others are this: by a name that changes, as the key, the look-up takes several times as long.
  writer.byte(packet.kind === 'value' ? NUMBER_OF.value : NUMBER_OF[packet.kind])
  switch (packet.kind) {
    case 'observe':
      writer.varint(packet.to)
      writer.varint(packet.from)
      writer.varint(packet.id)
      writer.byte(packet.on ? 1 : 0)
      return encodeInto(
        writer,
        { name: packet.name, methods: packet.methods, bound: packet.bound, reads: packet.reads },
        staying(writing, 'methods'),
      )
    case 'ended':
      writer.varint(packet.id)
      return NONE
    case 'value':
      writer.varint(packet.id)
      return encodeInto(writer, packet.value, moving(writing, RESULT))
    case 'error':
      writer.varint(packet.id)
      return encodeInto(writer, packet.error, moving(writing, ERROR))
    case 'withdraw':
      writer.varint(packet.id)
      return encodeInto(writer, packet.error, staying(writing, 'error'))
    case 'cancel':
      writer.varint(packet.id)
      return encodeInto(writer, packet.reason, staying(writing, 'reason'))
    case 'settle':
      writer.varint(packet.future)
      writer.byte(packet.ok ? 1 : 0)
      return encodeInto(writer, packet.value, moving(writing, packet.ok ? SET : FAIL))
    case 'ask':
      writer.varint(packet.future)
      writer.varint(packet.id)
      return NONE
    case 'hold':
      writer.varint(packet.future)
      writer.varint(packet.pid)
      writer.varint(packet.place)
      writeString(writer, packet.name)
      return NONE
    case 'release':
      writer.varint(packet.future)
      writer.varint(packet.pid)
      return encodeInto(writer, packet.error, staying(writing, 'error'))
    case 'watch':
    case 'want':
    case 'room':
      writer.varint(packet.pid)
      return NONE
    case 'down':
      writer.varint(packet.pid)
      writer.byte(packet.isLast ? 1 : 0)
      writeString(writer, packet.reason)
      return NONE
    case 'behind':
      writer.varint(packet.id)
      writer.varint(packet.place)
      writer.byte(STANDS.indexOf(packet.stands))
      writer.varint(packet.pid)
      writer.varint(packet.call)
      writer.float64(packet.since)
      return NONE
    case 'abort':
      writer.varint(packet.signal)
      return encodeInto(writer, packet.reason, staying(writing, 'reason'))
    case 'apply':
      writer.varint(packet.id)
      writer.varint(packet.lent)
      writer.float64(packet.deadline ?? Infinity)
      return writeArguments(writer, packet.args, writing)
    case 'gone':
      writer.varint(packet.id)
      return NONE
    case 'keep':
    case 'letGo':
      writer.varint(packet.lent)
      return NONE
    case 'giveBack':
      writer.varint(packet.loan)
      return NONE
    default:
      throw new WireError(`unknown packet: ${JSON.stringify(packet satisfies never)}`)
  }
}

/** Calls, tells and notifications: what an object sends to another. */
export function isMessage(packet: Packet): packet is MessagePacket {
  return packet.kind === 'call' || packet.kind === 'tell' || packet.kind === 'notify'
}

/** Reads one packet; throws a WireError for bytes that are none. */
export function readPacket(reader: ByteReader, attachments: readonly unknown[], references: References): Packet {
  const origin = { references, attachments }
  const again = readAgain(reader)
  if (again !== undefined) return readMessage(reader, again, NO_CONTEXT, origin)
  const start = reader.at
  const version = reader.byte()
  if (version !== PROTOCOL_VERSION)
    throw new WireError(`expected a packet of version ${PROTOCOL_VERSION}, found ${version}`)
  const number = reader.byte()
  const kind = KINDS[number]
  switch (kind) {
    case 'call':
    case 'tell':
    case 'notify': {
      const head: Head = { kind, to: reader.varint(), from: reader.varint(), method: readKey(reader) }
      const context = readContext(reader)
      if (context === NO_CONTEXT) wasRead(reader, start, head)
      return readMessage(reader, head, context, origin)
    }
    case 'observe':
      return {
        kind,
        to: reader.varint(),
        from: reader.varint(),
        id: reader.varint(),
        on: reader.byte() === 1,
        ...(decodeFrom(reader, origin) as {
          readonly name: string
          readonly methods: readonly string[]
          readonly bound: Bound | undefined
          readonly reads: Reads | undefined
        }),
      }
    case 'ended':
      return { kind, id: reader.varint() }
    case 'value':
      return { kind, id: reader.varint(), value: decodeFrom(reader, origin) }
    case 'error':
      return { kind, id: reader.varint(), error: decodeFrom(reader, origin) }
    case 'withdraw':
      return { kind, id: reader.varint(), error: decodeFrom(reader, origin) }
    case 'cancel':
      return { kind, id: reader.varint(), reason: decodeFrom(reader, origin) }
    case 'settle':
      return { kind, future: reader.varint(), ok: reader.byte() === 1, value: decodeFrom(reader, origin) }
    case 'ask':
      return { kind, future: reader.varint(), id: reader.varint() }
    case 'hold':
      return { kind, future: reader.varint(), pid: reader.varint(), place: reader.varint(), name: readString(reader) }
    case 'release':
      return { kind, future: reader.varint(), pid: reader.varint(), error: decodeFrom(reader, origin) }
    case 'watch':
    case 'want':
    case 'room':
      return { kind, pid: reader.varint() }
    case 'down':
      return { kind, pid: reader.varint(), isLast: reader.byte() === 1, reason: readString(reader) }
    case 'behind':
      return {
        kind,
        id: reader.varint(),
        place: reader.varint(),
        stands: STANDS[reader.byte()] ?? 'sent',
        pid: reader.varint(),
        call: reader.varint(),
        since: reader.float64(),
      }
    case 'abort':
      return { kind, signal: reader.varint(), reason: decodeFrom(reader, origin) }
    case 'apply':
      return {
        kind,
        id: reader.varint(),
        lent: reader.varint(),
        deadline: finite(reader.float64()),
        args: decodeFrom(reader, origin),
      }
    case 'gone':
      return { kind, id: reader.varint() }
    case 'keep':
    case 'letGo':
      return { kind, lent: reader.varint() }
    case 'giveBack':
      return { kind, loan: reader.varint() }
    case undefined:
      throw new WireError(`unknown kind of packet: ${number}`)
    default:
      throw new WireError(`unknown kind of packet: ${String(kind satisfies never)}`)
  }
}

const HAS_DEADLINE = 1
const HAS_CHAIN = 2
const HAS_TRACE = 4

function writeMessage(writer: ByteWriter, packet: MessagePacket, writing: Writing): readonly unknown[] {
  const isPlain = packet.context === NO_CONTEXT && writer.length === 0
  if (!isPlain || !writeAgain(writer, packet)) {
    writeHead(writer, packet)
    if (isPlain) wasWritten(writer, packet)
  }
  if (packet.kind === 'call') writer.varint(packet.id)
  return writeArguments(writer, packet.args, writing)
}

function writeHead(writer: ByteWriter, { kind, to, from, method, context }: MessagePacket): void {
  writer.byte(PROTOCOL_VERSION)
  writer.byte(NUMBER_OF[kind])
  writer.varint(to)
  writer.varint(from)
  writeString(writer, method)
  writeContext(writer, context)
}

function readMessage(
  reader: ByteReader,
  { kind, to, from, method }: Head,
  context: MessageContext,
  origin: Origin,
): Packet {
  if (kind !== 'call') return { kind, to, from, method, context, args: decodeFrom(reader, origin) }
  const id = reader.varint()
  return { kind, id, to, from, method, context, args: decodeFrom(reader, origin) }
}

/** They are an array of ours, whatever is in it. */
function writeArguments(writer: ByteWriter, args: unknown, writing: Writing): readonly unknown[] {
  if (Array.isArray(args) && encodePrimitives(writer, args)) return NONE
  return encodeInto(writer, args, moving(writing, ARGS))
}

function writeContext(writer: ByteWriter, context: MessageContext): void {
  if (context === NO_CONTEXT) return writer.byte(0)
  const { deadline, chain, trace } = context
  writer.byte(
    (deadline === undefined ? 0 : HAS_DEADLINE) |
      (chain.length === 0 ? 0 : HAS_CHAIN) |
      (trace === undefined ? 0 : HAS_TRACE),
  )
  if (deadline !== undefined) writer.float64(deadline)
  if (chain.length > 0) {
    writer.varint(chain.length)
    for (const pid of chain) writer.varint(pid)
  }
  if (trace !== undefined) writeString(writer, trace)
}

function readContext(reader: ByteReader): MessageContext {
  const flags = reader.byte()
  if (flags === 0) return NO_CONTEXT
  const deadline = flags & HAS_DEADLINE ? reader.float64() : undefined
  const chain = flags & HAS_CHAIN ? readChain(reader) : NO_CONTEXT.chain
  const trace = flags & HAS_TRACE ? readString(reader) : undefined
  return { deadline, chain, trace }
}

function readChain(reader: ByteReader): readonly number[] {
  const chain: number[] = []
  for (let left = reader.count(); left > 0; left--) chain.push(reader.varint())
  return chain
}
