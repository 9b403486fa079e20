/** Starts and stops leave nothing behind. By hand: `node scripts/leaks.ts 1000`. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leftAfter } from '../../scripts/leaks.ts'

// What Node itself keeps of each Worker is some 2 KB; a system that is not freed is some 50 KB at least.
const MOST_KB = 15

test('100 starts and stops of a system of 5 Tasks leave no thread and no handle, and memory grows no faster than with bare Workers', async () => {
  const [ours, bare] = await Promise.all([leftAfter(100, 'ours'), leftAfter(20, 'bare')])
  assert.ok(ours.threads <= 0, `${ours.threads} threads were left`)
  assert.deepEqual(ours.handles, [])
  assert.ok(ours.heapKb <= Math.max(MOST_KB, bare.heapKb * 2), `${ours.heapKb} KB a round; bare Workers ${bare.heapKb}`)
})
