/** What nobody handles, and what its sender is not told of, stands in the log at a level that is shown: once, and then it is counted. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { start, type System } from '../../src/index.ts'
import { unheard } from './fixtures/unheard.ts'

const folder = mkdtempSync(join(tmpdir(), 'tsworks-unheard-'))
after(() => rmSync(folder, { recursive: true, force: true }))

interface Line {
  readonly level: string
  readonly name: string
  readonly thread: string
  readonly msg: string
}

const placements = ['own', 'shared', 'main'] as const
let files = 0

/** What the log has, at its level by default, of a system that does `work`. */
async function linesOf(work: (system: System<typeof unheard>) => Promise<void>): Promise<Line[]> {
  const file = join(folder, `${++files}.log`)
  const system = await start(`${import.meta.url}?${files}`, unheard, { log: { file }, signals: false })
  try {
    await work(system)
  } finally {
    await system.stop()
  }
  const text = readFileSync(file, 'utf8').trimEnd()
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Line)
}

const textsOf = (lines: readonly Line[]) => lines.map(({ level, msg }) => `${level}: ${msg}`)

for (const placement of placements)
  describe(`in the log, ${placement}`, () => {
    test('S1, S9: a tell to nobody, or to a method that is not there, is one warning for each name', async () => {
      let dropped: Record<string, number> = {}
      const lines = await linesOf(async (system) => {
        await system.actor(placement).tellInVain(`deaf_${placement}`)
        const { threads } = await system.snapshot()
        for (const { counters } of threads) dropped = { ...dropped, ...counters.dropped }
      })
      assert.deepEqual(textsOf(lines).toSorted().toReversed(), [
        'warn: nobdy.hello was not handled: there is no object named nobdy; did you mean nobody?; further ones are only counted',
        `warn: deaf_${placement}.haer was not handled: deaf_${placement} has no method haer that can be called from outside; did you mean hear?; ` +
          'further ones are only counted',
      ])
      assert.deepEqual(dropped, { 'no such actor': 3, 'no such method': 3 })
    })

    test('a spawn that fails is an error with its cause', async () => {
      const lines = await linesOf((system) => system.actor(placement).spawnInVain())
      const [broken, unknown] = lines
      assert.equal(lines.length, 2)
      assert.match(
        textsOf([broken!])[0]!,
        new RegExp(`^error: broken:\\d+, spawned by ${placement}, could not start: .*broken on purpose`),
      )
      assert.match(JSON.stringify(broken), /RangeError/)
      assert.match(
        textsOf([unknown!])[0]!,
        new RegExp(`^error: brokn:\\d+, spawned by ${placement}, could not start: .*"brokn"; did you mean broken\\?`),
      )
    })

    test('S22: a notification that its observer has no method for is a warning that names both', async () => {
      const lines = await linesOf(async (system) => {
        for (const speaker of placements) {
          const deaf = system.actor(`deaf_${placement}`)
          await deaf.hear(speaker)
          await system.actor(speaker).ding(1)
          await system.actor(speaker).ding(2)
          await deaf.hear(speaker)
          await system.actor(speaker).ding(3)
        }
      })
      // One observer and one method: the first speaker's is the one that is told of.
      assert.deepEqual(textsOf(lines), [
        `warn: deaf_${placement}.ding was not handled: deaf_${placement} observes own, which notifies ding, but deaf_${placement} has no method ` +
          `ding that can be called from outside; did you mean dnig?; declare it in deaf_${placement}, or let the class of own list static ` +
          "events = ['ding'] as const, so that observe() refuses who lacks one; further ones are only counted",
      ])
    })

    test('S22: the same for system.observe()', async () => {
      const lines = await linesOf(async (system) => {
        await system.observe(placement, { dnig() {} } as never)
        await system.actor(placement).ding(1)
        await system.actor(placement).ding(2)
      })
      assert.equal(lines.length, 1)
      assert.match(
        lines[0]!.msg,
        new RegExp(
          `^system\\.observe:\\d+\\.ding was not handled: system\\.observe:\\d+ observes ${placement}, which notifies ding`,
        ),
      )
    })

    test('S21: a notification that cannot travel is one error for all observers, by name', async () => {
      const lines = await linesOf(async (system) => {
        for (const deaf of placements) await system.actor(`deaf_${deaf}`).hear(placement)
        await system.actor(placement).dingUncloneable()
      })
      assert.deepEqual(textsOf(lines), [
        `error: ${placement}: notify.ding was not sent to deaf_own, deaf_shared, deaf_main`,
      ])
    })
  })
