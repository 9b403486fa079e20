/** docs/semantics.md and the tests know the same clauses. */

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('..', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

const promised = new Set([...read('docs/semantics.md').matchAll(/^- \*\*(S\d+)/gm)].map(([, clause]) => clause!))
const tested = new Set(
  globSync('test/**/*.test.ts', { cwd: root }).flatMap((file) =>
    [...read(file).matchAll(/\bS\d+(?=[:,])/g)].map(([clause]) => clause),
  ),
)

test('every clause that docs/semantics.md calls built is named by a test', () => {
  assert.ok(promised.size > 30, 'the clauses of docs/semantics.md could not be read')
  assert.deepEqual(
    [...promised].filter((clause) => !tested.has(clause)),
    [],
  )
})
