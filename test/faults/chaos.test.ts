/** A few seconds of `npm run chaos`, with seeds that do not change: the faults are the same each time, how the threads interleave is not. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { digestOf, planOf } from '../chaos/plan.ts'
import { runChaos } from '../chaos/run.ts'
import { CAST } from '../chaos/town.ts'

for (const seed of [1, 2])
  test(`F2, F5, F7, F8, F9, F10, F12: chaos of a few seconds, seed ${seed}`, async () => {
    const { wrong, sent, deaths, outcomes } = await runChaos(seed, 6)
    assert.deepEqual(wrong, [])
    // Something has happened.
    assert.ok(sent > 1_000 && deaths > 0 && outcomes['value']! > 0, JSON.stringify({ sent, deaths, outcomes }))
  })

test('the same seed gives the same plan, and another one another', () => {
  const digests = [7, 7, 8].map((seed) => digestOf(planOf(seed, 1_000, CAST)))
  assert.equal(digests[0], digests[1])
  assert.notEqual(digests[0], digests[2])
})
