/** Systems for the tests of the clauses: started, stopped, and nothing of them left. */

import assert from 'node:assert/strict'
import { after, before, describe } from 'node:test'
import { getActiveResourcesInfo } from 'node:process'
import { setImmediate as macrotask } from 'node:timers/promises'
import { start, type Program } from '../../../src/system/start.ts'
import type { Settings } from '../../../src/system/settings.ts'
import type { System } from '../../../src/system/system.ts'
import type { StopReport } from '../../../src/wire/kernel-protocol.ts'

/**
 * The links that clauses are tried on. On the older Nodes it is the default one: what a system promises on both is tried on the newest, and what
 * a link promises (test/wire/link-contract.ts) everywhere.
 */
export const LINKS: readonly ('ring' | 'port')[] =
  Number.parseInt(process.versions.node, 10) >= 26 ? ['ring', 'port'] : ['ring']

const QUIET: Settings = { signals: false, log: { level: 'silent' } }
const CLEAN: StopReport = { late: [], forced: [], givenUp: [] }

let starts = 0

/** Starts a system that says nothing. Any number may run at a time. */
export function startQuietly<const T extends Program>(program: T, settings: Settings = {}): Promise<System<T>> {
  // The module that starts: only told in errors, and one for each system.
  return start(`${import.meta.url}?${++starts}`, program, { ...QUIET, ...settings })
}

/** Stops a system, which must leave nothing behind. */
export async function stopCleanly(system: { stop(): Promise<StopReport> }, report: StopReport = CLEAN): Promise<void> {
  assert.deepEqual(await system.stop(), report)
  await nothingLeft()
}

/** A system for one test. */
export async function withSystem<const T extends Program>(
  program: T,
  use: (system: System<T>) => Promise<void>,
  settings: Settings = {},
): Promise<void> {
  const system = await startQuietly(program, settings)
  try {
    await use(system)
  } catch (error) {
    await system.stop()
    throw error
  }
  await stopCleanly(system)
}

/** A block of tests for each kind of link, that share a system. `running.system` is there when they run. */
export function describeSystem<const T extends Program>(
  how: {
    readonly title: string
    readonly program: T
    readonly settings?: Settings
    /** The default one alone, where the link makes no difference as far as we know; `ALL_LINKS=1 npm test` tries them on all. */
    readonly links?: 'all' | 'default'
  },
  tests: (running: { readonly system: System<T> }) => void,
): void {
  for (const link of how.links === 'default' && process.env['ALL_LINKS'] === undefined ? LINKS.slice(0, 1) : LINKS)
    describe(`${how.title} (${link})`, () => {
      let system: System<T> | undefined
      before(async () => {
        system = await startQuietly(how.program, { ...how.settings, link })
      })
      after(async () => {
        if (system !== undefined) await stopCleanly(system)
      })
      tests({
        get system(): System<T> {
          return system!
        },
      })
    })
}

const THREAD_HANDLES = /^(Worker|MessagePort)$/

/** Fails if a thread or a port is left once a few turns of the event loop have passed. */
async function nothingLeft(): Promise<void> {
  let left: string[] = []
  // Node closes a handle some turns after it was told to.
  for (let turn = 0; turn < 1_000; turn++) {
    left = getActiveResourcesInfo().filter((kind) => THREAD_HANDLES.test(kind))
    if (left.length === 0) return
    await macrotask()
  }
  assert.deepEqual(left, [], 'threads or ports are left after stop()')
}

/** Lets the event loop of this thread take some turns; for what must *not* happen, never for what must. */
export async function someTurns(turns = 20): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await macrotask()
}
