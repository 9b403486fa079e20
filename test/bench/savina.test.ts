/** The programs of bench/savina, small: on threads on each placement, and in simulations. Each looks at its own result, and throws. */

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { testSystem } from 'tsworks/testing'
import { definitionsOn, sizeOn } from '../../bench/savina/benchmark.ts'
import { handled, run, SETTINGS } from '../../bench/savina/measure.ts'
import { PLACEMENTS } from '../../bench/savina/placement.ts'
import { PROGRAMS } from '../../bench/savina/programs.ts'

for (const placement of PLACEMENTS)
  describe(`Savina's programs come to the right result, placed by '${placement}'`, () => {
    for (const program of Object.values(PROGRAMS))
      test(program.name, async () => {
        const { messages } = await run(program, placement, 'tiny')
        assert.ok(messages > 0)
      })
  })

describe("Savina's programs come to the right result in any order that threads could show", () => {
  for (const program of Object.values(PROGRAMS))
    for (const seed of [1, 2, 3])
      test(`${program.name}, seed ${seed}`, async () => {
        const size = sizeOn('own', program, 'tiny')
        const sim = await testSystem(definitionsOn('own', program, size), { ...SETTINGS, seed })
        await sim.run(program.run(sim.system, size))
        assert.ok((await sim.run(handled(sim.system, program.mayDrop))) > 0)
        await sim.stop()
      })
})
