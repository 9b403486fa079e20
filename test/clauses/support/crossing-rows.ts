/**
 * The rows of docs/crossing-threads.md: of each kind of value one that is sent, and what must arrive. Both sides have them, and so
 * does the page.
 */

import assert from 'node:assert/strict'
import { types } from 'node:util'
import { RemoteError } from '../../../src/index.ts'
import { BillError, Branch, Fragile, Money } from '../fixtures/goods.ts'
import { sharedParts, TRAVELLERS } from './values.ts'

/** A kind that travels. */
export interface Row {
  readonly make: () => unknown
  /** Fails unless that is what must have arrived; without it, it must be equal. */
  readonly check?: (arrived: never) => void
}

const equal = (...names: readonly string[]): Row => ({ make: () => names.map((name) => TRAVELLERS[name]!()) })

class Unregistered extends RangeError {
  override name = 'Unregistered'
  left = 3
}

class Point {
  x = 1
}

/** The first cell of the row, as it stands in the page. */
export const ROWS: Readonly<Record<string, Row>> = {
  '`undefined`, `null`, booleans, numbers, bigints, strings': equal('undefined', 'null', 'booleans', 'numbers', 'bigints', 'strings'), // prettier-ignore
  'plain objects': equal('plain object', 'object without a prototype', '__proto__ as a key'),
  arrays: {
    make: () => [TRAVELLERS['arrays']!(), TRAVELLERS['array with holes']!(), Object.assign([1], { name: 'x' })],
    check: ([dense, sparse, named]: [unknown, unknown[], { name?: string }]) => {
      assert.deepStrictEqual(dense, TRAVELLERS['arrays']!())
      assert.deepEqual([sparse.length, 1 in sparse, named.name], [3, false, 'x'])
    },
  },
  '`Map`, `Set`': equal('map', 'set'),
  '`Date`, `RegExp`': {
    make: () => [...(TRAVELLERS['dates']!() as Date[]), Object.assign(/a/gi, { lastIndex: 1 })],
    check: ([zero, later, regexp]: [Date, Date, RegExp]) => {
      assert.deepEqual([zero.getTime(), later.getTime()], [0, 1e12])
      assert.deepEqual([regexp.source, regexp.flags, regexp.lastIndex], ['a', 'gi', 0])
    },
  },
  'boxed primitives': equal('boxed'),
  '`ArrayBuffer`, typed arrays, `DataView`': {
    make: () => {
      const bytes = new Uint8Array(8)
      return { kinds: TRAVELLERS['typed arrays']!(), parts: [bytes.subarray(1, 4), bytes.subarray(2, 6)] }
    },
    check: ({ kinds, parts: [a, b] }: { kinds: unknown; parts: [Uint8Array, Uint8Array] }) => {
      assert.deepStrictEqual(kinds, TRAVELLERS['typed arrays']!())
      assert.equal(a.buffer, b.buffer)
      assert.equal(a.buffer.byteLength, 5)
    },
  },
  '`Buffer`': {
    make: () => Buffer.from('secret neighbours').subarray(0, 6),
    check: (buffer: Buffer) => {
      assert.ok(Buffer.isBuffer(buffer))
      assert.deepEqual([buffer.toString(), buffer.buffer.byteLength], ['secret', 6])
    },
  },
  '`URL`, `URLSearchParams`': {
    make: () => [new URL('https://example.org/a?b=c#d'), new URLSearchParams('a=1&a=2')],
    check: ([url, params]: [URL, URLSearchParams]) => {
      assert.ok(url instanceof URL && params instanceof URLSearchParams)
      assert.deepEqual([url.href, params.getAll('a')], ['https://example.org/a?b=c#d', ['1', '2']])
    },
  },
  'errors of JavaScript, Node and tsworks': {
    make: () => {
      const cause = Object.assign(new RangeError('deep'), { code: 'E_DEEP' })
      return [Object.assign(new TypeError('top', { cause }), { list: [1n] }), new AggregateError([cause], 'all'), new DOMException('late', 'TimeoutError')] // prettier-ignore
    },
    check: ([error, all, late]: [TypeError & { list: unknown }, AggregateError, DOMException]) => {
      assert.ok(error instanceof TypeError && types.isNativeError(error))
      assert.ok(error.cause instanceof RangeError)
      assert.equal(error.cause, all.errors[0])
      assert.match(String(error.stack), /crossing-rows/)
      assert.deepEqual([error.message, error.list, (error.cause as { code?: string }).code], ['top', [1n], 'E_DEEP'])
      assert.ok(late instanceof DOMException)
      assert.deepEqual([late.name, late.message], ['TimeoutError', 'late'])
    },
  },
  "errors of one's own classes, registered with `codec()`": {
    make: () => new BillError('not paid', 5, { cause: new BillError('nor before', 6) }),
    check: (error: BillError) => {
      assert.equal(Object.getPrototypeOf(error), BillError.prototype)
      assert.ok(error.cause instanceof BillError)
      assert.deepEqual([error.name, error.message, error.owed.cents], ['BillError', 'not paid', 5])
      assert.match(String(error.stack), /crossing-rows/)
    },
  },
  "other errors of one's own": {
    make: () => new Unregistered('too much'),
    check: (error: RemoteError & { left: number }) => {
      assert.ok(error instanceof RemoteError)
      assert.deepEqual([error.name, error.message, error.left], ['Unregistered', 'too much', 3])
    },
  },
  'instances of a class with a `codec()`': {
    make: () => {
      const root = new Branch()
      root.branches.push(root)
      root.fruit = new Map([['price', new Money(7)]])
      return root
    },
    check: (root: Branch) => {
      assert.ok(root instanceof Branch && root.branches[0] === root)
      assert.equal((root.fruit as Map<string, Money>).get('price')!.cents, 7)
    },
  },
  'cycles, and one object in several places': {
    make: sharedParts,
    check: (value: ReturnType<typeof sharedParts>) => {
      assert.equal(value.first, value.second)
      assert.equal(value.self, value)
      assert.equal(value.map.get('self'), value.map)
    },
  },
}

/** What cannot travel: the first cell of its row; and in the refusal, what it is and the cure. */
export const REFUSED: Readonly<Record<string, { readonly make: () => unknown; readonly why: RegExp }>> = {
  'instances of any other class': {
    make: () => new Point(),
    why: /an instance of Point cannot cross; send a plain object, register its class with codec\(\), or make it an Actor/,
  },
  'classes, generator functions, functions with properties of their own': {
    make: () => Point,
    why: /a class cannot cross; send a function that makes what is wanted$/,
  },
  symbols: { make: () => Symbol('s'), why: /a symbol cannot cross; send a string$/ },
  '`WeakMap`, `WeakSet`, `WeakRef`': { make: () => new WeakMap(), why: /a WeakMap cannot cross; what is weak/ },
  'MessagePorts, WritableStreams, TransformStreams and FileHandles without `transfer`': {
    make: () => new WritableStream(),
    why: /a WritableStream cannot cross; move it by transfer\(\), or send a function that writes$/,
  },
  Promises: { make: () => Promise.resolve(), why: /a Promise cannot cross; await it first$/ },
  'a codec that throws, or what it writes and cannot travel': {
    make: () => new Fragile('write'),
    why: /an instance that its codec Fragile cannot write \(BillError: broken on the way out\) cannot cross$/,
  },
  'a getter or a JavaScript Proxy that throws': {
    make: () => new Proxy({}, { ownKeys: () => { throw new Error('trap') } }), // prettier-ignore
    why: /a value that throws when it is read \(Error: trap\) cannot cross$/,
  },
  'more than 1,000 levels of nesting': {
    make: () => JSON.parse('['.repeat(1_001) + ']'.repeat(1_001)) as unknown,
    why: /a value nested deeper than 1000 cannot cross; send it in parts, or as a list$/,
  },
  'a built-in with a property of its own': {
    make: () => Object.assign(new Date(0), { zone: 'UTC' }),
    why: /a Date with a property of its own \(zone\) cannot cross; send the two beside each other/,
  },
}

/** Rows that take more than one value to be seen: the test that sees each, by its file and the begin of its name. */
export const ELSEWHERE: Readonly<Record<string, readonly [file: string, name: string]>> = {
  '`SharedArrayBuffer`, and views on one': ['copies', 'S6: shared memory stays shared'],
  'ArrayBuffers (of views, too), MessagePorts, web streams and FileHandles in `transfer`': [
    'moving',
    'S5: ports, files and streams move',
  ],
  'what `share` gave': ['moving', 'S5: what is shared is frozen, and within a thread the same object'],
  'Remotes and Futures': ['copies', 'S6: Remotes and Futures travel at any depth'],
  'functions in arguments': ['lent', 'S6: a function as an argument is called by reference, at any depth'],
  'AbortSignals in arguments': ['lent', 'S6: an AbortSignal at any depth is a real one'],
  "async iterables (generators of `async *` methods, ReadableStreams, Readables, one's own) in arguments and results": [
    'streams',
    'S6: a method that is an async generator gives a stream, with its return value',
  ],
  'functions and AbortSignals in results, and in what a Future is given': [
    'lent',
    'S6: in results, and in what a Future is given, they are refused',
  ],
}
