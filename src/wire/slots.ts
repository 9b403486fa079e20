/**
 * What built-in objects really hold, read by the methods of their classes: an object may have got properties of its own that hide
 * those, and the copy must not depend on them.
 */

import { types } from 'node:util'

function getter<T>(prototype: object, name: string | symbol): (one: object) => T {
  const get = Object.getOwnPropertyDescriptor(prototype, name)!.get!
  return (one) => Reflect.apply(get, one, []) as T
}

function method<T>(of: (...args: never[]) => T): (one: object) => T {
  return (one) => Reflect.apply(of, one, [])
}

export const timeOf: (date: object) => number = method(Date.prototype.getTime)
export const sourceOf: (regexp: object) => string = getter(RegExp.prototype, 'source')
const FLAGS = Object.entries({
  d: 'hasIndices',
  g: 'global',
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  u: 'unicode',
  v: 'unicodeSets',
  y: 'sticky',
}).map(([flag, name]) => ({ flag, isSet: getter<boolean>(RegExp.prototype, name) }))

/** Not the `flags` of a regular expression, which asks for its properties. */
export function flagsOf(regexp: object): string {
  let flags = ''
  for (const { flag, isSet } of FLAGS) if (isSet(regexp)) flags += flag
  return flags
}

export const hrefOf: (url: object) => string = getter(URL.prototype, 'href')
export const queryOf: (params: object) => string = method(URLSearchParams.prototype.toString)

export const messageOf: (exception: object) => string = getter(DOMException.prototype, 'message')
export const nameOf: (exception: object) => string = getter(DOMException.prototype, 'name')

/** The entries of a Map as they are now, whatever happens to it while they are read. */
export function entriesOf(map: object): readonly (readonly [unknown, unknown])[] {
  const entries: (readonly [unknown, unknown])[] = []
  Map.prototype.forEach.call(map as Map<unknown, unknown>, (value, key) => entries.push([key, value]))
  return entries
}

/** The members of a Set as they are now. */
export function membersOf(set: object): readonly unknown[] {
  const members: unknown[] = []
  Set.prototype.forEach.call(set as Set<unknown>, (member) => members.push(member))
  return members
}

const unboxers = [Number, String, Boolean, BigInt].map(({ prototype }) => method<unknown>(prototype.valueOf))

/** The primitive value that `new Number()`, `Object('x')` and the like hold. */
export function unboxed(box: object): unknown {
  for (const unbox of unboxers) {
    try {
      return unbox(box)
    } catch {
      // It is a box of another type.
    }
  }
  throw new TypeError('this is no box of a primitive value')
}

/** A part of a buffer. */
export interface Extent {
  readonly buffer: ArrayBufferLike
  readonly byteOffset: number
  readonly byteLength: number
}

/** The name of a typed array's class, of whichever realm; undefined for a DataView. */
export const typedArrayName: (view: object) => string | undefined = getter(
  Object.getPrototypeOf(Uint8Array.prototype) as object,
  Symbol.toStringTag,
)

const extentOfTypedArray = extentReader(Object.getPrototypeOf(Uint8Array.prototype) as object)
const extentOfDataView = extentReader(DataView.prototype)

/** Where the bytes of a view are. Throws for a DataView that has none any more. */
export function extentOf(view: object): Extent {
  return typedArrayName(view) === undefined ? extentOfDataView(view) : extentOfTypedArray(view)
}

function extentReader(prototype: object): (view: object) => Extent {
  const buffer = getter<ArrayBufferLike>(prototype, 'buffer')
  const byteOffset = getter<number>(prototype, 'byteOffset')
  const byteLength = getter<number>(prototype, 'byteLength')
  return (view) => ({ buffer: buffer(view), byteOffset: byteOffset(view), byteLength: byteLength(view) })
}

/** The size of a buffer, and how it can change. */
export interface BufferForm {
  readonly byteLength: number
  /** Undefined for one that keeps its size. */
  readonly maxByteLength: number | undefined
  readonly detached: boolean
}

const ofBuffer = {
  byteLength: getter<number>(ArrayBuffer.prototype, 'byteLength'),
  maxByteLength: getter<number>(ArrayBuffer.prototype, 'maxByteLength'),
  resizable: getter<boolean>(ArrayBuffer.prototype, 'resizable'),
  detached: getter<boolean>(ArrayBuffer.prototype, 'detached'),
}
const ofShared = {
  byteLength: getter<number>(SharedArrayBuffer.prototype, 'byteLength'),
  maxByteLength: getter<number>(SharedArrayBuffer.prototype, 'maxByteLength'),
  resizable: getter<boolean>(SharedArrayBuffer.prototype, 'growable'),
  detached: () => false,
}

export function bufferForm(buffer: ArrayBufferLike): BufferForm {
  const of = types.isSharedArrayBuffer(buffer) ? ofShared : ofBuffer
  return {
    byteLength: of.byteLength(buffer),
    maxByteLength: of.resizable(buffer) ? of.maxByteLength(buffer) : undefined,
    detached: of.detached(buffer),
  }
}
