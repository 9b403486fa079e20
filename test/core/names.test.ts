import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { checkedName } from '../../src/core/address.ts'
import { nearNames } from '../../src/core/near-names.ts'
import { nameOfWhat } from '../../src/core/arguments.ts'

describe('a name', () => {
  for (const name of ['door', 'Door', 'd', 'door-2', 'door_2', 'ring#0', 'ring#17', 'user#abc', 'user#a-b_c'])
    it(`S42: may be ${name}`, () => assert.equal(checkedName(name, 'x'), name))

  for (const name of [
    '',
    '2door',
    '_door',
    '-door',
    'door.open',
    'a/b',
    'a@b',
    'a:b',
    'a*',
    'a>b',
    'dör',
    'ring#',
    '#1',
    'a b',
    'ring#1#2',
    'a\n',
  ])
    it(`S42: may not be ${JSON.stringify(name)}`, () => {
      assert.throws(() => checkedName(name, 'definition of door'), {
        name: 'BadDefinition',
        message: new RegExp('^definition of door: expected a name that starts with a letter .*, found "'),
      })
    })

  it('S42: must be a text', () => {
    assert.throws(() => checkedName(undefined as never, 'x'), { message: /found undefined$/ })
    assert.throws(() => checkedName(3 as never, 'x'), { message: /found 3$/ })
  })

  it('is that of the definition, with the index where it is counted', () => {
    assert.equal(nameOfWhat('a.actor(what)', 'door'), 'door')
    assert.equal(nameOfWhat('a.actor(what)', { key: 'ring' }), 'ring')
    assert.equal(nameOfWhat('a.actor(what)', { key: 'ring' }, 3), 'ring#3')
  })
})

describe('near names', () => {
  it('finds what was meant: one letter wrong, two swapped, another case, a part of it', () => {
    const known = ['worker', 'math', 'workerPool', 'web', 'logger']
    assert.deepEqual(nearNames('wroker', known), ['worker'])
    assert.deepEqual(nearNames('Worker', known), ['worker', 'workerPool'])
    assert.deepEqual(nearNames('log', known), ['logger'])
    assert.deepEqual(nearNames('mth', known), ['math'])
    assert.deepEqual(nearNames('printer', known), [])
  })

  it('offers at most three, nearest first', () => {
    assert.deepEqual(nearNames('door', ['doors', 'boor', 'door1', 'door', 'moor']), ['door', 'boor', 'door1'])
  })

  it('finds a name that differs by one change, and no name that has nothing in common', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{3,12}$/), fc.nat(), (name, at) => {
        const i = at % name.length
        const changed = `${name.slice(0, i)}#${name.slice(i + 1)}`
        assert.deepEqual(nearNames(changed, [name]), [name])
        assert.deepEqual(nearNames(name, ['0'.repeat(name.length)]), [])
      }),
    )
  })
})
