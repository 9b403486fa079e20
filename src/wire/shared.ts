/**
 * share(): values that no code can change any more, so that they need no copy (S5).
 *
 *   share(value) ── looks at all of it ──▶ freezes all of it ──▶ within a thread: the same object
 *                └▶ refuses, with the path: nothing was frozen  └▶ to another one: a copy, frozen and shared there as well
 *
 * Invariant: whatever is marked is frozen, and so is all that can be reached from it; no mark is taken off. So a part of a shared value is
 * shared, too.
 */

import { types } from 'node:util'
import { classify, withArticle, type Kind } from './classify.ts'
import { MAX_DEPTH } from './kinds.ts'
import { refusal, TOO_DEEP, type Found, type Step } from './refusal.ts'

/** A constructor that makes nothing: the fields of a class that extends it are put on what it is given. */
const Given = function (object: object): object {
  return object
} as unknown as new (object: object) => object

/** Those that could take no mark, since they were frozen before. */
const frozenBefore = new WeakSet()

/** A private field as the mark: to put all into a WeakSet takes four times as long as to freeze them, and arriving objects are many. */
class Mark extends Given {
  readonly #isShared = true

  /** Marks and freezes an object. */
  static put(object: object): void {
    // JavaScript will not let a private field be put on what is not extensible: the proposal is nonextensible-applies-to-private.
    const takesFields = Object.isExtensible(object)
    if (!takesFields) frozenBefore.add(object)
    Object.freeze(takesFields ? new Mark(object) : object)
  }

  static isOn(object: object): boolean {
    return #isShared in object ? object.#isShared : frozenBefore.has(object)
  }
}

/** Most programs share nothing: to ask a flag first costs nothing. */
let isAnyShared = false

export function isShared(value: object): boolean {
  return isAnyShared && Mark.isOn(value)
}

/** A value that was frozen, at any depth. */
export type Shared<T> = unknown extends T ? T : { readonly [K in keyof T]: Shared<T[K]> }

/**
 * Freezes a value at any depth, so that it can be passed without a copy: to objects in the same thread it goes by reference; in another thread
 * it arrives as a copy, which is frozen and shared in its turn.
 *
 * @param value plain objects and arrays of primitives, at any depth; it is frozen in its place
 * @returns the value itself
 * @throws NotCloneable, with the path, for anything else in it: to freeze a Map, a Date or a typed array freezes nothing of what it holds, and
 *   nothing has been frozen then
 * @example
 * const rules = share({ limits: [1, 2, 3], names: { a: 'b' } })
 * for (const worker of this.actors('worker')) tell(worker).obey(rules)
 */
export function share<T>(value: T): Shared<T> {
  const all = checked(value)
  if (all.size > 0) isAnyShared = true
  for (const object of all.keys()) Mark.put(object)
  return value
}

/** Takes for shared what was just made, of what another thread has shared; false, and nothing done, if it cannot be. */
export function shareArrived(objects: readonly (object | undefined)[]): boolean {
  for (const object of objects) if (object === undefined || !SHAREABLE.has(classify(object))) return false
  isAnyShared = true
  for (const object of objects) Mark.put(object!)
  return true
}

const SHAREABLE: ReadonlySet<Kind> = new Set<Kind>(['plain', 'bare', 'array'])

/** Where an object was found first. */
interface Origin {
  readonly holder: object | undefined
  readonly step: Step
  readonly depth: number
}

/** All objects in a value, by where they were found; throws if one of them cannot be shared. Runs no code of the user's. */
function checked(root: unknown): ReadonlyMap<object, Origin> {
  const all = new Map<object, Origin>()
  const add = (value: unknown, origin: Origin): void => {
    if (typeof value === 'symbol' || typeof value === 'function') throw refused(all, origin, whyNot(value))
    if (typeof value !== 'object' || value === null || all.has(value) || isShared(value)) return
    if (types.isProxy(value) || !SHAREABLE.has(classify(value))) throw refused(all, origin, whyNot(value))
    if (origin.depth > MAX_DEPTH) throw refused(all, origin, { ...TOO_DEEP, cannot: 'be shared' })
    all.set(value, origin)
  }
  add(root, { holder: undefined, step: '', depth: 1 })
  // A Map also goes on to what is added while it is walked.
  for (const [object, { depth }] of all) {
    const isArray = Array.isArray(object)
    for (const key of Reflect.ownKeys(object)) {
      if (isArray && key === 'length') continue
      const origin = { holder: object, step: stepOf(key, isArray), depth: depth + 1 }
      const property = Object.getOwnPropertyDescriptor(object, key)!
      if (typeof key === 'symbol') throw refused(all, origin, SYMBOL_KEY)
      if (property.get !== undefined || property.set !== undefined) throw refused(all, origin, ACCESSOR)
      if (!property.enumerable) throw refused(all, origin, HIDDEN)
      add(property.value, origin)
    }
  }
  return all
}

function stepOf(key: string | symbol, isArray: boolean): Step {
  if (typeof key === 'symbol') return key.toString()
  return isArray && /^\d+$/.test(key) ? Number(key) : key
}

function refused(all: ReadonlyMap<object, Origin>, origin: Origin, found: Found): Error {
  const steps: Step[] = []
  for (let at: Origin | undefined = origin; at?.holder !== undefined; at = all.get(at.holder)) steps.unshift(at.step)
  return refusal({ path: 'share(value)', executed: 'no' }, steps, found)
}

const CURE = 'only plain objects and arrays of primitives can; send it as it is, which copies it'

const SYMBOL_KEY: Found = { found: 'a property whose key is a symbol', cannot: 'be shared', cure: 'it does not travel' }
const HIDDEN: Found = {
  found: 'a property that is not enumerable',
  cannot: 'be shared',
  cure: 'it does not travel to other threads',
}
const ACCESSOR: Found = {
  found: 'a getter or setter',
  cannot: 'be shared',
  cure: 'it can give something else each time: replace it by a value',
}

function whyNot(value: object | symbol): Found {
  const found = { found: nameOf(value), cannot: 'be shared' as const }
  if (types.isArrayBufferView(value) || types.isArrayBuffer(value))
    return {
      ...found,
      cure: 'its bytes cannot be frozen: put them in a SharedArrayBuffer, or send it as it is, which copies it',
    }
  if (types.isSharedArrayBuffer(value))
    return { ...found, cure: 'it is shared already, and can be written to: send it as it is' }
  if (types.isMap(value) || types.isSet(value) || types.isDate(value))
    return { ...found, cure: `to freeze it freezes nothing of what it holds: ${CURE}` }
  return { ...found, cure: CURE }
}

/** With its article. No code of the user's runs. */
function nameOf(value: object | symbol): string {
  if (typeof value === 'symbol') return 'a symbol'
  if (types.isProxy(value)) return 'a JavaScript Proxy'
  if (typeof value === 'function') return 'a function'
  const prototype = Object.getPrototypeOf(value) as object
  const constructor: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  const name = typeof constructor === 'function' ? constructor.name : ''
  if (name === '') return 'an object with a prototype of its own'
  return withArticle(name)
}
