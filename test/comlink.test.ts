/** docs/comlink.md has all cases of Comlink's suite, each with tests that exist, or why there is none. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkNumbers, checkProof, proofRows } from './proof-table.ts'

const rows = proofRows('comlink.md')
const withoutTest = rows.filter(({ proof }) => /^none: \S.{6,}/.test(proof))

test('docs/comlink.md has the rows 1 to 85, in order', () => checkNumbers(rows, 85))

test('only these rows say why there is no test', () =>
  assert.deepEqual(
    withoutTest.map(({ number }) => number),
    [28, 48, 56, 58, 59, 66, 72, 73, 84, 85],
  ))

for (const row of rows)
  if (!withoutTest.includes(row)) test(`row ${row.number} names tests that exist`, () => checkProof(row))
