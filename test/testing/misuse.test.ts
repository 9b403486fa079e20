/** What a test gets wrong is refused at once, by an error that says how to mend it, and is blamed on no seed. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { task } from '../../src/index.ts'
import { explore, testSystem } from '../../src/testing/index.ts'
import { Door } from './fixtures/town.ts'

const town = { door: task(Door) }

describe('what is wrong is refused, and says how to mend it', () => {
  const noTest = async (): Promise<void> => {}

  for (const [what, settings, message] of [
    ['a setting that is misspelt', { sede: 3 }, /a simulation has no setting sede; did you mean seed\?$/],
    ['a setting of real threads', { link: 'port' }, /a simulation has no setting link/],
    ['a seed that is none', { seed: 'x' }, /expected seed: a whole number, found "x"$/],
  ] as const)
    test(what, async () => {
      await assert.rejects(testSystem(town, settings as object), message)
      // No schedule shows it again or does not, so no seed is blamed.
      await assert.rejects(explore(town, settings as object, noTest), message)
      await assert.rejects(explore(town, settings as object, noTest), { code: /^BAD_/ })
    })

  test('no run at all, which would be a test that cannot fail', async () => {
    await assert.rejects(
      explore(town, { runs: 0 }, noTest),
      /^BadDefinition: explore\(.*expected runs: a whole number from 1, found 0$/,
    )
  })

  test('a URL first, as start takes it', async () => {
    const call = testSystem as unknown as (url: string, program: object) => Promise<unknown>
    await assert.rejects(call(import.meta.url, town), /expected a program first, .*\{ url: import\.meta\.url \}$/)
  })

  test('a name that is none, in kill and link', async () => {
    const sim = await testSystem(town)
    assert.throws(() => sim.kill('dor' as 'door'), /^BadDefinition: sim\.kill\(dor\): expected the name of an object/)
    assert.throws(() => sim.link('dor' as 'door', 'main').delay(1), /^BadDefinition: sim\.link\(dor, main\): expected/)
    await sim.stop()
  })
})
