/** Whether what every program relies on is still what it was: the prototypes and constructors of JavaScript, and of Node's Buffer. */

import assert from 'node:assert/strict'

const INTRINSICS: ReadonlyMap<string, object> = new Map(
  [
    ...[
      'Object',
      'Function',
      'Array',
      'Map',
      'Set',
      'Date',
      'RegExp',
      'Promise',
      'Symbol',
      'Number',
      'String',
      'BigInt',
    ],
    ...['Error', 'TypeError', 'AggregateError', 'DOMException', 'URL', 'URLSearchParams', 'ArrayBuffer', 'Buffer'],
    ...['SharedArrayBuffer', 'Uint8Array', 'DataView', 'Iterator'],
  ].flatMap((name) => {
    const found: unknown = Reflect.get(globalThis, name)
    return typeof found === 'function' ? [[name, found], [`${name}.prototype`, found.prototype as object]] : [] // prettier-ignore
  }),
)

type Look = ReadonlyMap<string | symbol, PropertyDescriptor | object | null>

function look(object: object): Look {
  const own = Reflect.ownKeys(object).map((key) => [key, Object.getOwnPropertyDescriptor(object, key)!] as const)
  return new Map<string | symbol, PropertyDescriptor | object | null>([
    ...own,
    ['[[Prototype]]', Object.getPrototypeOf(object) as object | null],
  ])
}

const before = new Map([...INTRINSICS].map(([name, object]) => [name, look(object)]))

/** Fails if a property of them was added, removed or changed since this module was loaded, or a prototype of theirs. */
export function assertUnpolluted(): void {
  for (const [name, object] of INTRINSICS) {
    const then = before.get(name)!
    const now = look(object)
    assert.deepEqual([...now.keys()], [...then.keys()], name)
    for (const [key, found] of now)
      if (key === '[[Prototype]]') assert.equal(found, then.get(key), `the prototype of ${name}`)
      else
        for (const part of ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'] as const)
          assert.ok(
            Object.is((found as PropertyDescriptor)[part], (then.get(key) as PropertyDescriptor)[part]),
            `${name}.${String(key)}`,
          )
  }
}
