/** Systems that a test starts in its own process, and that are gone when it ends. */

import assert from 'node:assert/strict'
import { getActiveResourcesInfo } from 'node:process'
import { setImmediate as immediate } from 'node:timers/promises'
import {
  start,
  type Settings,
  type StartError,
  type Subsystem,
  type System,
  type UntypedRemote,
} from '../../../src/index.ts'

let lastCase = 0

/** A URL that no start() had before: each module may start one system at a time. */
export function newUrl(): string {
  return `file:///test/life/case-${++lastCase}.ts`
}

/** Starts definitions of a fixture module; the system is stopped when the test ends. */
export async function running(
  t: { after(end: () => Promise<void>): void },
  definitions: Subsystem,
  settings: Settings = {},
): Promise<System> {
  const system = (await start(newUrl(), definitions, {
    log: { level: 'silent' },
    signals: false,
    ...settings,
  })) as System
  t.after(async () => {
    await system.stop()
  })
  return system
}

/** The error with which definitions of a fixture module fail to start. */
export async function failedStart(definitions: Subsystem, settings: Settings = {}): Promise<StartError> {
  let system: { stop(): Promise<unknown> }
  try {
    system = await start(newUrl(), definitions, { log: { level: 'silent' }, signals: false, ...settings })
  } catch (error) {
    return error as StartError
  }
  await system.stop()
  throw new Error('the start did not fail')
}

/** The Remote of a name, for which there are no types in a test. */
export function remoteOf(system: System, name: string): UntypedRemote {
  return system.actor(name)
}

/** Fails unless all threads and ports are gone. */
export async function nothingLeft(): Promise<void> {
  // A port that was closed in this turn is gone in the next.
  for (let round = 0; round < 3; round++) await immediate()
  const left = getActiveResourcesInfo().filter((kind) => /^(Worker|MessagePort)$/.test(kind))
  assert.deepEqual(left, [])
}
