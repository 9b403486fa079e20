/** Looking at a system from outside. */

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

/** The first snapshot of which `holds` is true. */
export async function snapshotWhere(
  system: { snapshot(): Promise<Snapshot> },
  holds: (snapshot: Snapshot) => boolean,
): Promise<Snapshot> {
  for (;;) {
    const snapshot = await system.snapshot()
    if (holds(snapshot)) return snapshot
  }
}

/** How many messages were dropped for that reason, in all threads together, those that have ended included. */
export function dropped({ threads, ended }: Snapshot, reason: string): number {
  return threads.reduce((sum, { counters }) => sum + (counters.dropped[reason] ?? 0), ended.dropped[reason] ?? 0)
}
