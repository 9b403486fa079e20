/**
 * Writes a value in the form of kinds.ts.
 *
 * Code of the user's can run meanwhile, in getters and in the traps of a JavaScript Proxy. It may throw, and it may send something itself,
 * for which there is another Encoder (see codec.ts). Whatever happens: afterwards the writer has a whole value more, or what it had.
 */

import { types } from 'node:util'
import { isDense, isFloats, oddKeys } from './arrays.ts'
import { Beside, LARGE_BUFFER, type BesideMark } from './beside.ts'
import { ByteWriter } from './byte-writer.ts'
import { classify, classifyOther, SYMBOL, type ValueKind } from './classify.ts'
import { arrivingClass, fieldsOf, insteadOf } from './error-form.ts'
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
  IN_FIRST_BYTE,
  INHERITED,
  INSTANCE,
  MAP,
  MAX_SHAPE_KEYS,
  MOVED,
  OBJECT,
  ODD_ARRAY,
  REFERENCE,
  REGEXP,
  RESIZABLE_BUFFER,
  SEEN,
  SET,
  SHAPED,
  SHAPED_FAR,
  SHARED,
  SHARED_HERE,
  SHARED_MEMORY,
  TRACKING_VIEW,
  URL_PARAMS,
  URL_TEXT,
  VIEW,
} from './kinds.ts'
import { NO_REFERENCES, type References } from './references.ts'
import { GONE_BYTES, GONE_VIEW, INTO_FORM, type Place } from './refusal.ts'
import { canHoldItself, inItself, type WrittenInstance } from './revival.ts'
import { writePrimitive, writeString } from './scalars.ts'
import { Seen } from './seen.ts'
import { Shapes } from './shapes.ts'
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
  type Extent,
} from './slots.ts'
import { isLeaving } from './transfer.ts'
import { livingExtent, viewForm } from './views.ts'
import { Walk } from './walk.ts'
import { Window } from './windows.ts'

/** What a value crosses, and where. */
export interface Border {
  readonly references: References
  readonly place: Place
  /** What transfer() has marked moves; elsewhere it is copied, or refused. */
  readonly moves?: boolean
  /** The bytes do not leave this thread, so what is shared goes as it is. */
  readonly stays?: boolean
  /** Large buffers are copied beside the bytes: their receiver gets that copy as it is, instead of one of the bytes. */
  readonly beside?: boolean
}

/** Where to go back to, if what is written from here on turns out to be of no use. */
interface Mark {
  readonly length: number
  readonly objects: number
  readonly shapes: number
  readonly beside: BesideMark
  readonly depth: number
}

const NOWHERE: Border = { references: NO_REFERENCES, place: { path: '', executed: 'no' } }

export class Encoder {
  readonly #objects = new Seen<number>()
  readonly #shapes = new Shapes()
  readonly #walk = new Walk()
  /** The instances whose forms are being written, of those that cannot be met in there. */
  readonly #open = new Map<object, string>()
  #writer = new ByteWriter(0)
  #border: Border = NOWHERE
  readonly #beside = new Beside()
  #isInShared = false

  /** Writes `value` to the end of `writer`; returns what cannot be bytes. An Encoder that has thrown is not used again. */
  write(writer: ByteWriter, value: unknown, border: Border): readonly unknown[] {
    const start = writer.length
    this.#writer = writer
    this.#border = border
    this.#walk.begin(value, border.place)
    this.#shapes.begin()
    try {
      this.#value(value)
      this.#beside.check((found, path) => this.#walk.refuse(found, path))
    } catch (error) {
      writer.length = start
      throw this.#walk.asOurs(error)
    }
    this.#border = NOWHERE
    this.#objects.cutTo(0)
    this.#walk.end()
    return this.#beside.take()
  }

  #value(value: unknown): void {
    if (writePrimitive(this.#writer, value)) return
    if (typeof value === 'symbol') throw this.#walk.refuse(SYMBOL)
    this.#object(value as object)
  }

  #object(value: object): void {
    if (this.#wroteSeen(value)) return
    if (!this.#isInShared && isShared(value)) return this.#shared(value)
    const kind = this.#kindOf(value)
    if (kind === undefined) return
    if (kind !== 'plain' && kind !== 'array') this.#walk.refuseMore(value, kind)
    this.#objects.add(value, this.#objects.size)
    const writer = this.#writer
    switch (kind) {
      case 'plain':
        return this.#plain(value as Record<string, unknown>)
      case 'bare':
        writer.byte(BARE)
        return this.#plain(value as Record<string, unknown>)
      case 'array':
        return this.#array(value as unknown[])
      case 'map':
        return this.#map(value)
      case 'set':
        return this.#set(value)
      case 'error':
        writer.byte(ERROR)
        writeString(writer, arrivingClass(value))
        return this.#fields(value)
      case 'dom-exception':
        writer.byte(DOM_EXCEPTION)
        writeString(writer, nameOf(value))
        writeString(writer, messageOf(value))
        return this.#fields(value)
      case 'date':
        writer.byte(DATE)
        return writer.float64(timeOf(value))
      case 'regexp':
        writer.byte(REGEXP)
        writeString(writer, sourceOf(value))
        return writeString(writer, flagsOf(value))
      case 'boxed':
        writer.byte(BOXED)
        return this.#value(unboxed(value))
      case 'url':
        writer.byte(URL_TEXT)
        return writeString(writer, hrefOf(value))
      case 'url-params':
        writer.byte(URL_PARAMS)
        return writeString(writer, queryOf(value))
      case 'buffer':
      case 'view':
        return this.#view(value, kind)
      case 'array-buffer':
      case 'shared-memory':
        return this.#buffer(value as ArrayBufferLike)
    }
  }

  /** Writes the number of an object that has one; false if it is new. */
  #wroteSeen(value: object): boolean {
    const number = this.#objects.get(value)
    if (number === undefined) return false
    if (this.#open.size > 0 && this.#open.has(value)) throw this.#walk.refuse(inItself(this.#open.get(value)!))
    this.#writer.head(SEEN, number)
    return true
  }

  #shared(value: object): void {
    if (this.#border.stays === true) {
      this.#objects.add(value, this.#objects.size)
      return this.#writer.head(SHARED_HERE, this.#beside.add(value))
    }
    this.#writer.byte(SHARED)
    this.#isInShared = true
    this.#object(value)
    this.#isInShared = false
  }

  #goesAlong(thing: object): boolean {
    return this.#border.moves === true && isLeaving(thing)
  }

  #move(thing: object): void {
    this.#writer.head(MOVED, this.#beside.move(thing, this.#walk.path))
  }

  /** The kind of an object; undefined for one that travels by reference, moves, or has a codec of the user's, which then is written. */
  #kindOf(value: object): ValueKind | undefined {
    const kind = classify(value)
    if (kind !== 'other') return kind
    // An ArrayBuffer that is none of ours is one of another realm, or of a subclass: see below.
    if (!types.isArrayBuffer(value) && this.#goesAlong(value)) {
      this.#objects.add(value, this.#objects.size)
      this.#move(value)
      return undefined
    }
    const reference = this.#walk.ask(value, (object) => this.#border.references.write(object))
    if (reference !== undefined) return this.#reference(value, reference)
    const instance = this.#walk.written(value)
    if (instance !== undefined) return this.#instance(value, instance)
    const found = classifyOther(value)
    if (typeof found !== 'string') throw this.#walk.refuse(found)
    return found
  }

  #reference(object: object, reference: unknown): undefined {
    this.#objects.add(object, this.#objects.size)
    this.#writer.byte(REFERENCE)
    this.#walk.throughReference(() => this.#value(reference))
  }

  #instance(object: object, { codec, form }: WrittenInstance): undefined {
    this.#objects.add(object, this.#objects.size)
    this.#writer.byte(INSTANCE)
    writeString(this.#writer, codec)
    if (!canHoldItself(codec)) this.#open.set(object, codec)
    this.#walk.enter()
    this.#walk.step(INTO_FORM)
    try {
      this.#value(form)
    } finally {
      this.#open.delete(object)
    }
    this.#walk.leave()
  }

  #plain(object: Readonly<Record<string, unknown>>): void {
    const keys = Object.keys(object)
    this.#walk.enter()
    const isDictionary = keys.length > MAX_SHAPE_KEYS
    if (isDictionary) this.#writer.head(DICTIONARY, keys.length)
    else this.#shape(keys)
    for (const key of keys) {
      this.#walk.step(key)
      if (isDictionary) writeString(this.#writer, key)
      this.#value(object[key])
    }
    this.#walk.leave()
  }

  #shape(keys: readonly string[]): void {
    const writer = this.#writer
    const shape = this.#shapes.find(keys)
    if (shape === undefined) {
      writer.head(OBJECT, keys.length)
      for (const key of keys) writeString(writer, key)
    } else if (shape < IN_FIRST_BYTE) writer.byte(SHAPED + shape)
    else writer.head(SHAPED_FAR, shape)
  }

  #array(array: readonly unknown[]): void {
    const { length } = array
    if (!isDense(array, length)) return this.#oddArray(array)
    if (isFloats(array, length)) {
      this.#writer.head(FLOATS, length)
      return this.#writer.float64s(array, length)
    }
    this.#walk.enter()
    this.#writer.head(ARRAY, length)
    for (let i = 0; i < length; i++) {
      this.#walk.step(i)
      this.#value(array[i])
    }
    this.#walk.leave()
  }

  #oddArray(array: readonly unknown[]): void {
    const writer = this.#writer
    const { length, indices, names } = oddKeys(array)
    this.#walk.enter()
    writer.head(ODD_ARRAY, length)
    writer.varint(indices.length)
    for (const index of indices) {
      writer.varint(index)
      this.#walk.step(index)
      this.#value(array[index])
    }
    writer.varint(names.length)
    for (const name of names) {
      writeString(writer, name)
      this.#walk.step(name)
      this.#value((array as unknown as Readonly<Record<string, unknown>>)[name])
    }
    this.#walk.leave()
  }

  #map(map: object): void {
    const entries = entriesOf(map)
    this.#walk.enter()
    this.#writer.head(MAP, entries.length)
    let nth = 0
    for (const [key, value] of entries) {
      this.#walk.step({ of: 'key', key, nth })
      this.#value(key)
      this.#walk.step({ of: 'value', key, nth })
      this.#value(value)
      nth++
    }
    this.#walk.step('')
    this.#walk.leave()
  }

  #set(set: object): void {
    const members = membersOf(set)
    this.#walk.enter()
    this.#writer.head(SET, members.length)
    let nth = 0
    for (const member of members) {
      this.#walk.step({ of: 'member', key: undefined, nth: nth++ })
      this.#value(member)
    }
    this.#walk.leave()
  }

  #view(view: object, kind: 'view' | 'buffer'): void {
    const writer = this.#writer
    const extent = livingExtent(view)
    if (extent === undefined) throw this.#walk.refuse(GONE_VIEW)
    const { buffer } = extent
    const goesAlong = this.#goesAlong(buffer)
    if (kind === 'buffer' && !goesAlong && !types.isSharedArrayBuffer(buffer)) return this.#bufferOf(view, extent)
    // What moves, moves whole.
    const source = goesAlong ? buffer : this.#walk.windows.of(view)
    const { code, offset, length } = viewForm(view, source instanceof Window ? source.start - source.padding : 0)
    writer.byte(length === undefined ? TRACKING_VIEW : VIEW)
    writer.byte(code)
    writer.varint(offset)
    if (length !== undefined) writer.varint(length)
    if (this.#wroteSeen(source)) return
    this.#objects.add(source, this.#objects.size)
    if (source instanceof Window) this.#window(source)
    else this.#buffer(source)
  }

  /** A Buffer of Node's: always on bytes of its own, since most stand in a pool. */
  #bufferOf(view: object, { buffer, byteOffset, byteLength }: Extent): void {
    const writer = this.#writer
    if (!this.#goesBeside(byteLength)) {
      writer.head(BUFFER, byteLength)
      return writer.copy(new Uint8Array(buffer, byteOffset, byteLength))
    }
    writer.byte(VIEW)
    writer.byte(viewForm(view, byteOffset).code)
    writer.varint(0)
    writer.varint(byteLength)
    // The copy has a number as well, though nothing else can mean it.
    this.#objects.add({}, this.#objects.size)
    this.#copyBeside(buffer, byteOffset, byteLength)
  }

  #goesBeside(byteLength: number): boolean {
    return this.#border.beside === true && byteLength >= LARGE_BUFFER
  }

  #copyBeside(buffer: ArrayBufferLike, start: number, length: number): void {
    this.#writer.beside += length
    this.#writer.head(ARRAY_BUFFER_BESIDE, this.#beside.copy(new Uint8Array(buffer, start, length)))
  }

  #window({ buffer, start, end, padding }: Window): void {
    if (padding === 0 && this.#goesBeside(end - start)) return this.#copyBeside(buffer, start, end - start)
    const writer = this.#writer
    writer.head(ARRAY_BUFFER, padding + end - start)
    writer.copy(new Uint8Array(padding))
    writer.copy(new Uint8Array(buffer, start, end - start))
  }

  #buffer(buffer: ArrayBufferLike): void {
    const writer = this.#writer
    const { byteLength, maxByteLength, detached } = bufferForm(buffer)
    if (detached) throw this.#walk.refuse(GONE_BYTES)
    if (types.isSharedArrayBuffer(buffer)) return writer.head(SHARED_MEMORY, this.#beside.add(buffer))
    if (this.#goesAlong(buffer)) return this.#move(buffer)
    if (maxByteLength === undefined && this.#goesBeside(byteLength)) return this.#copyBeside(buffer, 0, byteLength)
    writer.head(maxByteLength === undefined ? ARRAY_BUFFER : RESIZABLE_BUFFER, byteLength)
    if (maxByteLength !== undefined) writer.varint(maxByteLength)
    writer.copy(new Uint8Array(buffer))
  }

  #fields(error: object): void {
    const fields = fieldsOf(error)
    this.#walk.enter()
    this.#writer.varint(fields.length)
    for (const { key, enumerable, inherited, value } of fields) {
      this.#writer.byte((enumerable ? ENUMERABLE : 0) | (inherited ? INHERITED : 0))
      writeString(this.#writer, key)
      this.#walk.step(key)
      const mark = this.#mark()
      try {
        this.#value(value)
      } catch (reason) {
        const text = insteadOf(this.#walk.asOurs(reason))
        this.#goBackTo(mark)
        writeString(this.#writer, text)
      }
    }
    this.#walk.leave()
  }

  #mark(): Mark {
    return {
      length: this.#writer.length,
      objects: this.#objects.size,
      shapes: this.#shapes.described,
      beside: this.#beside.mark(),
      depth: this.#walk.depth,
    }
  }

  #goBackTo({ length, objects, shapes, beside, depth }: Mark): void {
    this.#writer.length = length
    this.#objects.cutTo(objects)
    this.#shapes.begin(shapes)
    this.#beside.goBackTo(beside)
    this.#walk.backTo(depth)
  }
}
