/** Starts and stops leave nothing behind. By hand: `node scripts/leaks.ts 1000`. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leftAfter } from '../../scripts/leaks.ts'

// What either way grows by differs from run to run by as much. A system that is not freed is some 50 KB at least.
const NOISE_KB = 1

test('100 starts and stops of a system of 5 Tasks leave no thread and no handle, and memory grows no faster than with bare Workers', async () => {
  const [ours, bare] = await Promise.all([leftAfter(100, 'ours'), leftAfter(25, 'bare')])
  assert.ok(ours.threads <= 0, `${ours.threads} threads were left`)
  assert.deepEqual(ours.handles, [])
  assert.ok(ours.heapKb <= bare.heapKb + NOISE_KB, `${ours.heapKb} KB a round; bare Workers ${bare.heapKb}`)
})
