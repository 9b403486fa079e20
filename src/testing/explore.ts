/** explore(): the same test under many schedules, until one fails; its error names the seed that shows it again. */

import { BadConfiguration, BadDefinition, TsworksError } from '../core/errors.ts'
import { describe } from '../core/traits.ts'
import type { Program } from '../system/start.ts'
import { catchStrayErrors, hearRejections } from '../threads/stray-errors.ts'
import { checkTestSettings, testSystem, type TestSettings, type TestSystem } from './test-system.ts'

/** How many schedules, and the settings of each. */
export interface ExploreSettings extends TestSettings {
  /** How many; 100 by default. */
  readonly runs?: number
}

/**
 * Runs `test` with one simulation after the other, each with another schedule, and stops each.
 *
 * @param settings `seed` is the first one, 1 by default; the others count up
 * @throws a TsworksError with code SEED_FAILED that names the seed, its cause the error of the first run that failed; a run fails, too, where
 *   the test returns before what it has begun has ended, or leaves a rejected promise alone
 * @example
 * await explore({ door: task(Door) }, { runs: 50 }, async (sim) => {
 *   assert.equal(await sim.run(sim.actor('door').open()), 'open')
 * })
 */
export async function explore<const T extends Program>(
  program: T,
  settings: ExploreSettings,
  test: (sim: TestSystem<T>) => void | Promise<void>,
): Promise<void> {
  const call = 'explore(program, settings, test)'
  checkTestSettings(settings, call, ['runs'])
  const { runs = 100, seed: first = 1, ...each } = settings
  // None would be a test that cannot fail.
  if (!Number.isSafeInteger(runs) || runs < 1)
    throw new BadConfiguration(`${call}: runs: expected a whole number from 1, found ${describe(runs)}`)
  if (typeof (test as unknown) !== 'function')
    throw new BadDefinition(`${call}: expected a function of the simulation, found ${describe(test)}`)
  const release = catchStrayErrors()
  try {
    for (let seed = first; seed < first + runs; seed++)
      try {
        await runOnce(() => testSystem(program, { ...each, seed }), test)
      } catch (error) {
        throw new TsworksError(
          `with seed ${seed} (testSystem(program, { seed: ${seed} }) shows it again): ${textOf(error)}`,
          { code: 'SEED_FAILED', cause: error },
        )
      }
  } finally {
    release()
  }
}

/** One simulation; what the test leaves behind is its failure as well. */
async function runOnce<S extends TestSystem<never>>(
  begin: () => Promise<S>,
  test: (sim: S) => void | Promise<void>,
): Promise<void> {
  const leftAlone: unknown[] = []
  let isOver = false
  const hear = (error: unknown): boolean => !isOver && leftAlone.push(error) > 0
  try {
    await hearRejections(hear, async () => {
      const sim = await begin()
      try {
        await test(sim)
        const [call] = sim.underWay
        if (call !== undefined)
          throw new TsworksError(`the test has returned while ${call} is under way: an await is missing`, {
            code: 'AWAIT_MISSING',
          })
      } catch (error) {
        // What the test found counts, also where the system does not stop well because of it.
        await sim.stop().catch(() => {})
        throw error
      }
      await sim.stop()
    })
  } finally {
    isOver = true
  }
  if (leftAlone.length > 0)
    throw new TsworksError(
      `a promise of the test was rejected, and nobody waits for it (is an await missing?): ${textOf(leftAlone[0])}`,
      { code: 'AWAIT_MISSING', cause: leftAlone[0] },
    )
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
