// The rows of docs/crossing-threads.md, from and to own threads, shared ones and the main thread. Other rows have test files of their own.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { crossing } from './fixtures/crossing.ts'
import { ELSEWHERE, REFUSED, ROWS } from './support/crossing-rows.ts'
import { PAIRS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'

describeSystem({ title: 'what crosses', program: crossing, links: 'default' }, (running) => {
  for (const row of Object.keys(ROWS))
    it(`S5, S6: ${row} cross, with the same outcome on each placement`, async () => {
      for (const { caller, callee } of PAIRS)
        await running.system.actor(crossing[`traveller_${caller}`]).send(`receiver_${callee}`, row)
    })

  for (const row of Object.keys(REFUSED))
    it(`S6: ${row}: refused at the sender, on each placement`, async () => {
      for (const { caller, callee } of PAIRS)
        await running.system.actor(crossing[`traveller_${caller}`]).refused(`receiver_${callee}`, row)
    })
})

describe('the page of what crosses', () => {
  it('has these rows, and no other', async () => {
    const page = await readFile(new URL('../../docs/crossing-threads.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| (.*?) \|/gm)].map(([, first]) => first!).filter((row) => row !== 'what')
    assert.deepEqual(rows.toSorted(), [ROWS, REFUSED, ELSEWHERE].flatMap((some) => Object.keys(some)).toSorted())
    for (const [row, [file, name]] of Object.entries(ELSEWHERE)) {
      const tests = await readFile(new URL(`${file}.test.ts`, import.meta.url), 'utf8')
      assert.ok(tests.includes(`it(\`${name}`), row)
    }
  })
})
