import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listed } from '../../src/core/listed.ts'

test('names in a line of text are cut where there are many, and it is said how many more there are', () => {
  assert.equal(listed([]), '')
  assert.equal(listed(['a', 'b']), 'a, b')
  assert.equal(listed(['a', 'b', 'c', 'd', 'e']), 'a, b, c, d, e')
  assert.equal(listed(Array.from({ length: 200 }, (_, n) => `n${n}`)), 'n0, n1, n2, n3, n4 and 195 more')
})
