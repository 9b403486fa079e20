/** S6: a stream through a Task, much larger than what may be in memory. `GB=10 npm test -- test/clauses/stream-memory.test.ts` for more. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import { piped } from './fixtures/stream-memory.ts'
import { withSystem } from './support/running.ts'

const GIGABYTES = Number(process.env['GB'] ?? 1)
const CHUNK_BYTES = 1_000_000
const CHUNKS = GIGABYTES * 1_000
/** Of each of the two streams a pull brings one chunk, which is larger than a quarter of a MiB; one more is ahead, one is being made. */
const MOST_ON_THE_WAY = 2 * 4
/** What the process may grow by: what is on its way, copies of it, and what is garbage and not collected yet. */
const MOST_GROWTH_BYTES = 500_000_000

test(`S6: ${GIGABYTES} GB through a Task, to a slow reader, keep memory bounded`, async (t) => {
  await withSystem(piped, async (system) => {
    let made = 0
    async function* source(): AsyncGenerator<Uint8Array> {
      for (; made < CHUNKS; made++) yield new Uint8Array(CHUNK_BYTES).fill(made)
    }
    const before = process.memoryUsage().rss
    let [read, most, ahead] = [0, 0, 0]
    for await (const chunk of system.actor(piped.pipe).through(source())) {
      assert.equal(chunk.length, CHUNK_BYTES)
      assert.deepEqual([chunk[0], chunk[1]], [(read + 1) % 256, read % 256])
      read++
      ahead = Math.max(ahead, made - read)
      // A reader who is slower than what comes, by a turn of the event loop or two.
      await macrotask()
      await macrotask()
      most = Math.max(most, process.memoryUsage().rss - before)
    }
    assert.equal(read, CHUNKS)
    t.diagnostic(`${ahead} chunks on their way, ${Math.round(most / 1e6)} MB more memory`)
    assert.ok(ahead <= MOST_ON_THE_WAY, `${ahead} chunks on their way`)
    assert.ok(most < MOST_GROWTH_BYTES, `${most} bytes more`)
  })
})
