/**
 * What holds for every way that a value can cross: as bytes, as bytes in shared memory, as a copy within a thread (S5, S6, S17).
 * Each way runs all of it.
 */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inspect, types } from 'node:util'
import vm from 'node:vm'
import * as fc from 'fast-check'
import { ActorDead, AbortError, ERROR_CLASSES, NotCloneable, RemoteError } from '../../src/core/errors.ts'
import { anyValue } from './any-value.ts'
import { Future, remoteOf } from './by-reference.ts'

/** How many arbitrary values are tried; `CODEC_RUNS=10000 node --test …` looks harder. */
export const RUNS = Number(process.env['CODEC_RUNS'] ?? 100)

/** Sends a value across; the arriving one. Things that travel by reference are those of by-reference.ts. */
export type Cross = (value: unknown, path?: string) => unknown

/** All that can be seen of a value: order of keys, holes, names of arrays, prototypes, -0. */
export function seen(value: unknown): string {
  return inspect(value, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity, breakLength: Infinity })
}

/** What is refused, in the words of the message. */
export function refusalOf(cross: Cross, value: unknown): string {
  try {
    cross(value)
  } catch (error) {
    assert.ok(error instanceof NotCloneable, `${String(error)} is a NotCloneable`)
    assert.equal(error.executed, 'no')
    return error.message.split('; ')[0]!
  }
  return 'nothing was refused'
}

class Point {
  x = 1
}

class Stack extends Array {
  override push = () => 0
}

const cyclic: { self?: unknown; list: unknown[] } = { list: [] }
cyclic.self = cyclic
cyclic.list.push(cyclic, cyclic.list)

const withProto = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "toString": 2}') as object

const sparse: unknown[] = [1, , undefined, , 5] // oxlint-disable-line no-sparse-arrays
const farSparse: unknown[] = []
farSparse[4_000_000_000] = 'far'
const trailing: unknown[] = [1]
trailing.length = 5

const equal: Readonly<Record<string, readonly unknown[]>> = {
  'undefined, null and booleans': [undefined, null, true, false],
  integers: [0, 1, 63, 64, -1, -64, -65, 127, 128, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER],
  'other numbers': [-0, 0.1, -1.5, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 1e21],
  bigints: [0n, 1n, -1n, 255n, 256n, -256n, 2n ** 64n, -(2n ** 64n), 2n ** 4096n + 1n],
  'short strings': [
    '',
    'a',
    'hello',
    'x'.repeat(63),
    'x'.repeat(64),
    'é',
    'ÿ',
    'Ā',
    '日本',
    '👍',
    '\0',
    '\ufeffbom',
    '\u2028',
  ],
  'long strings': ['x'.repeat(5_000), 'é'.repeat(5_000), '日'.repeat(5_000), `${'x'.repeat(5_000)}👍`],
  'lone surrogates': ['\ud800', '\udc00', 'a\ud800b', '\udc00\ud800', `${'x'.repeat(100)}\ud83d`],
  'plain objects': [
    {},
    { a: 1 },
    { a: { b: { c: [] } } },
    { a: undefined },
    { '': 1, 'odd key': 2, é: 3, '\ud800': 4 },
  ],
  'keys in the order of the object': [{ b: 1, a: 2, 2: 3, 1: 4, 'x-1': 5, '-1': 6, '01': 7 }],
  'objects of one shape, of many, and with many keys': [
    Array.from({ length: 100 }, (_, i) => ({ id: i, name: `n${i}` })),
    Array.from({ length: 200 }, (_, i) => ({ [`key${i % 100}`]: i, id: i })),
    Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`key ${i}`, { i }])),
  ],
  'objects without a prototype': [
    Object.create(null),
    Object.assign(Object.create(null) as object, { a: 1, toString: 2 }),
  ],
  'keys that every object has': [
    withProto,
    { hasOwnProperty: 1, valueOf: {} },
    Object.assign(Object.create(null), withProto),
  ],
  arrays: [[], [1, 'a', null], [[[]]], [undefined, undefined], Array.from({ length: 1_000 }, (_, i) => i)],
  'arrays of numbers': [
    Array.from({ length: 100 }, (_, i) => i / 3),
    [...Array.from({ length: 20 }, () => 0.5), -0, NaN, 1],
  ],
  'arrays with holes': [sparse, farSparse, trailing, holes(20), holes(3), holes(100_000)],
  'arrays with names': [
    Object.assign([1, 2], { x: 1 }),
    'one two'.match(/(?<first>\w+) (\w+)/),
    Object.assign([...sparse], { x: 1, y: [] }),
    Object.assign(
      Array.from({ length: 50 }, (_, i) => (i === 7 ? undefined : i)),
      { last: 1 },
    ),
    oneHoleOneName(),
  ],
  dates: [new Date(0), new Date(-1), new Date(8.64e15)],
  'regular expressions': [/a/, /[/\]]+/giu, /(?<n>.)/dsy, new RegExp('')],
  'boxed primitives': [new Number(-0), new String('x'), new Boolean(false), Object(1n)],
  maps: [
    new Map(),
    new Map<unknown, unknown>([
      [{ a: 1 }, new Map([[1, 2]])],
      [NaN, -0],
      [undefined, undefined],
    ]),
  ],
  sets: [new Set(), new Set([1, 'a', { a: 1 }, new Set([[]])])],
  buffers: [new ArrayBuffer(0), Uint8Array.of(1, 2, 3).buffer],
  views: [
    Uint8Array.of(1, 2),
    Uint8ClampedArray.of(255),
    Int8Array.of(-1),
    Int16Array.of(-300),
    Uint16Array.of(300),
    Int32Array.of(-70_000),
    Uint32Array.of(70_000),
    Float32Array.of(0.5),
    Float64Array.of(0.1, NaN),
    BigInt64Array.of(-1n),
    BigUint64Array.of(1n),
    new DataView(Uint8Array.of(1, 2, 3).buffer),
    new Uint8Array(0),
    ...('Float16Array' in globalThis ? [Float16Array.of(0.5)] : []),
  ],
  "Node's Buffers": [Buffer.from('hello'), Buffer.alloc(0), Buffer.from('a longer one'.repeat(1_000))],
  'URLs and their parameters': [new URL('http://a:1@b/c?d=é#e'), new URLSearchParams('a=1&a=2&b=%20')],
  cycles: [cyclic],
}

/** How many objects stand in each other, each the only one in there. */
function levelsOf(value: unknown): number {
  let levels = 0
  for (let at = value; typeof at === 'object' && at !== null; levels++)
    at = (at instanceof Map || at instanceof Set ? [...at].flat() : Object.values(at)).find(isObject)
  return levels
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function holes(length: number): unknown[] {
  const array: unknown[] = []
  array.length = length
  return array
}

function oneHoleOneName(): unknown[] {
  const array: unknown[] = Array.from({ length: 40 }, (_, i) => i)
  Reflect.deleteProperty(array, 20)
  return Object.assign(array, { name: 1 })
}

export function testCrossing(way: string, cross: Cross): void {
  describe(`S6: ${way}`, () => {
    for (const [name, values] of Object.entries(equal))
      it(`${name} arrive as they were`, () => {
        for (const value of values) {
          const arrived = cross(value)
          assert.equal(seen(arrived), seen(value))
          assert.deepStrictEqual(arrived, value)
        }
        const all = cross([...values, values]) as unknown[]
        assert.equal(seen(all), seen([...values, values]))
      })

    it('arbitrary values arrive equal', () => {
      fc.assert(
        fc.property(anyValue, (value) => {
          const before = seen(value)
          const arrived = cross(value)
          assert.equal(seen(arrived), before)
          assert.equal(seen(value), before)
        }),
        { numRuns: RUNS },
      )
    })

    it('arbitrary strings arrive equal, well-formed or not', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(0xffff)), (text, units) => {
          const odd = String.fromCharCode(...units)
          assert.equal(cross(text), text)
          assert.equal(cross(odd), odd)
          assert.deepStrictEqual(cross({ [text]: odd, [odd]: text }), { [text]: odd, [odd]: text })
        }),
      )
    })

    it('what arrives shares no object with what was sent', () => {
      const sent = {
        list: [1],
        map: new Map([[{}, {}]]),
        bytes: new Uint8Array(2),
        date: new Date(0),
        box: new Number(1),
      }
      const arrived = cross(sent) as typeof sent
      for (const key of Object.keys(sent) as (keyof typeof sent)[]) assert.notEqual(arrived[key], sent[key])
      arrived.list.push(2)
      arrived.bytes[0] = 9
      assert.deepEqual([sent.list, sent.bytes[0]], [[1], 0])
      assert.notEqual([...arrived.map.keys()][0], [...sent.map.keys()][0])
    })

    it('shared references arrive as shared, within everything that holds references', () => {
      const shared = { n: 1 }
      const error = Object.assign(new Error('e', { cause: shared }), { shared })
      const { list, map, set, object, ...rest } = cross({
        list: [shared, shared],
        map: new Map([[shared, shared]]),
        set: new Set([shared]),
        object: { shared },
        error,
        date: [error, error],
      }) as {
        list: [object, object]
        map: Map<object, object>
        set: Set<object>
        object: typeof error
        error: typeof error
        date: Error[]
      }
      const [one] = list
      assert.deepEqual(one, shared)
      for (const other of [list[1], ...[...map].flat(), ...set, object.shared, rest.error.cause, rest.error.shared])
        assert.equal(other, one)
      assert.equal(rest.date[0], rest.error)
      assert.equal(rest.date[1], rest.error)
    })

    it('more objects than a short list holds keep their sharing', () => {
      const objects = Array.from({ length: 100 }, (_, i) => ({ i }))
      const arrived = cross([objects, objects.toReversed()]) as [object[], object[]]
      arrived[0].forEach((object, i) => assert.equal(object, arrived[1][99 - i]))
    })

    it('a key __proto__ arrives as a key and changes no prototype', () => {
      const arrived = cross(withProto) as { polluted?: boolean }
      assert.equal(Object.getPrototypeOf(arrived), Object.prototype)
      assert.ok(Object.hasOwn(arrived, '__proto__'))
      assert.equal(arrived.polluted, undefined)
      assert.equal(({} as { polluted?: boolean }).polluted, undefined)
    })

    it('an object without a prototype arrives without one', () => {
      assert.equal(Object.getPrototypeOf(cross(Object.create(null))), null)
    })

    it('getters are read once, and arrive as values', () => {
      let reads = 0
      const list = [0, 1]
      const get = { get: () => ++reads, enumerable: true, configurable: true }
      Object.defineProperty(list, 0, get)
      assert.deepStrictEqual(cross(Object.defineProperty({ b: 1 }, 'a', get)), { b: 1, a: 1 })
      assert.deepStrictEqual(cross(list), [2, 1])
      const arrived = cross(Object.assign(Object.defineProperty([], 3, get), { x: 1 }))
      assert.equal(seen(arrived), '[ <3 empty items>, 3, x: 1 ]')
    })

    it('symbol keys and keys that are not enumerable stay behind, as with structured clone', () => {
      const object = Object.defineProperty({ a: 1, [Symbol('s')]: () => 1 }, 'hidden', { value: () => 1 })
      assert.equal(seen(cross(object)), '{ a: 1 }')
    })

    it('a Date that is none arrives so', () => {
      assert.equal(seen(cross([new Date(NaN)])), '[ Invalid Date ]')
    })

    it('a regular expression starts from the beginning', () => {
      const sent = /a/g
      sent.lastIndex = 3
      assert.equal((cross(sent) as RegExp).lastIndex, 0)
    })

    it('what a getter changes meanwhile does no harm', () => {
      const array: unknown[] = [1, 2, 3]
      const value = {
        get first() {
          array.length = 0
          map.clear()
          Reflect.deleteProperty(value, 'last')
          return 1
        },
        array,
        get map() {
          return map
        },
        last: 1,
      }
      const map = new Map<unknown, unknown>([['a', { get x() { map.clear(); map.set(1, 1); map.set(2, 2); return 1 } }]]) // prettier-ignore
      map.set('b', 1)
      assert.doesNotThrow(() => cross(value))
      map.set('a', { get x() { map.clear(); map.set(1, 1); map.set(2, 2); return 1 } }) // prettier-ignore
      assert.deepEqual([...(cross(map) as Map<unknown, unknown>).keys()].slice(-1), ['a'])
    })

    it('objects of another realm count as ours', () => {
      const foreign = vm.runInNewContext(
        '({ list: [1], map: new Map([[1, new Set([2])]]), date: new Date(5), bytes: new Uint8Array(2), box: Object("x"), re: /x/g })',
      ) as object
      const ours = {
        list: [1],
        map: new Map([[1, new Set([2])]]),
        date: new Date(5),
        bytes: new Uint8Array(2),
        box: Object('x') as object,
        re: /x/g,
      }
      assert.deepStrictEqual(cross(foreign), ours)
      const error = vm.runInNewContext('new RangeError("far")') as Error
      assert.ok(cross(error) instanceof RangeError)
    })

    it('own properties that hide what an object really holds do not count', () => {
      const liar = (object: object, ...names: string[]): object =>
        Object.defineProperties(object, Object.fromEntries(names.map((name) => [name, { value: 1_000_000 }])))
      const arrived = cross([
        liar(Uint8Array.of(1, 2), 'length', 'byteLength', 'byteOffset', 'buffer'),
        liar(new ArrayBuffer(3), 'byteLength', 'detached', 'resizable', 'maxByteLength'),
        liar(new Map([[1, 2]]), 'size', 'forEach', 'entries'),
        liar(/x/i, 'source', 'flags', 'global'),
        liar(new Date(5), 'getTime', 'valueOf'),
        liar(new URL('http://a/'), 'href', 'toString'),
      ])
      const honest = [
        Uint8Array.of(1, 2),
        new ArrayBuffer(3),
        new Map([[1, 2]]),
        /x/i,
        new Date(5),
        new URL('http://a/'),
      ]
      assert.equal(seen(arrived), seen(honest))
    })

    it('what has a property besides what it holds is refused, since that would be lost', () => {
      const values: readonly (readonly [object, string])[] = [
        [new Date(5), 'a Date'],
        [/x/, 'a RegExp'],
        [new Map(), 'a Map'],
        [new Set([1]), 'a Set'],
        [Object('xy') as object, 'a String'],
        [new ArrayBuffer(3), 'an ArrayBuffer'],
        [new SharedArrayBuffer(3), 'a SharedArrayBuffer'],
        [new URL('http://a/'), 'a URL'],
        [new URLSearchParams('a=1'), 'a URLSearchParams'],
      ]
      for (const [value, shown] of values) {
        assert.doesNotThrow(() => cross([value]))
        assert.equal(
          refusalOf(cross, [Object.assign(value, { extra: 1 })]),
          `args[0]: ${shown} with a property of its own (extra) cannot cross`,
        )
      }
    })

    it('a function is refused, whatever prototype it was given', () => {
      for (const prototype of [null, Object.prototype, Map.prototype])
        assert.equal(
          refusalOf(
            cross,
            Object.setPrototypeOf(() => 1, prototype),
          ),
          'args: a function cannot cross',
        )
    })

    describe('buffers and views', () => {
      it('views on one buffer share one buffer on arrival, at the same places', () => {
        const buffer = new ArrayBuffer(16)
        const sent = { buffer, bytes: new Uint8Array(buffer, 4, 8), floats: new Float64Array(buffer, 8, 1) }
        const arrived = cross(sent) as typeof sent
        assert.equal(arrived.bytes.buffer, arrived.buffer)
        assert.equal(arrived.floats.buffer, arrived.buffer)
        assert.deepEqual([arrived.bytes.byteOffset, arrived.bytes.length, arrived.buffer.byteLength], [4, 8, 16])
        arrived.floats[0] = 1
        assert.notEqual(arrived.bytes[11], 0)
      })

      it('a view that shows all of its buffer keeps another view on it', () => {
        const whole = new Uint8Array(16)
        const [part, all] = cross([whole.subarray(3, 5), whole]) as [Uint8Array, Uint8Array]
        assert.equal(part.buffer, all.buffer)
        assert.equal(part.byteOffset, 3)
      })

      it('of a buffer that no one sends, only what the views show travels', () => {
        const pool = new Uint8Array(10_000).fill(7)
        const arrived = cross(pool.subarray(100, 104)) as Uint8Array
        assert.deepEqual([arrived.byteOffset, arrived.buffer.byteLength, ...arrived], [0, 4, 7, 7, 7, 7])
      })

      it('views that share bytes still do, those that do not get buffers of their own', () => {
        const pool = new Uint8Array(100)
        const sent = [pool.subarray(50, 60), pool.subarray(10, 20), pool.subarray(15, 30), pool.subarray(30, 32)]
        const [far, a, b, touching] = cross(sent) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
        a[5] = 9
        assert.equal(b[0], 9)
        assert.equal(touching.buffer, a.buffer)
        assert.notEqual(far.buffer, a.buffer)
        assert.deepEqual([far.buffer.byteLength, a.buffer.byteLength], [10, 22])
      })

      it('views of larger elements stand where they may, and nothing else of the buffer comes along', () => {
        const pool = new Uint8Array(64).fill(7)
        const sent = [
          new Uint8Array(pool.buffer, 13, 5),
          new Float64Array(pool.buffer, 16, 2),
          new DataView(pool.buffer, 31, 3),
        ]
        const [bytes, floats, data] = cross(sent) as [Uint8Array, Float64Array, DataView]
        assert.deepEqual(bytes, sent[0])
        assert.deepEqual(floats, sent[1])
        assert.deepEqual(data, sent[2])
        assert.equal(bytes.buffer, floats.buffer)
        assert.deepEqual([...new Uint8Array(bytes.buffer, 0, bytes.byteOffset)], [0, 0, 0, 0, 0])
      })

      it("a Buffer brings its own bytes, never its pool's", () => {
        const arrived = cross(Buffer.from('secret neighbours').subarray(0, 6)) as Buffer
        assert.ok(Buffer.isBuffer(arrived))
        assert.equal(arrived.toString(), 'secret')
        assert.equal(arrived.buffer.byteLength, 6)
      })

      it('a resizable buffer, and a view that follows it, stay so', () => {
        const buffer = new ArrayBuffer(8, { maxByteLength: 64 })
        const arrived = cross({ buffer, all: new Uint8Array(buffer), part: new Uint8Array(buffer, 2, 2) }) as {
          buffer: ArrayBuffer
          all: Uint8Array
          part: Uint8Array
        }
        assert.deepEqual([arrived.buffer.resizable, arrived.buffer.maxByteLength], [true, 64])
        arrived.buffer.resize(32)
        assert.deepEqual([arrived.all.length, arrived.part.length], [32, 2])
      })

      it('shared memory stays shared, and so do views on it', () => {
        const memory = new SharedArrayBuffer(16)
        const sent = { memory, words: new Int32Array(memory, 4, 2), again: [memory], buffer: Buffer.from(memory, 4, 4) }
        const arrived = cross(sent) as typeof sent
        assert.equal(arrived.again[0], arrived.memory)
        assert.equal(arrived.words.buffer, arrived.memory)
        new Uint8Array(arrived.memory)[15] = 6
        assert.equal(new Uint8Array(memory)[15], 6)
        arrived.words[0] = 5
        assert.equal(sent.words[0], 5)
        assert.ok(Buffer.isBuffer(arrived.buffer))
        assert.equal(arrived.buffer[0], 5)
      })
    })

    describe('what cannot cross is refused with its path', () => {
      const proxied = new Proxy({}, { ownKeys: () => { throw new Error('trap') } }) // prettier-ignore
      const detached = new ArrayBuffer(8)
      const onDetached = new Uint8Array(detached)
      structuredClone(detached, { transfer: [detached] })
      const cut = new ArrayBuffer(8, { maxByteLength: 8 })
      const onCut = new DataView(cut, 4, 4)
      cut.resize(2)

      const refused: readonly (readonly [unknown, string])[] = [
        [[{ cb: () => 1 }], 'args[0].cb: a function cannot cross'],
        [[1, { list: [0, 1, 2, Symbol('s')] }], 'args[1].list[3]: a symbol cannot cross'],
        [[{ map: new Map([['k', () => 1]]) }], 'args[0].map.get("k"): a function cannot cross'],
        [[{ map: new Map<unknown, unknown>([[1, 1], [() => 1, 2]]) }], 'args[0].map.keys()[1]: a function cannot cross'], // prettier-ignore
        [[new Map([[{}, Symbol()]])], 'args[0].values()[0]: a symbol cannot cross'],
        [[new Set([1, () => 1])], 'args[0].values()[1]: a function cannot cross'],
        [[{ 'odd key': { ü: Point } }], 'args[0]["odd key"].ü: a class cannot cross'],
        [Map, 'args: a class cannot cross'],
        [function* () {}, 'args: a generator function cannot cross'],
        [async function* () {}, 'args: a generator function cannot cross'],
        [Object.assign(() => 1, { retries: 3 }), 'args: a function with a property of its own (retries) cannot cross'],
        [new Proxy(() => 1, {}), 'args: a JavaScript Proxy cannot cross'],
        [Object.assign([1], { name: new WeakMap() }), 'args.name: a WeakMap cannot cross'],
        [[, () => 1], 'args[1]: a function cannot cross'], // oxlint-disable-line no-sparse-arrays
        [new WeakSet(), 'args: a WeakSet cannot cross'],
        [new WeakRef({}), 'args: a WeakRef cannot cross'],
        [Promise.resolve(1), 'args: a Promise cannot cross'],
        [new Point(), 'args: an instance of Point cannot cross'],
        [new Stack(), 'args: an instance of Stack cannot cross'],
        [new (class extends Map {})(), 'args: an instance of a class without a name cannot cross'],
        [new (class extends Array {})(), 'args: an instance of a class without a name cannot cross'],
        [Object.create({ a: 1 }), 'args: an object with a prototype of its own cannot cross'],
        [Object.create(Date.prototype), 'args: an object that only has the prototype of a Date cannot cross'],
        [Object(Symbol('s')), 'args: a boxed symbol cannot cross'],
        [(function* () {})(), 'args: a generator cannot cross'],
        [(async function* () {})(), 'args: a generator cannot cross'],
        [new Map().keys(), 'args: an iterator cannot cross'],
        [new AbortController().signal, 'args: an AbortSignal cannot cross'],
        [new Blob([]), 'args: a Blob cannot cross'],
        [new MessageChannel().port1, 'args: a MessagePort cannot cross'],
        [new ReadableStream(), 'args: a ReadableStream cannot cross'],
        [new Intl.NumberFormat(), 'args: an instance of NumberFormat cannot cross'],
        [process.env, 'args: an object with a prototype of its own cannot cross'],
        [[detached], 'args[0]: a detached ArrayBuffer cannot cross'],
        [onDetached, 'args: a view on bytes that are gone cannot cross'],
        [onCut, 'args: a view on bytes that are gone cannot cross'],
        [new Proxy(new Map(), {}), 'args: a JavaScript Proxy cannot cross'],
        [[proxied], 'args[0]: a value that throws when it is read (Error: trap) cannot cross'],
        [{ get x() { throw new TypeError('no') } }, 'args.x: a value that throws when it is read (TypeError: no) cannot cross'], // prettier-ignore
      ]
      for (const [value, message] of refused) it(message, () => assert.equal(refusalOf(cross, value), message))

      it('the cure stands behind it', () => {
        assert.throws(() => cross([Promise.resolve()]), /args\[0\]: a Promise cannot cross; await it first$/)
        assert.throws(
          () => cross([new Point()]),
          /; send a plain object, register its class with codec\(\), or make it an Actor and send its Remote$/,
        )
        assert.throws(
          () => cross([() => 1]),
          /a function cannot cross; only the arguments of a message may hold some, .* give a Remote or a Future$/,
        )
        assert.throws(
          () => cross([AbortSignal.abort()]),
          /; only the arguments of a message may hold one, without properties of its own$/,
        )
        assert.throws(
          () => cross([new Blob([])]),
          /; send what is in it: await it\.text\(\), or await it\.arrayBuffer\(\)$/,
        )
        assert.throws(
          () => cross([new TextDecoder()]),
          /a TextDecoder cannot cross; keep it where it is, and send plain data/,
        )
      })

      it('the error of a getter is its cause', () => {
        const cause = new Error('why')
        assert.throws(() => cross([{ get x() { throw cause } }]), { code: 'NOT_CLONEABLE', path: 'args[0].x', cause }) // prettier-ignore
      })

      it('whatever a getter throws is refused with its path, and the error can be printed', () => {
        const boom = (): never => assert.fail('asked')
        const thrown: readonly (readonly [unknown, string])[] = [
          [undefined, 'undefined'],
          [null, 'null'],
          [Symbol('s'), 'Symbol(s)'],
          [Object.create(null), 'something that cannot be shown'],
          [new Proxy({}, { get: boom, getPrototypeOf: boom, has: boom }), 'something that cannot be shown'],
        ]
        for (const [what, shown] of thrown)
          assert.throws(
            () => cross([{ get x() { throw what } }]), // prettier-ignore
            (error) => {
              assert.ok(error instanceof NotCloneable)
              assert.match(inspect(error), /NotCloneable/)
              assert.equal(error.message, `args[0].x: a value that throws when it is read (${shown}) cannot cross`)
              return true
            },
          )
      })

      it('an object with a JavaScript Proxy above it is refused, and the traps see nothing', () => {
        const boom = (): never => assert.fail('asked')
        const above = new Proxy({}, { getPrototypeOf: boom, has: boom })
        assert.equal(
          refusalOf(cross, [Object.create(above)]),
          'args[0]: an object with a prototype of its own cannot cross',
        )
      })

      it('a Proxy of a plain object or an array that shows one travels as what it shows', () => {
        assert.deepStrictEqual(cross(new Proxy({ a: [1] }, {})), { a: [1] })
        assert.deepStrictEqual(cross(new Proxy([1, { b: 2 }], {})), [1, { b: 2 }])
      })

      it('an element of a longer array that throws is refused with its index', () => {
        const array = Array.from({ length: 40 }, (_, i) => i)
        Object.defineProperty(array, 30, { enumerable: true, get: () => { throw new Error('no') } }) // prettier-ignore
        assert.equal(refusalOf(cross, array), 'args[30]: a value that throws when it is read (Error: no) cannot cross')
      })

      it('a Proxy that lies about its length does no harm', () => {
        for (const length of [-1, 2 ** 32 - 1, NaN, 'many', { valueOf: () => 3 }, Infinity])
          try {
            cross(
              new Proxy([1, 2], {
                get: (target, key, self) => (key === 'length' ? length : Reflect.get(target, key, self)),
              }),
            )
          } catch (error) {
            assert.ok(error instanceof NotCloneable)
          }
      })

      it('after a refusal the next value crosses', () => {
        for (const [value] of refused) {
          assert.throws(() => cross([{ before: {} }, value]))
          assert.deepStrictEqual(cross([{ a: 1 }, [{ a: 2 }]]), [{ a: 1 }, [{ a: 2 }]])
        }
      })

      it('a value that is nested too deep is refused, whatever it is made of', () => {
        const layers: readonly ((inner: unknown) => unknown)[] = [
          (inner) => [inner],
          (inner) => ({ inner }),
          (inner) => new Map([[1, inner]]),
          (inner) => new Map([[inner, 1]]),
          (inner) => new Set([inner]),
          (inner) => Object.assign([], { inner }),
        ]
        for (const layer of layers) {
          let value: unknown = 1
          for (let i = 0; i < 1_000; i++) value = layer(value)
          // Not by inspect(), for which this is too deep.
          assert.equal(levelsOf(cross(value)), 1_000)
          assert.match(refusalOf(cross, layer(value)), /: a value nested deeper than 1000 cannot cross$/)
          for (let i = 0; i < 100_000; i++) value = layer(value)
          const message = refusalOf(cross, value)
          assert.match(message, /: a value nested deeper than 1000 cannot cross$/)
          assert.ok(message.length < 1_000)
        }
      })

      it('a value that makes itself deeper for ever is refused', () => {
        const endless = { get more() { return Object.create(Object.prototype, Object.getOwnPropertyDescriptors(endless)) as unknown } } // prettier-ignore
        assert.match(refusalOf(cross, endless), /nested deeper/)
      })

      it('a stack that is nearly full is no crash, and spoils nothing', () => {
        const value = JSON.parse('['.repeat(900) + ']'.repeat(900)) as unknown
        let crossed = 0
        // At every 50th level on the way up from a full stack there is a little more room.
        const dive = (level: number): void => {
          try {
            dive(level + 1)
          } catch (error) {
            if (level % 50 !== 0) throw error
            assert.equal(levelsOf(cross(value)), 900)
            crossed = level
          }
        }
        dive(1)
        assert.ok(crossed > 0)
        assert.deepStrictEqual(cross([{ a: 1 }]), [{ a: 1 }])
      })
    })

    describe('S17: errors', () => {
      it('every error class that is known arrives as itself', () => {
        const classes = [
          Error,
          TypeError,
          RangeError,
          SyntaxError,
          ReferenceError,
          EvalError,
          URIError,
          ...ERROR_CLASSES,
        ]
        for (const errorClass of classes) {
          const sent = Reflect.construct(Error, ['message'], errorClass)
          const arrived = cross(sent) as Error
          assert.equal(Object.getPrototypeOf(arrived), errorClass.prototype)
          assert.ok(arrived instanceof errorClass)
          assert.ok(types.isNativeError(arrived))
          assert.deepEqual([arrived.name, arrived.message, arrived.stack], [sent.name, 'message', sent.stack])
        }
      })

      it('name, message, code, fields at any depth, cause and stack arrive', () => {
        const cause = Object.assign(new RangeError('deep'), { at: new Date(5) })
        const sent = Object.assign(new TypeError('top', { cause }), {
          code: 'E_TOP',
          details: { list: [1n, new Map([[1, cause]])] },
        })
        const arrived = cross(sent) as typeof sent
        assert.deepStrictEqual(arrived, sent)
        assert.equal(seen(arrived), seen(sent))
        assert.equal(arrived.stack, sent.stack)
        assert.equal(arrived.details.list[1]!.constructor, Map)
        assert.deepEqual(Object.keys(arrived), ['code', 'details'])
        for (const key of ['message', 'cause', 'stack'])
          assert.equal(Object.getOwnPropertyDescriptor(arrived, key)?.enumerable, false, key)
      })

      it('errors that cause each other arrive so', () => {
        const a = new Error('a')
        const b = new Error('b', { cause: a })
        a.cause = b
        const arrived = cross(a) as { cause: { cause: unknown } }
        assert.equal(arrived.cause.cause, arrived)
      })

      it('an AggregateError keeps its errors', () => {
        const arrived = cross(new AggregateError([new TypeError('a'), 'b', null], 'all')) as AggregateError
        assert.ok(arrived instanceof AggregateError)
        assert.ok(arrived.errors[0] instanceof TypeError)
        assert.deepEqual([arrived.message, arrived.errors[1], arrived.errors[2]], ['all', 'b', null])
      })

      it('a DOMException keeps name and message', () => {
        const sent = AbortSignal.abort().reason as DOMException
        const arrived = cross([sent, new DOMException('late', 'TimeoutError')]) as DOMException[]
        assert.ok(arrived[0] instanceof DOMException)
        assert.deepEqual([arrived[0].name, arrived[0].code, arrived[0].stack], ['AbortError', 20, sent.stack])
        assert.deepEqual([arrived[1]!.name, arrived[1]!.message], ['TimeoutError', 'late'])
      })

      it('our own errors keep their fields', () => {
        const sent = new ActorDead('worker', 'its thread died', { executed: 'maybe', cause: new Error('boom') })
        const arrived = cross(sent) as ActorDead
        assert.ok(arrived instanceof ActorDead)
        assert.deepEqual([arrived.code, arrived.actor, arrived.executed], ['ACTOR_DEAD', 'worker', 'maybe'])
        assert.equal(seen(arrived), seen(sent))
        assert.ok(cross(new AbortError('stop')) instanceof AbortError)
      })

      it('an error of an unknown class arrives as a RemoteError that looks like it', () => {
        class QuotaError extends RangeError {
          override name = 'QuotaError'
          left = 3
        }
        const sent = new QuotaError('too much')
        const arrived = cross(sent) as RemoteError & { left: number }
        assert.ok(arrived instanceof RemoteError)
        assert.ok(types.isNativeError(arrived))
        assert.deepEqual(
          [arrived.name, arrived.message, arrived.left, arrived.stack],
          ['QuotaError', 'too much', 3, sent.stack],
        )
        assert.equal(arrived.code, 'REMOTE_ERROR')
        assert.equal(seen(cross(arrived)), seen(arrived))
      })

      it('what an unknown class has on its prototype arrives too', () => {
        class OddError extends Error {
          override get name() {
            return 'OddError'
          }
          override get message() {
            return 'from the prototype'
          }
          get code() {
            return 42
          }
        }
        const arrived = cross(new OddError()) as Error & { code: number }
        assert.deepEqual([arrived.name, arrived.message, arrived.code], ['OddError', 'from the prototype', 42])
        assert.equal(String(arrived), 'OddError: from the prototype')
      })

      it('a name of its own is right on arrival, and as visible as it was', () => {
        const hidden = Object.defineProperty(new Error('x'), 'name', { value: 'Hidden', configurable: true })
        const shown = Object.assign(new Error('x'), { name: 'Shown' })
        const arrived = cross([hidden, shown]) as Error[]
        assert.deepEqual(arrived.map((error) => [error.name, Object.keys(error)]), [['Hidden', []], ['Shown', ['name']]]) // prettier-ignore
      })

      it('errors of Node itself arrive with their codes', () => {
        const errors = [() => Buffer.alloc(-1), () => new URL('?'), () => process.chdir('/no such')].map((run) => {
          try {
            return run()
          } catch (error) {
            return error
          }
        }) as (Error & { code: string })[]
        const arrived = cross(errors) as typeof errors
        assert.deepEqual(
          arrived.map(({ code }) => code),
          ['ERR_OUT_OF_RANGE', 'ERR_INVALID_URL', 'ENOENT'],
        )
        assert.deepEqual(
          arrived.map(({ constructor }) => constructor),
          [RangeError, TypeError, Error],
        )
      })

      it('a field that cannot travel becomes a text that says so, and the error arrives', () => {
        const shared = { fine: true }
        const sent = Object.assign(new Error('e'), {
          cb: () => 1,
          deep: { shared, list: [1, { inner: new WeakMap() }] },
          half: [shared, Symbol('s')],
          after: shared,
          memory: [new SharedArrayBuffer(1), () => 1],
        })
        Object.defineProperty(sent, 'thrower', { enumerable: true, get: () => { throw new Error('no') } }) // prettier-ignore
        const arrived = cross([sent, shared, { fine: 1 }], 'error') as [Record<string, unknown>, unknown, unknown]
        assert.match(String(arrived[0]['cb']), /^\[error\[0\]\.cb: a function cannot cross/)
        assert.match(String(arrived[0]['deep']), /^\[error\[0\]\.deep\.list\[1\]\.inner: a WeakMap cannot cross/)
        assert.match(String(arrived[0]['half']), /half\[1\]: a symbol cannot cross/)
        assert.match(String(arrived[0]['thrower']), /^\[no\]$/)
        assert.match(String(arrived[0]['memory']), /a function/)
        assert.deepEqual(arrived[0]['after'], { fine: true })
        assert.equal(arrived[0]['after'], arrived[1])
        assert.deepEqual(arrived[2], { fine: 1 })
      })

      it('a chain of causes that is too long ends in a text', () => {
        let error = new Error('innermost')
        for (let i = 0; i < 3_000; i++) error = new Error(`level ${i}`, { cause: error })
        let at: unknown = cross(error)
        let levels = 0
        while (at instanceof Error) {
          levels++
          at = at.cause
        }
        assert.equal(levels, 1_000)
        assert.match(String(at), /nested deeper than 1000/)
      })

      it('what is thrown and no error arrives as the value it is', () => {
        for (const thrown of [null, 'text', 0, undefined, { code: 1 }]) assert.deepStrictEqual(cross(thrown), thrown)
      })

      it('to make the errors of others leaves the stacks of ours as they are', () => {
        const { stackTraceLimit } = Error
        cross([new Error('a'), new DOMException('b', 'AbortError')])
        assert.equal(Error.stackTraceLimit, stackTraceLimit)
      })

      it('an odd stack does not keep an error from arriving', () => {
        const sent = new Error('x')
        sent.stack = 5 as unknown as string
        assert.equal((cross(sent) as Error).message, 'x')
        Reflect.deleteProperty(sent, 'stack')
        assert.equal((cross(sent) as Error).message, 'x')
      })
    })

    describe('what travels by reference', () => {
      it('arrives as the same thing, at any depth, and the same one once', () => {
        const remote = remoteOf('worker')
        const future = new Future(7)
        const sent = [
          remote,
          { list: [future, remote] },
          new Map<unknown, unknown>([[remote, future]]),
          new Error('e', { cause: remote }),
        ]
        const arrived = cross(sent) as [object, { list: [Future, object] }, Map<object, object>, Error]
        const [one, { list }, map, error] = arrived
        assert.equal(one, remote)
        assert.ok(list[0] instanceof Future)
        assert.equal(list[0].id, 7)
        assert.equal(list[1], one)
        assert.equal(map.get(one), list[0])
        assert.equal(error.cause, one)
      })

      it('may stand as deep as any other value', () => {
        let value: unknown = new Future(1)
        for (let i = 0; i < 1_000; i++) value = [value]
        assert.doesNotThrow(() => cross(value))
      })
    })
  })
}
