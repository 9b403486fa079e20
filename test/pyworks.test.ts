/** docs/pyworks.md has all rows, and the tests that it names exist. */

import { test } from 'node:test'
import { checkNumbers, checkProof, proofRows } from './proof-table.ts'

const rows = proofRows('pyworks.md')

test('docs/pyworks.md has the rows 1 to 38, in order', () => checkNumbers(rows, 38))

for (const row of rows) test(`row ${row.number} names tests that exist`, () => checkProof(row))
