/**
 * What kind of thing an object is, as far as travelling goes. The codec and the copy within a thread both ask here, so what crosses
 * one border crosses the other.
 *
 *   plain     made by {…}: its own enumerable string keys travel         bare     the same without a prototype
 *   array     made by […]                                               boxed    new Number(1), Object('x'), …
 *   view      a typed array or DataView                                  buffer   Node's Buffer
 *   error     any error, of whatever class                               other    may travel by reference, else it cannot
 *
 * An object is what its prototype says, if it is really made that way; so an instance of a class of the user's, or of a subclass of Map,
 * is 'other', whatever it holds. Objects of another realm (node:vm, test runners) count as ours; a JavaScript Proxy counts as the plain
 * object or array that it shows.
 *
 * No property of an object is looked at before it is known to be none that travels by reference.
 */

import { types } from 'node:util'
import type { Found } from './refusal.ts'
import { VIEW_NAMES } from './views.ts'

export type Kind =
  | 'plain'
  | 'bare'
  | 'array'
  | 'date'
  | 'regexp'
  | 'map'
  | 'set'
  | 'boxed'
  | 'buffer'
  | 'array-buffer'
  | 'shared-memory'
  | 'view'
  | 'error'
  | 'dom-exception'
  | 'url'
  | 'url-params'
  | 'other'

/** The kinds that travel as values. */
export type ValueKind = Exclude<Kind, 'other'>

interface Builtin {
  readonly kind: ValueKind
  /** Whether an object with the prototype is really one. */
  readonly isOne: (value: object) => boolean
}

const BUILTINS = new Map<object, Builtin>()

function builtin(kind: ValueKind, isOne: (value: object) => boolean, names: readonly string[]): void {
  for (const name of names) {
    const { prototype } = (Reflect.get(globalThis, name) ?? {}) as { readonly prototype?: object }
    if (prototype !== undefined) BUILTINS.set(prototype, { kind, isOne })
  }
}

builtin('plain', () => true, ['Object'])
builtin('array', Array.isArray, ['Array'])
builtin('date', types.isDate, ['Date'])
builtin('regexp', types.isRegExp, ['RegExp'])
builtin('map', types.isMap, ['Map'])
builtin('set', types.isSet, ['Set'])
builtin('boxed', (value) => types.isBoxedPrimitive(value) && !types.isSymbolObject(value), [
  'Number',
  'String',
  'Boolean',
  'BigInt',
])
builtin('buffer', types.isUint8Array, ['Buffer'])
builtin('array-buffer', types.isArrayBuffer, ['ArrayBuffer'])
builtin('shared-memory', types.isSharedArrayBuffer, ['SharedArrayBuffer'])
builtin('view', types.isArrayBufferView, VIEW_NAMES)
builtin('dom-exception', readable(DOMException.prototype, 'code'), ['DOMException'])
builtin('url', readable(URL.prototype, 'href'), ['URL'])
builtin('url-params', readable(URLSearchParams.prototype, 'size'), ['URLSearchParams'])

/** Tells the objects on which a getter of their class works, which looks at what only real ones have. */
function readable(prototype: object, name: string): (value: object) => boolean {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get
  return (value) => {
    try {
      get?.call(value)
      return true
    } catch {
      return false
    }
  }
}

/** Whether it is the prototype of a class of JavaScript or Node. */
export function isBuiltin(prototype: object): boolean {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return BUILTINS.has(prototype) || (typeof constructor === 'function' && isNative(constructor))
}

/** Throws what a trap throws, if the object is a JavaScript Proxy. */
export function classify(value: object): Kind {
  if (typeof value === 'function') return 'other'
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === Object.prototype) return 'plain'
  if (prototype === Array.prototype && Array.isArray(value)) return 'array'
  if (prototype === null) return 'bare'
  const known = BUILTINS.get(prototype)
  if (known !== undefined) return known.isOne(value) ? known.kind : 'other'
  return types.isNativeError(value) ? 'error' : 'other'
}

/** The second look at an 'other' that does not travel by reference: its kind after all, or why it cannot cross. */
export function classifyOther(value: object): ValueKind | Found {
  if (typeof value === 'function') return foundFunction(value)
  const prototype = Object.getPrototypeOf(value) as object
  const ours = BUILTINS.get(sameInThisRealm(prototype) ?? prototype)
  if (ours?.isOne(value) === true) return ours.kind
  if (isDomException(value)) return 'error'
  return describe(value, prototype)
}

const isDomException = readable(DOMException.prototype, 'code')

const realms = new WeakMap<object, object | undefined>()

/** The prototype of this realm that is to it what `prototype` is to another one. */
function sameInThisRealm(prototype: object): object | undefined {
  if (realms.has(prototype)) return realms.get(prototype)
  const constructor = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value as unknown
  let ours: object | undefined
  if (typeof constructor === 'function' && constructor.prototype === prototype && isNative(constructor))
    ours = (Reflect.get(globalThis, constructor.name) as { readonly prototype?: object } | undefined)?.prototype
  realms.set(prototype, ours)
  return ours
}

/** Whether a constructor is JavaScript's own, of whichever realm. */
export function isNative(constructor: object): boolean {
  return Function.prototype.toString.call(constructor).endsWith('{ [native code] }')
}

const FUNCTION: Found = {
  found: 'a function',
  cure: 'only the arguments of a message may hold some, which are lent to it; to be called later, or in answer, give a Remote or a Future',
}

/** Whether a function may be lent, as far as it goes by what it is: not one of which more than its call would be missed. */
export function mayBeLent(value: object): boolean {
  return foundFunction(value) === FUNCTION
}

function foundFunction(value: object): Found {
  if (types.isProxy(value)) return { found: 'a JavaScript Proxy', cure: 'send a function that calls it' }
  // Of a class, and of a class of JavaScript's own, it cannot be written to.
  if (Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false)
    return { found: 'a class', cure: 'send a function that makes what is wanted' }
  if (types.isGeneratorFunction(value)) return { found: 'a generator function', cure: COLLECT_CURE }
  const [key] = Object.keys(value)
  if (key === undefined) return FUNCTION
  return {
    found: `a function with a property of its own (${key})`,
    cure: 'send the two beside each other in a plain object',
  }
}

export const SYMBOL: Found = { found: 'a symbol', cure: 'send a string' }

const INSTANCE_CURE = 'send a plain object, register its class with codec(), or make it an Actor and send its Remote'

const COLLECT_CURE = 'collect what it yields in an array'

const CONTENT_CURE = 'send what is in it: await it.text(), or await it.arrayBuffer()'
const WEAK_CURE = 'what is weak has no content of its own; send a plain object, a Map or a Set'
const WRITABLE_CURE = 'move it by transfer(), or send a function that writes'
const READABLE_CURE = 'only arguments and results of methods may hold one; or move it by transfer()'

/** What to do with an object of a class of JavaScript or Node; for most the last words of describe() hold. */
const CURES: ReadonlyMap<string, string> = new Map([
  ['AbortSignal', 'only the arguments of a message may hold one, without properties of its own'],
  ['AbortController', 'keep it, and send its signal'],
  ...['Blob', 'File', 'Request', 'Response'].map((name) => [name, CONTENT_CURE] as const),
  ...['Headers', 'FormData'].map((name) => [name, 'send [...it]'] as const),
  ...['WeakMap', 'WeakSet', 'WeakRef'].map((name) => [name, WEAK_CURE] as const),
  ...['WritableStream', 'TransformStream'].map((name) => [name, WRITABLE_CURE] as const),
  ['ReadableStream', READABLE_CURE],
  ...['MessagePort', 'MessageChannel', 'BroadcastChannel'].map(
    (name) => [name, 'pass a Remote, and let the other call its methods'] as const,
  ),
])

function describe(value: object, prototype: object): Found {
  if (types.isPromise(value)) return { found: 'a Promise', cure: 'await it first' }
  if (types.isGeneratorObject(value)) return { found: 'a generator', cure: COLLECT_CURE }
  if (types.isProxy(value)) return { found: 'a JavaScript Proxy', cure: 'send a plain copy' }
  if (types.isSymbolObject(value)) return { found: 'a boxed symbol', cure: 'send a string' }
  const name = classNameOf(prototype)
  if (name === undefined)
    return isOfNameless(prototype)
      ? { found: 'an instance of a class without a name', cure: INSTANCE_CURE }
      : { found: 'an object with a prototype of its own', cure: 'send { ...it }' }
  if (name === 'Iterator') return { found: 'an iterator', cure: COLLECT_CURE }
  if (BUILTINS.has(prototype)) return { found: `an object that only has the prototype of ${withArticle(name)}` }
  return isGlobal(name, prototype)
    ? { found: withArticle(name), cure: CURES.get(name) ?? 'keep it where it is, and send plain data of it' }
    : { found: `an instance of ${name}`, cure: INSTANCE_CURE }
}

/** Kinds of which only what they hold travels, so that a property of their own would be lost. To look at a typed array for some costs too much. */
const CLOSED: ReadonlySet<ValueKind> = new Set<ValueKind>([
  'date',
  'regexp',
  'map',
  'set',
  'boxed',
  'array-buffer',
  'shared-memory',
  'url',
  'url-params',
])

/** Why an object that has more than its kind holds cannot cross. */
export function moreThanItsKind(value: object, kind: ValueKind): Found | undefined {
  if (!CLOSED.has(kind)) return undefined
  const keys = Object.keys(value)
  if (keys.length === 0) return undefined
  // The letters of a text are properties of its box.
  const key = keys.find((one) => !(types.isStringObject(value) && /^\d+$/.test(one)))
  if (key === undefined) return undefined
  const name = classNameOf(Object.getPrototypeOf(value) as object) ?? kind
  return {
    found: `${withArticle(name)} with a property of its own (${key})`,
    cure: 'send the two beside each other in a plain object',
  }
}

/** `a Blob`, `an AbortSignal`, `a URL`. */
export function withArticle(name: string): string {
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`
}

function classNameOf(prototype: object): string | undefined {
  const name = (prototype.constructor as { readonly name?: unknown } | undefined)?.name
  return typeof name === 'string' && name !== '' && name !== 'Object' ? name : undefined
}

/** Whether a prototype is that of a class without a name, which stands in it as its constructor. */
function isOfNameless(prototype: object): boolean {
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  return typeof constructor === 'function' && constructor.name === '' && !isNative(constructor)
}

function isGlobal(name: string, prototype: object): boolean {
  return (Reflect.get(globalThis, name) as { readonly prototype?: unknown } | undefined)?.prototype === prototype
}
