/**
 * A packet as bytes: a compact header, then the one value that it carries, in the codec's form.
 *
 *   ┌─────────┬──────┬───────────────────────────────┬────────────────────────────┐
 *   │ version │ kind │ numbers and texts of the kind │ args, value, error, reason │
 *   └─────────┴──────┴───────────────────────────────┴────────────────────────────┘
 *
 * Numbers are varints, texts are their length and UTF-8, times are float64. A packet explains itself: there is no table of names
 * that lives in one thread only.
 */

import type { MessageContext } from '../core/message.ts'
import { NO_CONTEXT } from '../core/message.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { decodeFrom, encodeInto, type Border, type References } from './codec.ts'
import type { Bound } from '../core/mailbox.ts'
import type { Reads } from './kernel-protocol.ts'
import type { Packet } from './protocol.ts'
import { PROTOCOL_VERSION } from './protocol.ts'
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
const NUMBER_OF: ReadonlyMap<Packet['kind'], number> = new Map(KINDS.map((kind, number) => [kind, number]))

const finite = (time: number): number | undefined => (time === Infinity ? undefined : time)

/** Where something that is waited for stands; the number of each is its place here. */
const STANDS = ['sent', 'line', 'held', 'lent'] as const

/** How a packet is written. */
export interface Writing {
  readonly references: References
  /** Others get the same message, too: what should move is copied. */
  readonly keeps?: boolean | undefined
}

/** Writes a packet to the end of `writer`; returns what cannot be bytes. Throws NotCloneable, with nothing sent. */
export function writePacket(writer: ByteWriter, packet: Packet, { references, keeps }: Writing): readonly unknown[] {
  const border = (path: string, executed: 'no' | 'yes' = 'no'): Border => ({ references, place: { path, executed } })
  const moving = (path: string, executed: 'no' | 'yes' = 'no'): Border => ({
    ...border(path, executed),
    moves: keeps !== true,
  })
  writer.byte(PROTOCOL_VERSION)
  writer.byte(NUMBER_OF.get(packet.kind)!)
  switch (packet.kind) {
    case 'call':
      writer.varint(packet.id)
      return writeMessage(writer, packet, moving('args'))
    case 'tell':
    case 'notify':
      return writeMessage(writer, packet, moving('args'))
    case 'observe':
      writer.varint(packet.to)
      writer.varint(packet.from)
      writer.varint(packet.id)
      writer.byte(packet.on ? 1 : 0)
      return encodeInto(
        writer,
        { name: packet.name, methods: packet.methods, bound: packet.bound, reads: packet.reads },
        border('methods'),
      )
    case 'ended':
      writer.varint(packet.id)
      return []
    case 'value':
      writer.varint(packet.id)
      return encodeInto(writer, packet.value, moving('result', 'yes'))
    case 'error':
      writer.varint(packet.id)
      return encodeInto(writer, packet.error, moving('error', 'yes'))
    case 'withdraw':
      writer.varint(packet.id)
      return encodeInto(writer, packet.error, border('error'))
    case 'cancel':
      writer.varint(packet.id)
      return encodeInto(writer, packet.reason, border('reason'))
    case 'settle':
      writer.varint(packet.future)
      writer.byte(packet.ok ? 1 : 0)
      return encodeInto(writer, packet.value, moving(packet.ok ? 'future.set(value)' : 'future.fail(error)'))
    case 'ask':
      writer.varint(packet.future)
      writer.varint(packet.id)
      return []
    case 'hold':
      writer.varint(packet.future)
      writer.varint(packet.pid)
      writer.varint(packet.place)
      writeText(writer, packet.name)
      return []
    case 'release':
      writer.varint(packet.future)
      writer.varint(packet.pid)
      return encodeInto(writer, packet.error, border('error'))
    case 'watch':
    case 'want':
    case 'room':
      writer.varint(packet.pid)
      return []
    case 'down':
      writer.varint(packet.pid)
      writer.byte(packet.isLast ? 1 : 0)
      writeText(writer, packet.reason)
      return []
    case 'behind':
      writer.varint(packet.id)
      writer.varint(packet.place)
      writer.byte(STANDS.indexOf(packet.stands))
      writer.varint(packet.pid)
      writer.varint(packet.call)
      writer.float64(packet.since)
      return []
    case 'abort':
      writer.varint(packet.signal)
      return encodeInto(writer, packet.reason, border('reason'))
    case 'apply':
      writer.varint(packet.id)
      writer.varint(packet.lent)
      writer.float64(packet.deadline ?? Infinity)
      return encodeInto(writer, packet.args, moving('args'))
    case 'gone':
      writer.varint(packet.id)
      return []
    case 'keep':
    case 'letGo':
      writer.varint(packet.lent)
      return []
    case 'giveBack':
      writer.varint(packet.loan)
      return []
    default:
      throw new WireError(`unknown packet: ${JSON.stringify(packet satisfies never)}`)
  }
}

/** Reads one packet; throws a WireError for bytes that are none. */
export function readPacket(reader: ByteReader, attachments: readonly unknown[], references: References): Packet {
  const version = reader.byte()
  if (version !== PROTOCOL_VERSION)
    throw new WireError(`expected a packet of version ${PROTOCOL_VERSION}, found ${version}`)
  const number = reader.byte()
  const kind = KINDS[number]
  const value = (): unknown => decodeFrom(reader, { references, attachments })
  switch (kind) {
    case 'call':
      return { kind, id: reader.varint(), ...readMessage(reader), args: value() }
    case 'tell':
    case 'notify':
      return { kind, ...readMessage(reader), args: value() }
    case 'observe':
      return {
        kind,
        to: reader.varint(),
        from: reader.varint(),
        id: reader.varint(),
        on: reader.byte() === 1,
        ...(value() as {
          readonly name: string
          readonly methods: readonly string[]
          readonly bound: Bound | undefined
          readonly reads: Reads | undefined
        }),
      }
    case 'ended':
      return { kind, id: reader.varint() }
    case 'value':
      return { kind, id: reader.varint(), value: value() }
    case 'error':
      return { kind, id: reader.varint(), error: value() }
    case 'withdraw':
      return { kind, id: reader.varint(), error: value() }
    case 'cancel':
      return { kind, id: reader.varint(), reason: value() }
    case 'settle':
      return { kind, future: reader.varint(), ok: reader.byte() === 1, value: value() }
    case 'ask':
      return { kind, future: reader.varint(), id: reader.varint() }
    case 'hold':
      return { kind, future: reader.varint(), pid: reader.varint(), place: reader.varint(), name: readText(reader) }
    case 'release':
      return { kind, future: reader.varint(), pid: reader.varint(), error: value() }
    case 'watch':
    case 'want':
    case 'room':
      return { kind, pid: reader.varint() }
    case 'down':
      return { kind, pid: reader.varint(), isLast: reader.byte() === 1, reason: readText(reader) }
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
      return { kind, signal: reader.varint(), reason: value() }
    case 'apply':
      return { kind, id: reader.varint(), lent: reader.varint(), deadline: finite(reader.float64()), args: value() }
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

interface MessageHeader {
  readonly to: number
  readonly from: number
  readonly method: string
  readonly context: MessageContext
}

const HAS_DEADLINE = 1
const HAS_CHAIN = 2
const HAS_TRACE = 4

function writeMessage(
  writer: ByteWriter,
  message: MessageHeader & { readonly args: unknown },
  border: Border,
): readonly unknown[] {
  const { deadline, chain, trace } = message.context
  writer.varint(message.to)
  writer.varint(message.from)
  writeText(writer, message.method)
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
  if (trace !== undefined) writeText(writer, trace)
  return encodeInto(writer, message.args, border)
}

function readMessage(reader: ByteReader): MessageHeader {
  const to = reader.varint()
  const from = reader.varint()
  const method = readText(reader)
  const flags = reader.byte()
  if (flags === 0) return { to, from, method, context: NO_CONTEXT }
  const deadline = flags & HAS_DEADLINE ? reader.float64() : undefined
  const chain = flags & HAS_CHAIN ? Array.from({ length: reader.count() }, () => reader.varint()) : []
  const trace = flags & HAS_TRACE ? readText(reader) : undefined
  return { to, from, method, context: { deadline, chain, trace } }
}

function writeText(writer: ByteWriter, text: string): void {
  const lengthAt = writer.length
  writer.uint32(0)
  writer.uint32At(lengthAt, writer.utf8(text))
}

function readText(reader: ByteReader): string {
  return reader.utf8(reader.uint32())
}
