/** Arbitrary values of all kinds that can cross, with shared references and cycles among them. */

import * as fc from 'fast-check'

const scalars = [
  fc.anything({ maxDepth: 0 }),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(/a/g, /[b]/iu),
  fc.uint8Array().map((bytes) => bytes.buffer),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  fc.webUrl().map((url) => new URL(url)),
  fc.string().map((message) => Object.assign(new TypeError(message), { code: message })),
]

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', '0', '10', 'id', 'name'),
)

const rich = fc.anything({
  key,
  maxDepth: 4,
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
  values: [...scalars, fc.array(fc.record({ id: fc.nat(), at: fc.double(), name: fc.string() }))],
})

/** Lets objects of the list hold each other, and themselves. */
function linked([values, links]: [unknown[], (readonly [number, number])[]]): unknown {
  for (const [from, to] of links) {
    const holder = values[from % values.length]
    const held = values[to % values.length]
    if (holder instanceof Map) holder.set(held, held)
    else if (holder instanceof Set) holder.add(held)
    else if (Array.isArray(holder)) holder.push(held)
    else if (typeof holder === 'object' && holder !== null && isPlain(holder)) Reflect.set(holder, `link${to}`, held)
  }
  return values
}

function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === Object.prototype || prototype === null
}

export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  rich,
  fc.tuple(fc.array(rich, { minLength: 1 }), fc.array(fc.tuple(fc.nat(20), fc.nat(20)))).map(linked),
)
