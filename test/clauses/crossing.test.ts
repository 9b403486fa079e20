// The rows of docs/crossing-threads.md, from and to own threads, shared ones and the main thread. Other rows have test files of their own.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { crossing } from './fixtures/crossing.ts'
import { REFUSED, ROWS } from './support/crossing-rows.ts'
import { PAIRS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'

describeSystem({ title: 'what crosses', program: crossing }, (running) => {
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
  it('has each of these rows', async () => {
    const page = await readFile(new URL('../../docs/crossing-threads.md', import.meta.url), 'utf8')
    const rows = [...page.matchAll(/^\| (.*?) \|/gm)].map(([, first]) => first)
    for (const row of [...Object.keys(ROWS), ...Object.keys(REFUSED)]) assert.ok(rows.includes(row), row)
  })
})
