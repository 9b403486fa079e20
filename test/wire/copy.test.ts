import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { copyValue } from '../../src/wire/copy.ts'
import { Future, passOn } from './by-reference.ts'
import { testCrossing, type Cross } from './crossing-contract.ts'

const copied: Cross = (value, path = 'args') => copyValue(value, { passOn, place: { path, executed: 'no' } })

testCrossing('a copy within a thread', copied)

describe('S5: the copy within a thread', () => {
  it('is what the hook gives, for what travels by reference', () => {
    const stands = { for: 'it' }
    const copy = copyValue(
      { a: new Future(1) },
      { passOn: (one) => (one instanceof Future ? stands : undefined), place: { path: 'args', executed: 'no' } },
    ) as { a: object }
    assert.equal(copy.a, stands)
  })

  it('lets what the hook throws pass as it is', () => {
    const error = new Error('not this one')
    const hook = () => {
      throw error
    }
    assert.throws(
      () => copyValue([new Future(1)], { passOn: hook, place: { path: 'args', executed: 'no' } }),
      (thrown) => thrown === error,
    )
  })

  it('says of a result that its method has run', () => {
    assert.throws(() => copyValue({ x: Symbol('s') }, { passOn, place: { path: 'result', executed: 'yes' } }), {
      path: 'result.x',
      executed: 'yes',
    })
  })

  it('can be made while another one is made, by a getter', () => {
    const value = {
      get inner() {
        return copied({ list: [1] })
      },
      after: {},
    }
    assert.deepStrictEqual(copied({ value, again: value }), {
      value: { inner: { list: [1] }, after: {} },
      again: { inner: { list: [1] }, after: {} },
    })
  })
})
