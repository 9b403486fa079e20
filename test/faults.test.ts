/** Each fault that is to be injected has its tests: their titles begin with its number. */

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const FAULTS = Array.from({ length: 28 }, (_, n) => `F${n + 1}`)

const root = new URL('..', import.meta.url)
const titles = globSync('test/**/*.test.ts', { cwd: root }).flatMap((file) =>
  [...readFileSync(new URL(file, root), 'utf8').matchAll(/\b(?:test|it|describe)\(\s*[`']([^`']*)/g)].map(
    ([, title]) => title!,
  ),
)

test('every fault from F1 to F28 is injected by a test that names it', () => {
  assert.ok(titles.length > 500, 'the titles of the tests could not be read')
  const named = new Set(titles.flatMap((title) => title.match(/\bF\d+\b/g) ?? []))
  assert.deepEqual(
    FAULTS.filter((fault) => !named.has(fault)),
    [],
  )
})
