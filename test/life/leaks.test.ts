/** Starts and stops leave nothing behind. By hand: `node scripts/leaks.ts 1000`. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leftAfter } from '../../scripts/leaks.ts'

// What either way grows by differs from run to run by as much. A system that is not freed is some 50 KB at least.
const NOISE_KB = 1

// What a round costs on the older Nodes, where each thread strips types anew, buys nothing there that 30 of them do not show.
const ROUNDS = Number.parseInt(process.versions.node) >= 26 ? 100 : 30

test(`${ROUNDS} starts and stops of a system of 5 Tasks leave no thread and no handle, and memory grows no faster than with bare Workers`, async () => {
  const [ours, bare] = await Promise.all([leftAfter(ROUNDS, 'ours'), leftAfter(25, 'bare')])
  assert.ok(ours.threads <= 0, `${ours.threads} threads were left`)
  assert.deepEqual(ours.handles, [])
  assert.ok(ours.heapKb <= bare.heapKb + NOISE_KB, `${ours.heapKb} KB a round; bare Workers ${bare.heapKb}`)
})
