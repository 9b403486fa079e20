/** Looking at a system from outside. */

import assert from 'node:assert/strict'
import { inspect } from 'node:util'

import type { Snapshot } from '../../../src/wire/kernel-protocol.ts'

/**
 * A snapshot to which every thread has answered: what the kernel had told a thread before, it knows by then.
 */
export async function answeredSnapshot(system: { snapshot(): Promise<Snapshot> }): Promise<Snapshot> {
  for (;;) {
    const snapshot = await system.snapshot()
    if (snapshot.threads.every(({ answered }) => answered)) return snapshot
  }
}

/** So many looks are a minute and more even where nothing else runs: what is not seen by then does not come, and a test must end. */
const MOST_LOOKS = 200_000

/** The first snapshot of which `holds` is true. */
export async function snapshotWhere(
  system: { snapshot(): Promise<Snapshot> },
  holds: (snapshot: Snapshot) => boolean,
): Promise<Snapshot> {
  let snapshot = await system.snapshot()
  for (let looks = 1; !holds(snapshot); looks++) {
    if (looks === MOST_LOOKS) assert.fail(`never seen: ${String(holds)}, last in ${inspect(snapshot, { depth: 5 })}`)
    snapshot = await system.snapshot()
  }
  return snapshot
}

/** The first snapshot in which a count that only grows has come to `expected`; fails if it is beyond it. */
export async function counted(
  system: { snapshot(): Promise<Snapshot> },
  count: (snapshot: Snapshot) => number,
  expected: number,
): Promise<Snapshot> {
  const snapshot = await snapshotWhere(system, (one) => count(one) >= expected)
  assert.equal(count(snapshot), expected)
  return snapshot
}

/** How many messages were dropped for that reason, in all threads together, those that have ended included. */
export function dropped({ threads, ended }: Snapshot, reason: string): number {
  return threads.reduce((sum, { counters }) => sum + (counters.dropped[reason] ?? 0), ended.dropped[reason] ?? 0)
}
