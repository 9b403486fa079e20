/** docs/pyworks.md has all rows, and the tests that it names exist. */

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const page = readFileSync(new URL('../docs/pyworks.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| (\d+) \|.*\| (.*) \|$/gm)].map(([, number, proof]) => ({
  number: Number(number),
  proof: proof!,
}))

test('docs/pyworks.md has the rows 1 to 34, in order', () => {
  assert.deepEqual(
    rows.map(({ number }) => number),
    Array.from({ length: 34 }, (_, at) => at + 1),
  )
})

for (const { number, proof } of rows)
  test(`row ${number} names tests that exist`, () => {
    // core/order `S4: a handler`, `S2: arrive`; clauses/order `S2:`
    const named = [...proof.matchAll(/([a-z]+\/[a-z-]+) ((?:`[^`]+`(?:, )?)+)/g)]
    assert.ok(named.length > 0, `row ${number}: expected a test file and the begin of a test's name, found ${proof}`)
    for (const [, file, names] of named) {
      const url = new URL(`${file}.test.ts`, import.meta.url)
      assert.ok(existsSync(url), `row ${number}: there is no test/${file}.test.ts`)
      const source = readFileSync(url, 'utf8')
      for (const [, name] of names!.matchAll(/`([^`]+)`/g))
        assert.ok(source.includes(name!), `row ${number}: no test in ${file}.test.ts is named ${name}`)
    }
  })
