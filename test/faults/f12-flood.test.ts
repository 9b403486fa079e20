/**
 * F12: a flood of tells to an object that is slow, or stuck. Memory is bounded, what was accepted, rejected and dropped is what was sent,
 * and timers go on, in the thread of the sender and in that of the receiver.
 */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OVERFLOWS } from '../../src/core/mailbox.ts'
import type { System } from '../../src/index.ts'
import { answeredSnapshot, dropped } from '../clauses/support/snapshot.ts'
import { withSystem } from '../clauses/support/running.ts'
import { flooding, type Flood } from './fixtures/flood.ts'

/** A quarter of a million where the sender is told of each refusal: an error with its stack takes longer than a message. */
const MESSAGES = { reject: 250_000, wait: 250_000, 'drop-newest': 1_000_000, 'drop-oldest': 1_000_000 } as const

/** Garbage included. Without a bound a quarter of a million messages take some 80 MB of the heap, a million some 300. */
const MOST_HEAP = 60e6
/** Of all threads together, what V8 keeps for later included; it was 240 MB once on a machine that had much else to do. */
const MOST_RSS = 400e6

type Running = System<typeof flooding>
type Key = keyof typeof flooding & `${'near' | 'far'}-${string}`

/** What became of a flood, in the end. */
interface Outcome extends Flood {
  readonly taken: number
  /** Counted as such in all threads together; those that the sender was told of are among them. */
  readonly full: number
}

async function outcomeOf(system: Running, key: Key, flood: () => Promise<Flood>): Promise<Outcome> {
  const sent = await flood()
  const { taken, refused } = await system.actor('flooder').askHow(key)
  const full = dropped(await answeredSnapshot(system), 'mailbox full')
  return { ...sent, taken, full: full - refused }
}

function check({ accepted, rejected, taken, full, heap, rss }: Outcome, messages: number): void {
  if (process.env['SHOW']) console.log({ accepted, rejected, taken, full, heap, rss })
  assert.equal(accepted + rejected, messages)
  assert.equal(taken + full, messages)
  assert.ok(heap < MOST_HEAP, `the heap of the sender grew by ${heap} bytes`)
  assert.ok(rss < MOST_RSS, `the process grew by ${rss} bytes`)
}

/** Ticks in the flooded thread, against those of a thread that computes as much on the same machine. */
async function withTicks<T>(system: Running, work: () => Promise<T>): Promise<T> {
  const tickers = [system.actor('ticker'), system.actor('busy')]
  for (const ticker of tickers) await ticker.begin()
  const result = await work()
  const [ticks, expected] = [await tickers[0]!.end(), await tickers[1]!.end()]
  assert.ok(ticks >= expected / 2, `${ticks} ticks in the flooded thread, ${expected} in one that is busy otherwise`)
  return result
}

for (const overflow of OVERFLOWS) {
  const messages = MESSAGES[overflow]
  describe(`${messages} messages, ${overflow}`, () => {
    test('F12, S7, S8: told to a slow object of the same thread', () =>
      withSystem(flooding, async (system) => {
        const key: Key = `near-${overflow}`
        const flood = () => withTicks(system, () => system.actor('flooder').tellAll(key, messages))
        const outcome = await outcomeOf(system, key, flood)
        check(outcome, messages)
        assert.equal(outcome.rejected, overflow === 'reject' || overflow === 'wait' ? outcome.full : 0)
      }))

    test('F12, S8: told to an object that is stuck', () =>
      withSystem(flooding, async (system) => {
        const key: Key = `far-${overflow}`
        const word = new Int32Array(new SharedArrayBuffer(8))
        const outcome = await outcomeOf(system, key, async () => {
          const standing = system.actor(key).stand(word)
          // From here on its thread takes nothing in.
          await Atomics.waitAsync(word, 1, 0).value
          const sent = await withTicks(system, () => system.actor('flooder').tellAll(key, messages))
          Atomics.store(word, 0, 1)
          Atomics.notify(word, 0)
          await standing
          return sent
        })
        check(outcome, messages)
        assert.equal(outcome.rejected, overflow === 'reject' || overflow === 'wait' ? outcome.full : 0)
      }))

    test('F12, S8, S21: notified to a slow observer in another thread', () =>
      withSystem(flooding, async (system) => {
        const key: Key = `far-${overflow}`
        await system.actor(key).listen()
        const flood = () => withTicks(system, () => system.actor('flooder').notifyAll(messages))
        const outcome = await outcomeOf(system, key, flood)
        check(outcome, messages)
        // A notifier is told of nothing.
        assert.equal(outcome.rejected, 0)
      }))
  })
}
