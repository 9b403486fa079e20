/** Streams on random schedules, with kills of either side (S6, S10): what is read is the begin of what was made, and nothing is left behind. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { task, type ThreadOption } from '../../src/index.ts'
import { testSystem } from '../../src/testing/index.ts'
import { Streamer, type StreamEnd } from './fixtures/streamer.ts'

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

const NAMES = ['source', 'reader', 'passer', 'other'] as const
const isName = (next: string): next is (typeof NAMES)[number] => (NAMES as readonly string[]).includes(next)

const readings = fc.array(
  fc.record({
    count: fc.nat(700),
    end: fc.constantFrom<StreamEnd>('returns', 'returns', 'throws', 'crashes'),
    most: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 400 })),
    pause: fc.nat(2),
    way: fc.constantFrom('result', 'argument', 'passed'),
    next: fc.constantFrom('nothing', 'nothing', 'settle', 'advance', ...NAMES, 'cancel'),
  }),
  { maxLength: 4 },
)

const placement = fc.constantFrom<ThreadOption>('own', 'own', 'shared', 'main')

test('S6, S10: a stream gives the begin of what was made, ends, and leaves nothing behind, on random schedules', async () => {
  await fc.assert(
    fc.asyncProperty(placement, readings, fc.nat(), async (thread, given, seed) => {
      const sim = await testSystem(
        {
          source: task(Streamer, { thread }),
          reader: task(Streamer, { thread }),
          passer: task(Streamer, { thread }),
          other: task(Streamer, { thread }),
        },
        { seed, log: { level: 'silent' }, patience: 1, groupBudget: { restarts: 1_000, within: 1_000 } },
      )
      const [source, reader] = [sim.actor('source'), sim.actor('reader')]
      const [passer, other] = [sim.actor('passer'), sim.actor('other')]
      async function* mine(count: number): AsyncGenerator<number> {
        yield* upTo(count)
      }
      const outcomes = given.map(async ({ count, end, most, pause, way, next }) => {
        const how = { most, pause }
        const calls = {
          result: () => reader.read(source, [count, end], how),
          argument: () => reader.take(mine(count), how),
          // To one that never waits for the source itself, which is a circle that is not seen (S18).
          passed: () => passer.pass(source, other, [count, end], how),
        }
        const call = calls[way]()
        if (next === 'cancel') call.cancel()
        return call.then(([read, ended]) => ({ count, most, way, read, ended, end }))
      })
      const all = Promise.allSettled(outcomes)
      for (const { next } of given) {
        if (next === 'settle') await sim.settle()
        if (next === 'advance') await sim.advance(5)
        if (thread === 'own' && isName(next)) sim.kill(next)
      }
      const settled = await sim.run(all)
      for (const outcome of settled) {
        if (outcome.status === 'rejected') continue
        const { count, most, way, read, ended, end } = outcome.value
        assert.deepEqual(read, upTo(read.length))
        if (ended === 'left') assert.equal(read.length, most)
        else if (ended === 'end')
          assert.deepEqual([read.length, way === 'argument' || end === 'returns'], [count, true])
        else assert.ok(/thrown|crashed|dead|Released/.test(ended), ended)
      }
      await sim.advance(60_000)
      const { threads } = await sim.snapshot()
      assert.deepEqual(
        threads.map(({ lent }) => lent),
        threads.map(() => 0),
      )
      assert.equal(await sim.run(source.isOpen()), 0)
      assert.equal(await sim.run(reader.isOpen()), 0)
      await sim.stop()
    }),
    { numRuns: 200 },
  )
})
