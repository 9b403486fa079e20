/** What a Link promises between real threads: no wake-up is lost, and nothing that a dead thread had sent. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test, type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'
import { makeLinkPair, type LinkKind } from '../../src/wire/link-pair.ts'
import type { Lane, Receive } from '../../src/wire/link.ts'
import type { RingSizes } from '../../src/wire/ring-link.ts'
import type { Role } from './link-worker.ts'
import { serialOf } from './serial-records.ts'
import { Turns, type End } from './turns.ts'

/** How many threads die per kind of death; `LINK_DEATHS=200 node --test …` looks harder. */
const DEATHS = Number(process.env['LINK_DEATHS'] ?? 5)

/** Small, so that they are full most of the time. */
const SIZES: RingSizes = { request: 1024, answer: 512 }

/** Our end of a link, and the other one to hand out. Each has a bell. */
function makeEnds(kind: LinkKind, bell = Bell.create().memory): readonly [ours: End, theirs: End] {
  const [half, theirHalf] = makeLinkPair(kind, SIZES)
  const theirBell = Bell.create().memory
  return [
    { half, bells: { own: bell, peer: theirBell } },
    { half: theirHalf, bells: { own: theirBell, peer: bell } },
  ]
}

/** Starts a thread that lives until the test ends. */
function startRole(t: TestContext, role: Role): Worker {
  const transferList = 'end' in role ? [role.end.half.port] : []
  const worker = new Worker(new URL('./link-worker.ts', import.meta.url), { workerData: role, transferList })
  t.after(() => worker.terminate())
  return worker
}

/** Checks that each lane's records are whole and come in order; `seen` says how many there were. */
function checkedOrder(): { readonly receive: Receive; readonly seen: Record<Lane, number> } {
  const seen = { request: 0, answer: 0 }
  const receive: Receive = (lane, record) => {
    assert.equal(serialOf(record), seen[lane])
    seen[lane]++
  }
  return { receive, seen }
}

for (const kind of ['ring', 'port'] as const) {
  describe(`a ${kind} link between threads`, () => {
    test('loses no wake-up in 3,000 rounds of question and answer between two event loops', async (t) => {
      let answered = 0
      let onAnswer = () => {}
      const [ours, theirs] = makeEnds(kind)
      startRole(t, { kind: 'echo', end: theirs })
      const turns = new Turns(ours, (lane, { bytes }) => {
        assert.equal(lane, 'answer')
        assert.equal(bytes.length, answered % 500)
        answered++
        onAnswer()
      })
      turns.plan()
      for (let round = 0; round < 3_000; round++) {
        for (let idle = Math.floor(Math.random() * 4); idle > 0; idle--) await setImmediate()
        const { promise, resolve } = Promise.withResolvers<void>()
        onAnswer = resolve
        turns.link.send('request', { bytes: new Uint8Array(round % 500), attachments: [] })
        await promise
      }
      assert.equal(answered, 3_000)
      turns.link.close()
    })

    test('S20: loses no wake-up in 3,000 rounds of a thread that blocks for each answer', (t) => {
      let answered = 0
      const [ours, theirs] = makeEnds(kind)
      startRole(t, { kind: 'echo', end: theirs })
      const turns = new Turns(ours, () => answered++)
      for (let round = 0; round < 3_000; round++) {
        turns.link.send('request', { bytes: new Uint8Array(round % 500), attachments: [] })
        turns.blockUntil(() => answered > round, 'readAnswers')
      }
      assert.equal(answered, 3_000)
      turns.link.close()
    })

    for (const how of ['in a running event loop', 'in a blocked thread']) {
      test(`S2: 20,000 records that found no room arrive in order ${how}`, async (t) => {
        const { promise, resolve } = Promise.withResolvers<void>()
        const { receive, seen } = inOrderOfBurst()
        const [ours, theirs] = makeEnds(kind)
        startRole(t, { kind: 'burst', end: theirs, count: 20_000 })
        const turns = new Turns(ours, (lane, record) => {
          receive(lane, record)
          if (seen() === 20_000) resolve()
        })
        if (how === 'in a blocked thread') turns.blockUntil(() => seen() === 20_000)
        else turns.plan()
        await promise
        turns.link.close()
      })

      for (const death of ['terminate', 'exit', 'throw'] as const) {
        test(`S12: all that a thread had sent before it died by ${death} is read ${how}`, async (t) => {
          const bell = Bell.create()
          const kernel = startRole(t, { kind: 'kernel', bell: bell.memory })
          for (let round = 0; round < DEATHS; round++) {
            const [ours, theirs] = makeEnds(kind, bell.memory)
            const progress = new Int32Array(new SharedArrayBuffer(16))
            const { receive, seen } = checkedOrder()
            const turns = new Turns(ours, (lane, record) => {
              receive(lane, record)
              Atomics.add(progress, 2, 1)
            })
            const isDead = () => Atomics.load(progress, 3) === 1
            const after = 1 + Math.floor(Math.random() * 8_000)
            kernel.postMessage({ kind: 'victim', end: theirs, progress, death, after }, [theirs.half.port])
            if (how === 'in a blocked thread') {
              turns.blockUntil(isDead)
            } else {
              turns.plan()
              await once(kernel, 'message')
              while (turns.link.read(receive, 32) > 0);
            }
            assert.ok(seen.request >= Atomics.load(progress, 0), 'requests are missing')
            assert.ok(seen.answer >= Atomics.load(progress, 1), 'answers are missing')
            turns.link.close()
          }
        })
      }
    }

    test('S1: counts and drops what is sent to a thread that has died, as soon as the event loop knows', async (t) => {
      const [ours, theirs] = makeEnds(kind)
      const { link } = new Turns(ours, () => {})
      await once(startRole(t, { kind: 'idle', end: theirs }), 'exit')
      for (let i = 0; i < 1_000 && link.dropped === 0; i++) {
        await setImmediate()
        link.send('request', { bytes: new Uint8Array(100), attachments: [] })
      }
      assert.ok(link.dropped > 0)
      assert.equal(link.held, 0)
    })

    test('keeps no thread alive by itself', async (t) => {
      const [, theirs] = makeEnds(kind)
      const worker = startRole(t, { kind: 'idle', end: theirs })
      assert.deepEqual(await once(worker, 'exit'), [0])
    })

    test('keeps its thread alive if asked to, until the peer closes', async (t) => {
      const [ours, theirs] = makeEnds(kind)
      const worker = startRole(t, { kind: 'idle', end: { ...theirs, keepsAlive: true } })
      const { promise, resolve } = Promise.withResolvers<void>()
      const turns = new Turns(ours, () => resolve())
      turns.plan()
      await once(worker, 'online')
      for (let i = 0; i < 100; i++) await setImmediate()
      turns.link.send('request', { bytes: new Uint8Array(1), attachments: [] })
      await promise
      turns.link.close()
      assert.deepEqual(await once(worker, 'exit'), [0])
    })
  })
}

/** The order of 'burst', which counts both lanes by one serial number. */
function inOrderOfBurst(): { readonly receive: Receive; readonly seen: () => number } {
  const next: Record<Lane, number> = { answer: 0, request: 1 }
  let seen = 0
  const receive: Receive = (lane, record) => {
    assert.equal(serialOf(record), next[lane])
    do next[lane]++
    while ((next[lane] % 3 === 0) !== (lane === 'answer'))
    seen++
  }
  return { receive, seen: () => seen }
}
