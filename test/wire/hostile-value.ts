/** Arbitrary values that do what they can to break whoever sends them: each as what makes it, since to look at it is dangerous for fast-check too. */

import * as fc from 'fast-check'
import { anyValue } from './any-value.ts'
import { Box, Fault, Knot } from './classes.ts'

type Make = () => unknown

/** What code of the user's may throw: nothing says that it is an error, or that it can be shown. */
const thrown: fc.Arbitrary<Make> = fc.constantFrom<Make>(
  () => new Error('told to'),
  () => new RangeError('Maximum call stack size exceeded'),
  () => null,
  () => undefined,
  () => Symbol('thrown'),
  () => 'text',
  () => ({ toString: fail }),
  () => Object.create(null) as unknown,
  () => new Proxy({}, { get: fail, getPrototypeOf: fail, has: fail, getOwnPropertyDescriptor: fail }),
  () => Object.defineProperty(new Error('x'), 'message', { get: fail }),
)

function fail(): never {
  throw new Error('a trap')
}

/** Another answer than the honest one. */
const nonsense: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ maxDepth: 1, withNullPrototype: true, withMap: true }),
  fc.constantFrom<unknown>(-1, 2 ** 32, NaN, Infinity, '__proto__', ['__proto__', 'constructor'], Symbol.iterator),
  fc.constantFrom<unknown>(Object.prototype, Array.prototype, Error.prototype, Function, Proxy),
)

/** Throws, or gives something else. */
const act: fc.Arbitrary<Make> = fc.oneof(
  thrown.map((make) => () => {
    throw make()
  }),
  nonsense.map((what) => () => what),
)

const TRAPS = [
  'get',
  'has',
  'ownKeys',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'isExtensible',
  'set',
  'deleteProperty',
  'defineProperty',
] as const

/** A JavaScript Proxy whose traps do something, each from its nth call on. */
const proxy = fc
  .tuple(
    fc.constantFrom<() => object>(
      () => ({ a: 1, b: [2] }),
      () => [1, { c: 2 }, 3],
      () => new Map([[1, 2]]),
      () => new Date(0),
      () => new Error('e'),
      () => Uint8Array.of(1),
      () => new Box(1),
      () => function callable() {},
      () => Object.prototype,
    ),
    fc.dictionary(fc.constantFrom(...TRAPS), fc.tuple(fc.nat(3), act)),
  )
  .map(([target, traps]) => (): unknown => {
    const handler: Record<string, unknown> = {}
    for (const [name, [calm, how]] of Object.entries(traps)) {
      let left = calm
      const honest = Reflect[name as (typeof TRAPS)[number]] as (...args: readonly unknown[]) => unknown
      handler[name] = (...args: readonly unknown[]) => (left-- > 0 ? honest(...args) : how())
    }
    return new Proxy(target(), handler)
  })

const revoked: fc.Arbitrary<Make> = fc
  .constantFrom<() => object>(
    () => [],
    () => ({}),
    () => () => 1,
  )
  .map((target) => () => {
    // prettier-ignore
    const { proxy: one, revoke } = Proxy.revocable(target(), {})
    revoke()
    return one
  })

const WELL_KNOWN: readonly PropertyKey[] = [
  ...['constructor', 'then', 'toJSON', 'toString', 'valueOf', 'length', 'name', 'message', 'stack', 'cause', 'errors'],
  ...['code', 'buffer', 'byteLength', 'size', 'href', 'entries', 'source', 'flags', '__proto__', 'prototype', 'x', '0'],
  ...[Symbol.toStringTag, Symbol.iterator, Symbol.species, Symbol.toPrimitive, Symbol.hasInstance],
]

/** Something of a common kind with getters of its own, or above it. */
const withGetters = fc
  .tuple(
    fc.constantFrom<() => object>(
      () => ({ a: 1 }),
      () => [1, 2, 3],
      () => Array.from({ length: 40 }, (_, i) => i),
      () => new Map([[{}, 1]]),
      () => new Set([1]),
      () => new Date(NaN),
      () => /x/g,
      () => new Error('e'),
      () => new AggregateError([1], 'e'),
      () => new DOMException('m', 'AbortError'),
      () => new URL('http://a/'),
      () => new URLSearchParams('a=1'),
      () => Uint8Array.of(1, 2),
      () => Buffer.from('b'),
      () => new ArrayBuffer(2),
      () => Object('boxed') as object,
      () => new Box(1),
      () => new Knot(),
      () => Object.create(null) as object,
    ),
    fc.array(fc.tuple(fc.constantFrom(...WELL_KNOWN), fc.boolean(), act), { minLength: 1, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([make, getters, above]) => (): unknown => {
    const object = make()
    const place = above ? (Object.create(Object.getPrototypeOf(object) as object | null) as object) : object
    for (const [key, enumerable, how] of getters)
      try {
        Object.defineProperty(place, key, { enumerable, get: how })
      } catch {
        // Not every property can be defined on everything.
      }
    return above ? (Object.setPrototypeOf(object, place) as object) : object
  })

/** Changes what it stands in while that is being read. */
const saboteur = fc.tuple(fc.nat(3), anyValue).map(([how, value]) => (): unknown => {
  const list: unknown[] = [1, 2, 3, 4]
  const map = new Map<unknown, unknown>([[1, 2], [3, 4]]) // prettier-ignore
  const holder: Record<string, unknown> = { list, map }
  const spoil = [
    () => (list.length = 0),
    () => (map.clear(), map.set(value, value)),
    () => (Reflect.deleteProperty(holder, 'after'), Object.assign(holder, { more: value })),
    () => (list.push(holder, value), Object.setPrototypeOf(list, null), Object.freeze(holder)),
  ][how]!
  const trigger = { get now() { return spoil(), value } } // prettier-ignore
  list[1] = trigger
  map.set(5, trigger)
  holder['trigger'] = trigger
  holder['after'] = value
  return holder
})

const deep = fc
  .tuple(fc.integer({ min: 900, max: 30_000 }), fc.nat(3), anyValue)
  .map(([levels, how, inner]) => (): unknown => {
    const layer = [
      (one: unknown) => [one],
      (one: unknown) => ({ one }),
      (one: unknown) => new Box(one),
      (one: unknown) => new Error('e', { cause: one }),
    ][how]!
    let value = inner
    for (let i = 0; i < levels; i++) value = layer(value)
    return value
  })

const odd = fc.constantFrom<Make>(
  () => Symbol('s'),
  () => () => 1,
  () => Box,
  () => Object.create(Array.prototype) as unknown,
  () => Object.create(Error.prototype) as unknown,
  () => Object.create(Box.prototype) as unknown,
  () => Object.create(new Proxy({}, { getPrototypeOf: fail, get: fail })) as unknown,
  () => Object.setPrototypeOf([1], null) as unknown,
  () => Object.setPrototypeOf(new Map([[1, 2]]), Set.prototype) as unknown,
  () => Object.setPrototypeOf(new Error('e'), Map.prototype) as unknown,
  () => Object.setPrototypeOf({ a: 1 }, Object.create(null) as object) as unknown,
  () => JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as unknown,
  () => Object.prototype,
  () => Array.prototype,
  () => Function.prototype,
  () => globalThis,
  transferredView,
  () => new WeakMap(),
  () => (function* () {})(), // prettier-ignore
  () => argumentsOf(1, 2),
  () => new Fault('write'),
  () => new Fault('read'),
  () => new Fault('overflow'),
  () => new Fault('plain'),
)

function transferredView(): Uint8Array {
  const view = new Uint8Array(8)
  view.buffer.transfer()
  return view
}

function argumentsOf(...args: readonly unknown[]): unknown {
  return (function (this: unknown) {
    return arguments
  })(...(args as []))
}

const hostile: fc.Arbitrary<Make> = fc.oneof(proxy, revoked, withGetters, saboteur, deep, odd)

const nested = fc.letrec<{ value: Make; holder: Make }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    hostile,
    anyValue.map((value) => () => value),
    tie('holder'),
  ),
  holder: fc.oneof(
    fc.array(tie('value'), { maxLength: 4 }).map((parts) => () => parts.map((make) => make())),
    fc.array(fc.tuple(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')), { maxLength: 4 }).map(
      (entries) => () => Object.fromEntries(entries.map(([key, make]) => [key, make()])), // prettier-ignore
    ),
    fc.tuple(tie('value'), tie('value')).map(
      ([key, value]) => () => new Map([[key(), value()]]), // prettier-ignore
    ),
    fc.array(tie('value'), { maxLength: 3 }).map((members) => () => new Set(members.map((make) => make()))),
    tie('value').map((content) => () => new Box(content())),
    tie('value').map((cause) => () => Object.assign(new Error('e', { cause: cause() }), { field: cause() })),
  ),
}))

/** What makes a value with at least one of them, and others at any depth of what may be harmless. */
export const anyHostile: fc.Arbitrary<() => unknown> = fc.tuple(hostile, nested.value).map(([one, more]) => () => [
  one(),
  more(),
])
