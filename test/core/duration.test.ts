/** Times in messages. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shownMs } from '../../src/core/duration.ts'

test('a time is shown in the units that a human reads', () => {
  const shown = {
    0: '0 ms',
    0.5: '0.5 ms',
    999: '999 ms',
    1_000: '1 s',
    1_500: '1.5 s',
    59_999: '59.999 s',
    60_000: '1 min',
    90_000: '1 min 30 s',
    3_600_000: '1 h',
    3_601_000: '1 h 1 s',
    86_400_000: '24 h',
    2_147_483_647: '596 h 31 min 23.647 s',
  }
  for (const [ms, text] of Object.entries(shown)) assert.equal(shownMs(Number(ms)), text)
  assert.equal(shownMs(1_499.6), '1.5 s')
  assert.equal(shownMs(Infinity), 'Infinity')
})
