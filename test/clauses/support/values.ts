/** What travels, and what does not. Each is made anew where it is needed, so that both sides know what it must be. */

/** One value of each kind that travels. */
export const TRAVELLERS: Readonly<Record<string, () => unknown>> = {
  undefined: () => undefined,
  null: () => null,
  booleans: () => [true, false],
  numbers: () => [0, -0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 53, 0.1, NaN, Infinity, -Infinity, Number.MIN_VALUE],
  bigints: () => [0n, -1n, 2n ** 64n, -(2n ** 200n)],
  strings: () => ['', 'plain', 'naïve ☃ 😀', '\0', 'x'.repeat(100_000), '\ud800 alone'],
  'plain object': () => ({ a: 1, b: { c: 'deep' }, 'odd key': undefined, 7: 'index' }),
  'object without a prototype': () => Object.assign(Object.create(null) as object, { bare: true }),
  '__proto__ as a key': () => JSON.parse('{"__proto__":{"polluted":true}}') as unknown,
  arrays: () => [[], [[]], [1, 'two', [3]]],
  // oxlint-disable-next-line no-sparse-arrays -- that is what travels
  'array with holes': () => [1, , 3],
  map: () =>
    new Map<unknown, unknown>([
      ['a', 1],
      [{ key: true }, new Map([[1, 2]])],
    ]),
  set: () => new Set<unknown>(['a', 1, null]),
  dates: () => [new Date(0), new Date(1e12)],
  regexp: () => /a[b-c]+/giu,
  boxed: () => [Object(1), Object('x'), Object(true), Object(1n)],
  'array buffer': () => new Uint8Array([1, 2, 3]).buffer,
  'typed arrays': () => [
    new Int8Array([-1]),
    new Uint8Array([255]),
    new Uint8ClampedArray([300]),
    new Int16Array([-300]),
    new Uint16Array([65_535]),
    new Int32Array([-70_000]),
    new Uint32Array([2 ** 31]),
    new Float32Array([0.5]),
    new Float64Array([0.1]),
    new BigInt64Array([-1n]),
    new BigUint64Array([2n ** 63n]),
    new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2),
  ],
  'large typed array': () => new Float64Array(50_000).map((_, index) => index / 3),
  buffer: () => Buffer.from('a pooled Buffer'),
  url: () => new URL('https://example.org/a?b=c#d'),
  'url parameters': () => new URLSearchParams('a=1&a=2'),
}

/** The same object in several places, and in itself. */
export function sharedParts() {
  const part = { part: true }
  const map = new Map<string, unknown>()
  map.set('self', map)
  const value: { first: object; second: object; self: unknown; map: Map<string, unknown> } = {
    first: part,
    second: part,
    self: undefined,
    map,
  }
  value.self = value
  return value
}

class Instance {
  field = 1
}

/** What cannot travel, where it stands in the arguments, and what the error says of it. */
export function CANNOT_TRAVEL(): readonly { readonly value: unknown; readonly path: string; readonly found: RegExp }[] {
  return [
    {
      value: Object.assign(() => 1, { retries: 3 }),
      path: 'args[0]',
      found: /a function with a property of its own \(retries\) cannot cross; /,
    },
    { value: [Instance], path: 'args[0][0]', found: /a class cannot cross; / },
    {
      value: Object.assign(new AbortController().signal, { by: 'me' }),
      path: 'args[0]',
      found: /an AbortSignal cannot cross; .* without properties of its own/,
    },
    {
      value: { cb: new WeakMap() },
      path: 'args[0].cb',
      found: /: args\[0\]\.cb: a WeakMap cannot cross; what is weak/,
    },
    {
      value: { list: [1, { 'odd key': Symbol('s') }] },
      path: 'args[0].list[1]["odd key"]',
      found: /a symbol cannot cross; /,
    },
    { value: new Map([['k', Promise.resolve()]]), path: 'args[0].get("k")', found: /a Promise cannot cross; / },
    { value: [[[new Instance()]]], path: 'args[0][0][0][0]', found: /an instance of Instance cannot cross; / },
    { value: new WeakRef({}), path: 'args[0]', found: /a WeakRef cannot cross/ },
    { value: new Set([new (class extends Map {})()]), path: 'args[0].values()[0]', found: /cannot cross/ },
  ]
}
