/**
 * Records of random sizes both ways between two threads that sleep and stand still at random: none is lost, doubled or out of order.
 * `RECORDS=100000000 npm test -- test/wire/stress.test.ts` moves 100 million through each kind of link.
 */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import { makeLinkPair } from '../../src/wire/link-pair.ts'
import { DEFAULT_RING_SIZES, type RingSizes } from '../../src/wire/ring-link.ts'
import type { Role } from './link-worker.ts'
import { pump } from './pump.ts'

const RECORDS = Number(process.env['RECORDS'] ?? 60_000)

const SIZES: Readonly<Record<string, RingSizes>> = {
  'rings as they are by default': DEFAULT_RING_SIZES,
  'rings that are always full': { request: 1024, answer: 512 },
}

describe('S1, S2: a link under stress', () => {
  for (const [name, sizes] of Object.entries(SIZES))
    test(`loses, doubles and reorders none of ${RECORDS} records through ${name}`, async (t) => {
      const [half, theirHalf] = makeLinkPair('ring', sizes)
      const [own, peer] = [Bell.create().memory, Bell.create().memory]
      const read = new Int32Array(new SharedArrayBuffer(8))
      const records = RECORDS / 2
      const theirs: Role = {
        kind: 'stress',
        options: {
          end: { half: theirHalf, bells: { own: peer, peer: own }, keepsAlive: true },
          side: 1,
          read,
          records,
        },
      }
      const worker = new Worker(new URL('./link-worker.ts', import.meta.url), {
        workerData: theirs,
        transferList: [theirHalf.port],
      })
      t.after(() => worker.terminate())
      // What the other one finds wrong comes out of once() as its error.
      const ended = once(worker, 'exit')
      const [, code] = await Promise.all([pump({ end: { half, bells: { own, peer } }, side: 0, read, records }), ended])
      assert.deepEqual(code, [0])
      assert.deepEqual([...read], [records, records])
    })
})
