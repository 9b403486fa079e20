/** Records that know their place and show if they are not whole. */

import assert from 'node:assert/strict'
import type { WireRecord } from '../../src/wire/link.ts'

/** In shared memory: 0, 1: requests, answers that have left the sender; 2: records read; 3: is the sender dead? */
export type Progress = Int32Array

/** A record of a serial number and `length` bytes that follow from it; every hundredth has an attachment. */
export function fill(serial: number, length: number): WireRecord {
  const bytes = new Uint8Array(4 + length).fill(serial)
  new DataView(bytes.buffer).setUint32(0, serial)
  return { bytes, attachments: serial % 100 === 99 ? [serial] : [] }
}

/** The serial number of a record that is as it was sent. */
export function serialOf({ bytes, attachments }: WireRecord): number {
  const copy = new Uint8Array(bytes)
  const serial = new DataView(copy.buffer).getUint32(0)
  assert.ok(
    copy.subarray(4).every((byte) => byte === (serial & 255)),
    `record ${serial} is not whole`,
  )
  assert.deepEqual(attachments, serial % 100 === 99 ? [serial] : [])
  return serial
}
