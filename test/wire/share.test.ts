import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { NotCloneable } from '../../src/core/errors.ts'
import { decode, encode } from '../../src/wire/codec.ts'
import { isShared, share } from '../../src/wire/shared.ts'
import { WireError } from '../../src/wire/wire-error.ts'
import { references, remoteOf } from './by-reference.ts'
import { seen } from './crossing-contract.ts'
import { held, posted, within, WAYS } from './ways.ts'

/** All objects in a plain value. */
function objectsIn(value: unknown, all = new Set<object>()): ReadonlySet<object> {
  if (typeof value !== 'object' || value === null || all.has(value)) return all
  all.add(value)
  for (const one of Object.values(value)) objectsIn(one, all)
  return all
}

const primitive = fc.oneof(fc.anything({ maxDepth: 0, withBigInt: true }), fc.constantFrom(undefined, null, NaN, -0))

/** Plain objects and arrays of primitives, with holes, odd keys, shared parts and cycles. */
const plain = fc
  .tuple(
    fc.anything({
      maxDepth: 5,
      values: [primitive],
      key: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', '0')),
      withNullPrototype: true,
      withSparseArray: true,
      withBigInt: true,
    }),
    fc.array(fc.tuple(fc.nat(30), fc.nat(30))),
  )
  .map(([value, links]) => {
    const objects = [...objectsIn(value)]
    if (objects.length > 0)
      for (const [from, to] of links) {
        Reflect.defineProperty(objects[from % objects.length]!, `link${to}`, {
          value: objects[to % objects.length],
          enumerable: true,
          configurable: true,
          writable: true,
        })
      }
    return value
  })

class Point {
  x = 1
}

const refusals: readonly (readonly [unknown, string])[] = [
  [new Map(), 'a Map'],
  [new Set(), 'a Set'],
  [new Date(0), 'a Date'],
  [new Uint8Array(1), 'a Uint8Array'],
  [new ArrayBuffer(1), 'an ArrayBuffer'],
  [new SharedArrayBuffer(1), 'a SharedArrayBuffer'],
  [new Point(), 'a Point'],
  [/x/, 'a RegExp'],
  [new Error('e'), 'an Error'],
  [() => 1, 'a function'],
  [Symbol('s'), 'a symbol'],
  [new Proxy({}, {}), 'a JavaScript Proxy'],
  [Object.create({}), 'an object with a prototype of its own'],
  [Object('x'), 'a String'],
]

describe('S5: share', () => {
  it('freezes arbitrary plain values at any depth, which arrive equal, frozen and shared', () => {
    fc.assert(
      fc.property(plain, fc.nat(3), (value, depth) => {
        const before = seen(value)
        assert.equal(share(value), value)
        for (const object of objectsIn(value)) assert.ok(Object.isFrozen(object))
        let message: unknown = value
        for (let level = 0; level < depth; level++) message = level % 2 === 0 ? [message] : { of: message }
        for (const send of Object.values(WAYS)) {
          const arrived = send([message, value]) as [unknown, unknown]
          assert.equal(seen(arrived[1]), before)
          for (const object of objectsIn(arrived[1])) assert.ok(Object.isFrozen(object) && isShared(object))
          if (send !== posted) assert.equal(arrived[1], value)
        }
      }),
    )
  })

  it('within a thread any part of it is the same object, elsewhere a part is the same as in the whole', () => {
    const value = share({ list: [{ a: 1 }] })
    const sent = { part: value.list[0], whole: value, own: { list: [1] } }
    for (const send of [within, held]) {
      const arrived = send(sent) as typeof sent
      assert.equal(arrived.part, value.list[0])
      assert.equal(arrived.whole, value)
      assert.notEqual(arrived.own, sent.own)
      assert.ok(!Object.isFrozen(arrived.own))
    }
    const arrived = posted(sent) as typeof sent
    assert.notEqual(arrived.whole, value)
    assert.equal(arrived.whole.list[0], arrived.part)
    assert.ok(Object.isFrozen(arrived.part) && Object.isFrozen(arrived.whole.list) && !Object.isFrozen(arrived.own))
  })

  it('what arrived is shared in its turn: passed on within that thread it is not copied again', () => {
    const arrived = posted(share([{ a: 1 }]))
    assert.equal(within(arrived), arrived)
  })

  it('refuses all else with its path, and then has frozen nothing', () => {
    for (const [bad, found] of refusals) {
      const value = { first: { a: 1 }, list: [0, { 'odd key': bad }] }
      assert.throws(
        () => share(value),
        (error) => {
          assert.ok(error instanceof NotCloneable)
          assert.deepEqual([error.path, error.found, error.executed], ['share(value).list[1]["odd key"]', found, 'no'])
          assert.match(error.message, / cannot be shared; /)
          return true
        },
      )
      for (const object of [value, value.first, value.list]) assert.ok(!Object.isFrozen(object) && !isShared(object))
    }
  })

  it('refuses, without running it, what a property could do or would lose', () => {
    const get = (): never => assert.fail('the getter ran')
    const cases: readonly (readonly [object, RegExp])[] = [
      [Object.defineProperty({}, 'a', { get, enumerable: true }), /^share\(value\)\.a: a getter or setter cannot/],
      [Object.defineProperty([1], 0, { get, enumerable: true }), /^share\(value\)\[0\]: a getter or setter cannot/],
      [Object.defineProperty({}, 'a', { value: 1 }), /^share\(value\)\.a: a property that is not enumerable cannot/],
      [{ [Symbol('s')]: 1 }, /^share\(value\)\["Symbol\(s\)"\]: a property whose key is a symbol cannot/],
    ]
    for (const [value, message] of cases) assert.throws(() => share(value), { name: 'NotCloneable', message })
  })

  it('looks at no property of a Remote', () => {
    assert.throws(() => share({ a: remoteOf('r') }), { name: 'NotCloneable', path: 'share(value).a' })
  })

  it('refuses what is nested too deep, however deep', () => {
    for (const depth of [1_001, 100_000]) {
      let value: unknown = 1
      for (let level = 0; level < depth; level++) value = [value]
      assert.throws(() => share(value), /a value nested deeper than 1000 cannot be shared/)
    }
    let deepest: unknown = 1
    for (let level = 0; level < 1_000; level++) deepest = [deepest]
    // Not by seen(): inspect() finds no end there on Node 22.
    let [arrived, depth] = [posted(share(deepest)), 0]
    for (; Array.isArray(arrived) && isShared(arrived); depth++) arrived = arrived[0] as unknown
    assert.deepEqual([arrived, depth], [1, 1_000])
  })

  it('takes primitives as they are', () => {
    for (const value of [1, 'x', undefined, null, 2n, true]) assert.equal(share(value), value)
  })

  it('hostile bytes freeze nothing that is not shared, and end in a value or a WireError', () => {
    // [{…}, shared [the one before]]: 14 02, 10 00, 19 14 01 0c 01
    const bytes = Uint8Array.of(1, 0x14, 2, 0x10, 0, 0x19, 0x14, 1, 0x0c, 1)
    assert.throws(() => decode({ bytes, attachments: [] }, references), WireError)
    const map = [0x16, 0]
    const sharedArray = [0x19, 0x14, 0]
    for (const what of [map, sharedArray, [0x0c, 0], [0xc0], [0x26, 0], [0x14, 1, ...map], [0x14, 1, ...sharedArray]])
      assert.throws(() => decode({ bytes: Uint8Array.of(1, 0x19, ...what), attachments: [] }, references), WireError)
    const many = new Uint8Array(1_000_000).fill(0x19, 1)
    many[0] = 1
    assert.throws(() => decode({ bytes: many, attachments: [] }, references), WireError)
    const { bytes: good } = encode(share([{ a: [1] }, 'x']), references, 'args')
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, byte) => {
        const changed = good.with(at, byte)
        try {
          decode({ bytes: changed, attachments: [] }, references)
        } catch (error) {
          assert.ok(error instanceof WireError, String(error))
        }
      }),
    )
  })
})
