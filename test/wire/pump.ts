/**
 * One end of the stress test of links: sends and reads records that know their place, with sleeps of both kinds, until all have come.
 *
 *    length and bytes of a record follow from its lane and its serial number, so one that is lost, doubled, cut or out of order shows
 */

import assert from 'node:assert/strict'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import type { Lane, Receive, WireRecord } from '../../src/wire/link.ts'
import { Turns, type End } from './turns.ts'

/** In shared memory, for each side: how many records it has read. */
export type ReadCounts = Int32Array

export interface PumpOptions {
  readonly end: End
  readonly side: 0 | 1
  readonly read: ReadCounts
  /** How many each side sends. */
  readonly records: number
}

/** So many are on the way at most: more than fit into any ring. */
const MOST_UNREAD = 10_000

export async function pump({ end, side, read, records }: PumpOptions): Promise<void> {
  const seen: Record<Lane, number> = { request: 0, answer: 0 }
  const sent: Record<Lane, number> = { request: 0, answer: 0 }
  const done = Promise.withResolvers<void>()
  const receive: Receive = (lane, record) => {
    check(lane, seen[lane]++, record)
    const all = Atomics.add(read, side, 1) + 1
    if (all === records) done.resolve()
    // An event loop that has no turn for a while, as under a long handler: the rings run full meanwhile.
    if (all % 10_000 === 0) standStill(Math.random() * 3)
  }
  const turns = new Turns(end, receive, 200)
  turns.plan()
  const writer = new ByteWriter()
  for (let left = records; left > 0;) {
    const unread = records - left - Atomics.load(read, 1 - side)
    const burst = Math.min(left, MOST_UNREAD - unread, Math.floor(Math.random() ** 3 * 2_000))
    for (let i = 0; i < burst; i++) {
      const lane: Lane = Math.random() < 0.5 ? 'answer' : 'request'
      write(writer, lane, sent[lane]++)
      if (turns.link.sendWritten?.(lane, writer) !== true)
        turns.link.send(lane, { bytes: writer.written(), attachments: [] })
    }
    left -= Math.max(burst, 0)
    // Long enough to fall asleep now and then; what wakes it must not get lost.
    if (Math.random() < 0.02) await setTimeout(Math.random() * 3)
    else await setImmediate()
  }
  await done.promise
  // The other one may still need what is held here.
  while (Atomics.load(read, 1 - side) < records) await setTimeout(5)
  assert.equal(Atomics.load(read, side), records, 'one has come twice')
  turns.link.close()
}

const word = new Int32Array(new SharedArrayBuffer(4))

function standStill(ms: number): void {
  Atomics.wait(word, 0, 0, ms)
}

/** Most are short; one in a thousand goes through the large ring, and a few by port. */
function lengthOf(lane: Lane, serial: number): number {
  const chance = Math.imul(serial + (lane === 'answer' ? 7 : 0), 0x9e37_79b1) >>> 0
  if (chance % 20_000 === 0) return 150_000 + (chance & 0xffff)
  if (chance % 1_000 === 0) return 1_000 + (chance % 100_000)
  if (chance % 50 === 0) return 60 + ((chance >>> 8) % 1_000)
  return (chance >>> 8) % 60
}

/** The serial number, and as many bytes of its last one; of a long record only the ends say something. */
function write(writer: ByteWriter, lane: Lane, serial: number): void {
  const length = lengthOf(lane, serial)
  writer.reset()
  writer.uint32(serial)
  if (length > 0) {
    writer.reserve(length)
    writer.length += length
    if (length < 2_000) writer.bytes.fill(serial, 4, writer.length)
    writer.bytes[4] = writer.bytes[writer.length - 1] = serial
  }
}

function check(lane: Lane, serial: number, { bytes }: WireRecord): void {
  const length = lengthOf(lane, serial)
  const found = (bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16) | (bytes[3]! << 24)) >>> 0
  const isWhole =
    bytes.length === length + 4 && (length === 0 || (isByte(bytes[4], serial) && isByte(bytes.at(-1), serial)))
  if (found === serial && isWhole) return
  throw new Error(`${lane} ${serial}: found ${found}, ${bytes.length} bytes instead of ${length + 4}`)
}

function isByte(byte: number | undefined, serial: number): boolean {
  return byte === (serial & 255)
}
