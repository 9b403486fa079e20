/**
 * Reads a value in the form of kinds.ts.
 *
 * The bytes are not trusted: whatever they are, reading them ends in a value, a Misread or a WireError, runs no code of the user's but the
 * codecs that they name, and takes no more time and memory than their length allows. What such a codec throws ends nothing here.
 */

import { types } from 'node:util'
import { stretch } from './arrays.ts'
import { ByteReader } from './byte-reader.ts'
import { insteadOf, makeDomException, makeError, setField } from './error-form.ts'
import {
  ARRAY,
  ARRAY_BUFFER,
  ARRAY_BUFFER_BESIDE,
  BARE,
  BOXED,
  BUFFER,
  DATE,
  DICTIONARY,
  DOM_EXCEPTION,
  ENUMERABLE,
  ERROR,
  FLOATS,
  INHERITED,
  INSTANCE,
  MAP,
  MAX_DEPTH,
  MOVED,
  OBJECT,
  ODD_ARRAY,
  REFERENCE,
  REFERENCE_DEPTH,
  REGEXP,
  RESIZABLE_BUFFER,
  SEEN,
  SET,
  SHAPED,
  SHAPED_FAR,
  SHARED,
  SHARED_HERE,
  SHARED_MEMORY,
  SHORT_STRING,
  TRACKING_VIEW,
  URL_PARAMS,
  URL_TEXT,
  VIEW,
} from './kinds.ts'
import { closeEach, movableName, noteBrought, noteMoved } from './movables.ts'
import { emptyDictionary, isInherited, setProperty } from './plain-object.ts'
import { reachable } from './reachable.ts'
import { NO_REFERENCES, type References } from './references.ts'
import { Misread, Revival, WrittenInstance } from './revival.ts'
import { NO_PRIMITIVE, readKey, readPrimitive, readString } from './scalars.ts'
import { isShared, shareArrived } from './shared.ts'
import { makeView } from './views.ts'
import { WireError } from './wire-error.ts'

/** The keys of a plain object, in order. */
interface Shape {
  readonly keys: readonly string[]
  /** Whether one of them is a name that each object has already. */
  readonly hasInherited: boolean
}

/** What comes with the bytes. */
export interface Origin {
  readonly references: References
  readonly attachments: readonly unknown[]
  /** Whether the value is only passed on: then instances of the user's classes stay as they were written. */
  readonly passesOn?: boolean
}

export class Decoder {
  /** By number; undefined for one whose making waits for what is in it. */
  #objects: (object | undefined)[] = []
  #shapes: Shape[] = []
  #depth = 0
  /** The number of the first object of what is shared, while that is read. */
  #sharedFrom: number | undefined
  /** What has travelled by reference. */
  #references: object[] = []
  /** What has moved here. */
  #moved: object[] = []
  /** What could not be revived: first in the field of an error, or outside of any, that is being read. */
  #misread: Misread | undefined
  /** Whether there was something anywhere; and what its codec had made before that. */
  #hasMisread = false
  #unfilled: object[] = []
  #reader = new ByteReader()
  #origin: Origin = { references: NO_REFERENCES, attachments: [] }

  /** Reads the next value from `reader`; a Misread if an instance in it could not be revived. A Decoder that has thrown is not used again. */
  read(reader: ByteReader, origin: Origin): unknown {
    this.#reader = reader
    this.#origin = origin
    const value = this.#value()
    const misread = this.#misread && new Misread(this.#misread.found, this.#references)
    // New ones: to empty an array takes longer than to make one.
    this.#objects = []
    this.#shapes = []
    const moved = this.#moved
    if (moved.length > 0) {
      noteBrought(value, moved)
      this.#moved = []
    }
    if (this.#references.length > 0) this.#references = []
    if (!this.#hasMisread) return value
    // Nobody gets it, so nobody else could close it.
    if (misread !== undefined) closeEach(moved)
    this.#misread = undefined
    this.#hasMisread = false
    this.#unfilled = []
    return misread ?? value
  }

  #value(): unknown {
    const reader = this.#reader
    const first = reader.byte()
    const primitive = readPrimitive(reader, first)
    if (primitive !== NO_PRIMITIVE) return primitive
    if (first === SEEN) return this.#seen(reader.varint())
    if (++this.#depth > MAX_DEPTH + REFERENCE_DEPTH) throw new WireError(`a message is nested deeper than ${MAX_DEPTH}`)
    const object = this.#object(first)
    this.#depth--
    return object
  }

  #object(first: number): object {
    if (first >= SHAPED) return this.#shaped({}, this.#shape(first - SHAPED))
    const reader = this.#reader
    switch (first) {
      case OBJECT:
        return this.#shaped({}, this.#newShape())
      case SHAPED_FAR:
        return this.#shaped({}, this.#shape(reader.varint()))
      case DICTIONARY:
        return this.#dictionary(Object.prototype)
      case BARE:
        return this.#bare(reader.byte())
      case ARRAY:
        return this.#array()
      case FLOATS:
        return this.#known(reader.float64s(reader.count(8)))
      case ODD_ARRAY:
        return this.#oddArray()
      case MAP:
        return this.#map()
      case SET:
        return this.#set()
      case DATE:
        return this.#known(new Date(reader.float64()))
      case REGEXP:
        return this.#known(new RegExp(readString(reader), readString(reader)))
      case BOXED:
        return this.#boxed()
      case ERROR:
        return this.#fields(this.#known(makeError(readString(reader))))
      case DOM_EXCEPTION:
        return this.#domException()
      case URL_TEXT:
        return this.#known(new URL(readString(reader)))
      case URL_PARAMS:
        return this.#known(new URLSearchParams(readString(reader)))
      case BUFFER:
        return this.#known(Buffer.from(reader.copy(reader.count())))
      case ARRAY_BUFFER:
        return this.#known(reader.copy(reader.count()))
      case ARRAY_BUFFER_BESIDE:
        return this.#known(this.#attachment(types.isArrayBuffer))
      case RESIZABLE_BUFFER:
        return this.#resizableBuffer()
      case VIEW:
      case TRACKING_VIEW:
        return this.#view(first === TRACKING_VIEW)
      case SHARED_MEMORY:
        return this.#known(this.#attachment(types.isSharedArrayBuffer))
      case MOVED:
        return this.#movedHere()
      case SHARED_HERE:
        return this.#known(this.#attachment(isShared))
      case SHARED:
        return this.#shared()
      case REFERENCE:
        return this.#reference()
      case INSTANCE:
        return this.#instance()
      default:
        throw new WireError(`a message has a value of unknown kind 0x${first.toString(16)}`)
    }
  }

  /** Gives the next number to an object. */
  #known<T extends object>(object: T): T {
    this.#objects.push(object)
    return object
  }

  #seen(number: number): object {
    const object = this.#objects[number]
    if (object === undefined) throw new WireError(`a message refers to object ${number} before it has come`)
    if (number < (this.#sharedFrom ?? 0) && !isShared(object))
      throw new WireError(`a message has something shared with object ${number} in it, which is not`)
    if (this.#hasMisread) this.#misread ??= this.#misreadIn(object)
    return object
  }

  #bare(first: number): object {
    if (first === DICTIONARY) return this.#dictionary(null)
    const empty = Object.create(null) as object
    if (first === OBJECT) return this.#shaped(empty, this.#newShape())
    if (first === SHAPED_FAR) return this.#shaped(empty, this.#shape(this.#reader.varint()))
    if (first >= SHAPED && first < SHORT_STRING) return this.#shaped(empty, this.#shape(first - SHAPED))
    throw new WireError(`a message has a value of kind 0x${first.toString(16)} where a plain object must be`)
  }

  #newShape(): Shape {
    const reader = this.#reader
    const keys: string[] = []
    for (let left = reader.count(); left > 0; left--) keys.push(readKey(reader))
    const shape = { keys, hasInherited: keys.some(isInherited) }
    this.#shapes.push(shape)
    return shape
  }

  #shape(number: number): Shape {
    const shape = this.#shapes[number]
    if (shape === undefined)
      throw new WireError(`a message has an object of shape ${number}, which it has not described`)
    return shape
  }

  #shaped(object: object, { keys, hasInherited }: Shape): object {
    this.#objects.push(object)
    if (hasInherited) for (const key of keys) setProperty(object, key, this.#value())
    else for (let i = 0; i < keys.length; i++) (object as Record<string, unknown>)[keys[i]!] = this.#value()
    return object
  }

  #dictionary(prototype: object | null): object {
    const object = this.#known(emptyDictionary())
    for (let left = this.#reader.count(2); left > 0; left--) {
      const key = readKey(this.#reader)
      object[key] = this.#value()
    }
    return Object.setPrototypeOf(object, prototype) as object
  }

  #array(): object {
    const array: unknown[] = this.#known([])
    for (let left = this.#reader.count(); left > 0; left--) array.push(this.#value())
    return array
  }

  #oddArray(): object {
    const reader = this.#reader
    const array: unknown[] = this.#known([])
    const length = reader.varint()
    if (length > 0xffff_ffff) throw new WireError(`a message has an array of length ${length}`)
    stretch(array, length)
    for (let left = reader.count(2); left > 0; left--) {
      const index = reader.varint()
      if (index >= length) throw new WireError(`a message has an array of length ${length} with an index ${index}`)
      array[index] = this.#value()
    }
    for (let left = reader.count(2); left > 0; left--) {
      const key = readKey(reader)
      setProperty(array, key, this.#value())
    }
    return array
  }

  #map(): object {
    const map = this.#known(new Map<unknown, unknown>())
    for (let left = this.#reader.count(2); left > 0; left--) {
      const key = this.#value()
      map.set(key, this.#value())
    }
    return map
  }

  #set(): object {
    const set = this.#known(new Set<unknown>())
    for (let left = this.#reader.count(); left > 0; left--) set.add(this.#value())
    return set
  }

  /** Makes an object that has its number before what is in it, of what is in it. */
  #after(make: (value: unknown) => object): object {
    const number = this.#objects.push(undefined) - 1
    return (this.#objects[number] = make(this.#value()))
  }

  #boxed(): object {
    return this.#after((value) => {
      if (typeof value === 'object' || value === undefined)
        throw new WireError('a message has a box without a primitive value')
      return Object(value) as object
    })
  }

  #reference(): object {
    return this.#after((value) => {
      const { references, passesOn = false } = this.#origin
      const object = references.read(value, passesOn)
      this.#references.push(object)
      return object
    })
  }

  #instance(): object {
    const number = this.#objects.push(undefined) - 1
    const codec = readString(this.#reader)
    if (this.#origin.passesOn === true) {
      const instance = new WrittenInstance(codec, undefined)
      this.#objects[number] = instance
      instance.form = this.#value()
      return instance
    }
    const outer = this.#misread
    this.#misread = undefined
    const revival = new Revival(codec)
    this.#objects[number] = revival.blank
    const form = this.#value()
    const made = revival.finish(form, this.#misread)
    this.#misread = outer
    if (Misread.is(made)) {
      this.#misread ??= made
      this.#hasMisread = true
      if (revival.blank !== undefined) this.#unfilled.push(revival.blank)
    }
    return (this.#objects[number] = made)
  }

  /** What could not be revived and is in an object that stood in the field of an error, where a text has taken its place. */
  #misreadIn(object: object): Misread | undefined {
    for (const thing of reachable(object)) {
      if (Misread.is(thing)) return thing
      if (this.#unfilled.includes(thing)) return new Misread({ found: 'an instance that could not be filled' })
    }
    return undefined
  }

  #view(follows: boolean): object {
    const reader = this.#reader
    const code = reader.byte()
    const offset = reader.varint()
    const length = follows ? undefined : reader.varint()
    return this.#after((buffer) => {
      if (!(buffer instanceof ArrayBuffer || buffer instanceof SharedArrayBuffer))
        throw new WireError('a message has a view on something that is no buffer')
      return makeView({ code, offset, length }, buffer)
    })
  }

  #resizableBuffer(): object {
    const reader = this.#reader
    const length = reader.count()
    const maxByteLength = reader.varint()
    const buffer = this.#known(new ArrayBuffer(length, { maxByteLength }))
    reader.copyInto(new Uint8Array(buffer))
    return buffer
  }

  #attachment(isRight: (thing: object) => boolean): object {
    const index = this.#reader.varint()
    const thing = this.#origin.attachments[index]
    if (typeof thing === 'object' && thing !== null && isRight(thing)) return thing
    throw new WireError(`a message lacks its attachment ${index}`)
  }

  #movedHere(): object {
    const thing = this.#attachment((one) => movableName(one) !== undefined)
    noteMoved(thing)
    this.#moved.push(thing)
    return this.#known(thing)
  }

  /** What is in it has no number before it, unless it is shared as well: so no code can change anything in it. */
  #shared(): object {
    const before = this.#objects.length
    if (this.#sharedFrom !== undefined) throw new WireError('a message has something shared in something shared')
    this.#sharedFrom = before
    const value = this.#object(this.#reader.byte())
    this.#sharedFrom = undefined
    if (!shareArrived(this.#objects.slice(before))) throw new WireError('a message has something shared that cannot be')
    return value
  }

  #domException(): object {
    const name = readString(this.#reader)
    return this.#fields(this.#known(makeDomException(readString(this.#reader), name)))
  }

  #fields(error: object): object {
    const reader = this.#reader
    for (let left = reader.count(3); left > 0; left--) {
      const flags = reader.byte()
      const key = readKey(reader)
      const outer = this.#misread
      this.#misread = undefined
      const moved = this.#moved.length
      const value = this.#value()
      const misread = this.#misread as Misread | undefined
      this.#misread = outer
      if (misread !== undefined) closeEach(this.#moved.slice(moved))
      setField(error, {
        key,
        enumerable: (flags & ENUMERABLE) !== 0,
        inherited: (flags & INHERITED) !== 0,
        value: misread === undefined ? value : insteadOf(misread.text),
      })
    }
    return error
  }
}
