/** What was sent before an end still arrives (S1, S30): of the sender, and of the receiver. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tell } from '../../src/index.ts'
import { leaving } from './fixtures/leaving.ts'
import { PLACEMENTS } from './support/placements.ts'
import { LINKS, startQuietly, stopCleanly } from './support/running.ts'

const COUNT = 5_000
const all = Array.from({ length: COUNT }, (_, n) => n)

for (const link of LINKS)
  for (const from of PLACEMENTS)
    for (const to of PLACEMENTS)
      test(`S1: what an object told before it stopped itself arrives, in order, ${from} → ${to} (${link})`, async () => {
        const system = await startQuietly(leaving, { link })
        const [source, store] = [system.actor(leaving[`source_${from}`]), system.actor(leaving[`store_${to}`])]
        const dead = system.watch(source)
        tell(source).sendAndStop(store, COUNT)
        await dead
        while ((await store.lines()).length < COUNT);
        assert.deepEqual(await store.lines(), all)
        await stopCleanly(system)
      })

for (const link of LINKS)
  for (const to of PLACEMENTS)
    test(`S30: what the program told before stop() is handled before the receiver ends, ${to} (${link})`, async () => {
      const system = await startQuietly(leaving, { link, stopTimeout: 60_000 })
      const store = system.actor(leaving[`store_${to}`])
      for (let n = 0; n < COUNT; n++) tell(store).add(n, 'x'.repeat(100))
      const last = store.lines()
      const report = await system.stop()
      assert.deepEqual(report, { late: [], forced: [], givenUp: [] })
      assert.deepEqual(await last, all)
    })

for (const link of LINKS)
  test(`S30: what an object told before the stop is handled by one that ends after it (${link})`, async () => {
    const system = await startQuietly(leaving, { link, stopTimeout: 60_000 })
    const store = system.actor(leaving.store_own)
    await system.actor(leaving.source_own).send(store, COUNT)
    const last = store.lines()
    const report = await system.stop()
    assert.deepEqual(report, { late: [], forced: [], givenUp: [] })
    // Nothing orders the program's call and what another told; but all of it had been told before.
    assert.ok((await last).length <= COUNT)
  })
