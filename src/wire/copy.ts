/**
 * The copy of a value within a thread (S5): what encode() and decode() would make of it, without the bytes.
 *
 * It takes what the codec takes, refuses what the codec refuses, with the same words, and gives what would arrive; what kind of thing an
 * object is both ask in classify.ts. Only what travels by reference is passed on as it is, if its owner likes.
 */

import { types } from 'node:util'
import { isDense, oddKeys, stretch } from './arrays.ts'
import { classify, classifyOther, SYMBOL, type ValueKind } from './classify.ts'
import { arrivingClass, fieldsOf, insteadOf, makeDomException, makeError, setField } from './error-form.ts'
import { MAX_SHAPE_KEYS } from './kinds.ts'
import { emptyDictionary, setProperty } from './plain-object.ts'
import { GONE_BYTES, GONE_VIEW, INTO_FORM, type Place } from './refusal.ts'
import { canHoldItself, inItself, Misread, Revival, type WrittenInstance } from './revival.ts'
import { Seen } from './seen.ts'
import { isShared } from './shared.ts'
import {
  bufferForm,
  entriesOf,
  flagsOf,
  hrefOf,
  membersOf,
  messageOf,
  nameOf,
  queryOf,
  sourceOf,
  timeOf,
  unboxed,
} from './slots.ts'
import { Spare } from './spare.ts'
import { isLeaving } from './transfer.ts'
import { livingExtent, makeView, viewForm } from './views.ts'
import { Walk } from './walk.ts'
import { Window } from './windows.ts'

/**
 * What to pass on for an object that travels by reference, itself mostly; undefined for any other object. Asked where and when
 * References.write is, so no property of the object has been looked at.
 */
export type PassOn = (object: object) => object | undefined

/** What a value crosses within a thread, and where. */
export interface InnerBorder {
  readonly passOn: PassOn
  readonly place: Place
  /** Whether what transfer() has marked is left alone, for another way: then MOVES is thrown. Elsewhere it is copied, or refused. */
  readonly stopsAtMoves?: boolean
}

/** Thrown, with nothing done, by a copy that stops at what is to move. */
export const MOVES = new Error('something in it moves')

const copiers = new Spare(() => new Copier())

/**
 * A copy of `value` that shares nothing with it but primitives, what is shared, and what `passOn` gives; a Misread if an instance in it could
 * not be made again by its codec.
 *
 * @throws NotCloneable if something in it cannot cross
 */
export function copyValue(value: unknown, border: InnerBorder): unknown {
  if (typeof value !== 'symbol' && typeof value !== 'function' && (typeof value !== 'object' || value === null))
    return value
  const copier = copiers.take()
  const copy = copier.copy(value, border)
  copiers.giveBack(copier)
  return copy
}

class Copier {
  readonly #copies = new Seen<object>()
  readonly #walk = new Walk()
  /** The instances whose forms are being copied, of those that cannot be met in there. */
  readonly #open = new Set<object>()
  #passOn: PassOn = () => undefined
  #stopsAtMoves = false
  /** What could not be revived: first in the field of an error, or outside of any, that is being copied. */
  #misread: Misread | undefined

  copy(value: unknown, { passOn, place, stopsAtMoves = false }: InnerBorder): unknown {
    this.#passOn = passOn
    this.#stopsAtMoves = stopsAtMoves
    this.#walk.begin(value, place)
    let copy: unknown
    try {
      copy = this.#value(value)
    } catch (error) {
      throw error === MOVES ? error : this.#walk.asOurs(error)
    }
    this.#copies.cutTo(0)
    this.#walk.end()
    const misread = this.#misread
    if (misread === undefined) return copy
    this.#misread = undefined
    return misread
  }

  #value(value: unknown): unknown {
    if (typeof value === 'object' ? value !== null : typeof value === 'function') return this.#object(value as object)
    if (typeof value === 'symbol') throw this.#walk.refuse(SYMBOL)
    return value
  }

  #object(value: object): object {
    const known = this.#copies.get(value)
    if (known !== undefined) return known
    if (isShared(value)) return value
    const kind = this.#kindOf(value)
    if (typeof kind === 'object') return 'passed' in kind ? this.#made(value, kind.passed) : this.#instance(value, kind)
    if (kind !== 'plain' && kind !== 'array') this.#walk.refuseMore(value, kind)
    switch (kind) {
      case 'plain':
        return this.#plain(value as Record<string, unknown>, Object.prototype)
      case 'bare':
        return this.#plain(value as Record<string, unknown>, null)
      case 'array':
        return this.#array(value as unknown[])
      case 'map':
        return this.#map(value)
      case 'set':
        return this.#set(value)
      case 'date':
        return this.#made(value, new Date(timeOf(value)))
      case 'regexp':
        return this.#made(value, new RegExp(sourceOf(value), flagsOf(value)))
      case 'boxed':
        return this.#made(value, Object(unboxed(value)) as object)
      case 'url':
        return this.#made(value, new URL(hrefOf(value)))
      case 'url-params':
        return this.#made(value, new URLSearchParams(queryOf(value)))
      case 'error':
        return this.#fields(value, this.#made(value, makeError(arrivingClass(value))))
      case 'dom-exception':
        return this.#fields(value, this.#made(value, makeDomException(messageOf(value), nameOf(value))))
      case 'buffer':
      case 'view':
        return this.#view(value, kind)
      case 'array-buffer':
      case 'shared-memory':
        return this.#buffer(value as ArrayBufferLike)
      default:
        throw new TypeError(`unknown kind of object: ${String(kind satisfies never)}`)
    }
  }

  /** The kind of an object; what to pass on for one that travels by reference, what its codec writes of an instance. */
  #kindOf(value: object): ValueKind | { readonly passed: object } | WrittenInstance {
    const kind = classify(value)
    if (kind !== 'other') return kind
    if (!types.isArrayBuffer(value)) this.#stopAtMove(value)
    const passed = this.#walk.ask(value, this.#passOn)
    if (passed !== undefined) return { passed }
    if (this.#open.has(value)) throw this.#walk.refuse(inItself(this.#walk.written(value)!.codec))
    const instance = this.#walk.written(value)
    if (instance !== undefined) return instance
    const found = classifyOther(value)
    if (typeof found !== 'string') throw this.#walk.refuse(found)
    return found
  }

  #stopAtMove(thing: object): void {
    if (this.#stopsAtMoves && isLeaving(thing)) throw MOVES
  }

  /** Notes the copy of an object, before it has its content, so that it can be met again in there. */
  #made<T extends object>(object: object, copy: T): T {
    this.#copies.add(object, copy)
    return copy
  }

  #instance(object: object, { codec, form }: WrittenInstance): object {
    const outer = this.#misread
    this.#misread = undefined
    const revival = new Revival(codec)
    if (revival.blank !== undefined) this.#made(object, revival.blank)
    else if (!canHoldItself(codec)) this.#open.add(object)
    this.#walk.enter()
    this.#walk.step(INTO_FORM)
    let copy: unknown
    try {
      copy = this.#value(form)
    } finally {
      // Also where a field of an error is given up.
      this.#open.delete(object)
    }
    this.#walk.leave()
    const made = revival.finish(copy, this.#misread)
    this.#misread = outer
    if (Misread.is(made)) this.#misread ??= made
    return revival.blank === undefined ? this.#made(object, made) : made
  }

  #plain(object: Readonly<Record<string, unknown>>, prototype: object | null): object {
    const keys = Object.keys(object)
    if (keys.length > MAX_SHAPE_KEYS) return this.#dictionary(object, keys, prototype)
    const copy = this.#made(object, prototype === null ? (Object.create(null) as object) : {})
    this.#walk.enter()
    for (const key of keys) {
      this.#walk.step(key)
      setProperty(copy, key, this.#value(object[key]))
    }
    this.#walk.leave()
    return copy
  }

  #dictionary(object: Readonly<Record<string, unknown>>, keys: readonly string[], prototype: object | null): object {
    const copy = this.#made(object, emptyDictionary())
    this.#walk.enter()
    for (const key of keys) {
      this.#walk.step(key)
      copy[key] = this.#value(object[key])
    }
    this.#walk.leave()
    return Object.setPrototypeOf(copy, prototype) as object
  }

  #array(array: readonly unknown[]): unknown[] {
    const { length } = array
    if (!isDense(array, length)) return this.#oddArray(array)
    const copy: unknown[] = this.#made(array, [])
    this.#walk.enter()
    for (let i = 0; i < length; i++) {
      this.#walk.step(i)
      copy.push(this.#value(array[i]))
    }
    this.#walk.leave()
    return copy
  }

  #oddArray(array: readonly unknown[]): unknown[] {
    const { length, indices, names } = oddKeys(array)
    const copy: unknown[] = this.#made(array, [])
    stretch(copy, length)
    this.#walk.enter()
    for (const index of indices) {
      this.#walk.step(index)
      copy[index] = this.#value(array[index])
    }
    for (const name of names) {
      this.#walk.step(name)
      setProperty(copy, name, this.#value((array as unknown as Readonly<Record<string, unknown>>)[name]))
    }
    this.#walk.leave()
    return copy
  }

  #map(map: object): object {
    const copy = this.#made(map, new Map<unknown, unknown>())
    this.#walk.enter()
    let nth = 0
    for (const [key, value] of entriesOf(map)) {
      this.#walk.step({ of: 'key', key, nth })
      const keyCopy = this.#value(key)
      this.#walk.step({ of: 'value', key, nth })
      copy.set(keyCopy, this.#value(value))
      nth++
    }
    this.#walk.step('')
    this.#walk.leave()
    return copy
  }

  #set(set: object): object {
    const copy = this.#made(set, new Set<unknown>())
    this.#walk.enter()
    let nth = 0
    for (const member of membersOf(set)) {
      this.#walk.step({ of: 'member', key: undefined, nth: nth++ })
      copy.add(this.#value(member))
    }
    this.#walk.leave()
    return copy
  }

  #view(view: object, kind: 'view' | 'buffer'): object {
    const extent = livingExtent(view)
    if (extent === undefined) throw this.#walk.refuse(GONE_VIEW)
    const { buffer, byteOffset, byteLength } = extent
    this.#stopAtMove(buffer)
    if (kind === 'buffer' && !types.isSharedArrayBuffer(buffer))
      return this.#made(view, Buffer.from(bytesOf(buffer, byteOffset, byteOffset + byteLength)))
    const source = this.#walk.windows.of(view)
    const form = viewForm(view, source instanceof Window ? source.start - source.padding : 0)
    const known = this.#copies.get(source) as ArrayBufferLike | undefined
    const copy = known ?? (source instanceof Window ? this.#window(source) : this.#buffer(source))
    return this.#made(view, makeView(form, copy))
  }

  #window(window: Window): ArrayBufferLike {
    const { buffer, start, end, padding } = window
    const copy = this.#made(window, new ArrayBuffer(padding + end - start))
    new Uint8Array(copy, padding).set(new Uint8Array(buffer, start, end - start))
    return copy
  }

  #buffer(buffer: ArrayBufferLike): ArrayBufferLike {
    const { byteLength, maxByteLength, detached } = bufferForm(buffer)
    if (detached) throw this.#walk.refuse(GONE_BYTES)
    if (types.isSharedArrayBuffer(buffer)) return this.#made(buffer, buffer)
    this.#stopAtMove(buffer)
    if (maxByteLength === undefined) return this.#made(buffer, bytesOf(buffer, 0, byteLength))
    const copy = this.#made(buffer, new ArrayBuffer(byteLength, { maxByteLength }))
    new Uint8Array(copy).set(new Uint8Array(buffer))
    return copy
  }

  #fields(error: object, copy: object): object {
    this.#walk.enter()
    for (const field of fieldsOf(error)) {
      this.#walk.step(field.key)
      const { depth } = this.#walk
      const known = this.#copies.size
      const outer = this.#misread
      this.#misread = undefined
      let value: unknown
      try {
        value = this.#value(field.value)
        const misread = this.#misread as Misread | undefined
        if (misread !== undefined) {
          value = insteadOf(misread.text)
          this.#copies.cutTo(known)
        }
      } catch (reason) {
        if (reason === MOVES) throw reason
        value = insteadOf(this.#walk.asOurs(reason))
        this.#walk.backTo(depth)
        this.#copies.cutTo(known)
      }
      this.#misread = outer
      setField(copy, { ...field, value })
    }
    this.#walk.leave()
    return copy
  }
}

function bytesOf(buffer: ArrayBufferLike, start: number, end: number): ArrayBuffer {
  const bytes = new ArrayBuffer(end - start)
  new Uint8Array(bytes).set(new Uint8Array(buffer, start, end - start))
  return bytes
}
