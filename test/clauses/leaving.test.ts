/** What was sent before an end still arrives (S1, S30): of the sender, and of the receiver. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pidOf, tell, type Remote, type System } from '../../src/index.ts'
import { GATE, LAST, leaving, ROOM, type Gated } from './fixtures/leaving.ts'
import { PLACEMENTS } from './support/placements.ts'
import { LINKS, startQuietly, stopCleanly } from './support/running.ts'
import { snapshotWhere } from './support/snapshot.ts'

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

/** Its gate is closed until open(). */
async function closed(system: System, store: Remote<Gated>) {
  const shared = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)
  const words = new Int32Array(shared)
  void store.close(shared)
  await snapshotWhere(
    system,
    ({ objects }) => objects.find(({ pid }) => pid === pidOf(store))?.handling?.method === 'close',
  )
  const open = (): void => {
    Atomics.store(words, GATE, 1)
    Atomics.notify(words, GATE)
  }
  return { open, last: () => Atomics.load(words, LAST) }
}

for (const link of LINKS)
  for (const from of PLACEMENTS)
    for (const to of PLACEMENTS) {
      test(`S1, S8: what stands in line for room when its sender stops itself arrives, in order, ${from} → ${to} (${link})`, async () => {
        const system = await startQuietly(leaving, { link })
        const [source, store] = [system.actor(leaving[`source_${from}`]), system.actor(leaving[`wait_${to}`])]
        const gate = await closed(system, store)
        const dead = system.watch(source)
        tell(source).sendAndStop(store, 2 * ROOM)
        await dead
        gate.open()
        await snapshotWhere(system, () => gate.last() === 2 * ROOM - 1)
        assert.deepEqual(await store.lines(), all.slice(0, 2 * ROOM))
        await stopCleanly(system)
      })

      test(`S1, S8: of what stands in line when its sender stops itself the newest arrive, ${from} → ${to} (${link})`, async () => {
        const system = await startQuietly(leaving, { link })
        const [source, store] = [system.actor(leaving[`source_${from}`]), system.actor(leaving[`dropOldest_${to}`])]
        const gate = await closed(system, store)
        const dead = system.watch(source)
        tell(source).sendAndStop(store, COUNT)
        await dead
        gate.open()
        await snapshotWhere(system, () => gate.last() === COUNT - 1)
        assert.deepEqual((await store.lines()).slice(-ROOM), all.slice(-ROOM))
        await stopCleanly(system)
      })
    }

for (const link of LINKS)
  for (const to of PLACEMENTS)
    test(`S30: what stands in line for room when the program stops is handled before the receiver ends, ${to} (${link})`, async () => {
      const system = await startQuietly(leaving, { link, stopTimeout: 60_000 })
      const store = system.actor(leaving[`wait_${to}`])
      const gate = await closed(system, store)
      for (let n = 0; n < 2 * ROOM; n++) void tell(store).add(n, 'x')
      const stopped = system.stop()
      gate.open()
      assert.deepEqual(await stopped, { late: [], forced: [], givenUp: [] })
      assert.equal(gate.last(), 2 * ROOM - 1)
    })
