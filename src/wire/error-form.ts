/**
 * What of an error travels, and how one is made of it on arrival (S17).
 *
 *   class    known in every thread (all of JavaScript's, all of ours, DOMException), or registered with codec() on both sides: the
 *            same; else RemoteError
 *   fields   message, name, code, stack, cause, errors, and all own enumerable ones
 *
 * A RemoteError knows what it stands for: on its way through a thread without the class it stays an error of that class for the next one.
 *
 * `instanceof` and util.types.isNativeError are right for what arrives. A field that cannot travel becomes a text that says so, since
 * an error must always arrive; only here is anything less than refused.
 */

import { types } from 'node:util'
import { ERROR_CLASSES, RemoteError } from '../core/errors.ts'
import { isNative } from './classify.ts'
import { errorCodecById, errorCodecOf, nameInId } from './instance-codecs.ts'
import { WireError } from './wire-error.ts'

type ErrorClass = new (...args: never[]) => Error

const CLASSES: ReadonlyMap<string, ErrorClass> = new Map(
  [
    ...['Error', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'],
    // SuppressedError came with Node 24.
    ...['AggregateError', 'SuppressedError'],
  ]
    .map((name) => Reflect.get(globalThis, name) as ErrorClass | undefined)
    .filter((known) => known !== undefined)
    .concat(ERROR_CLASSES, WireError)
    .map((known) => [known.name, known]),
)

const NAMES: ReadonlyMap<unknown, string> = new Map([
  ...[...CLASSES].map(([name, known]) => [known, name] as const),
  [DOMException, 'DOMException'],
])

/** Fields that count even where they are not enumerable, as JavaScript makes them. */
const ALWAYS = ['message', 'name', 'code', 'stack', 'cause', 'errors', 'error', 'suppressed']

/** Fields that a class may have on its prototype instead; an unknown class is not there to give them on arrival. */
const INHERITED = ['message', 'name', 'code']

export interface ErrorField {
  readonly key: string
  readonly enumerable: boolean
  /** Not a field of its own: the class has it on its prototype, and gives it where it is known. */
  readonly inherited: boolean
  readonly value: unknown
}

/** The classes that RemoteErrors stand for, and the fields that came with them: whether each was inherited. */
const strangers = new WeakMap<object, { readonly className: string; readonly fields: Map<string, boolean> }>()

/** Fields that a RemoteError has by itself. */
const OF_REMOTE_ERROR = ['code', 'executed']

/** Whether a class of that name is JavaScript's or ours, so that each thread knows it. */
export function isKnownEverywhere(className: string): boolean {
  return CLASSES.has(className) || className === 'DOMException'
}

/** The constructor counts, not the prototype: Node's own errors have prototypes of their own, which say that their constructor is TypeError. */
function knownClass(error: object): string | undefined {
  const prototype = Object.getPrototypeOf(error) as object
  const constructor = Object.hasOwn(prototype, 'constructor') ? read(prototype, 'constructor') : undefined
  if (typeof constructor !== 'function') return undefined
  return (
    NAMES.get(constructor) ?? (isNative(constructor) && CLASSES.has(constructor.name) ? constructor.name : undefined)
  )
}

/** The class that an error has on arrival: a name that all know, or the id of a codec. */
export function arrivingClass(error: object): string {
  return errorCodecOf(error)?.id ?? strangers.get(error)?.className ?? knownClass(error) ?? 'RemoteError'
}

/** The fields of an error that travel. */
export function fieldsOf(error: object): readonly ErrorField[] {
  const fields: ErrorField[] = []
  const registered = errorCodecOf(error) !== undefined
  const unknown = registered || knownClass(error) === undefined
  const stranger = strangers.get(error)
  for (const key of new Set([...ALWAYS, ...Object.keys(error)])) {
    const own = Object.getOwnPropertyDescriptor(error, key)
    if (own === undefined && !(unknown && INHERITED.includes(key))) continue
    if (stranger?.fields.has(key) === false && OF_REMOTE_ERROR.includes(key)) continue
    const value = read(error, key)
    if (own === undefined && value === undefined) continue
    // What a program has made of the stack instead of a text (Error.prepareStackTrace) is for that thread only.
    if (key === 'stack' && typeof value !== 'string') continue
    const inherited = registered ? own === undefined : stranger?.fields.get(key) === true
    fields.push({ key, enumerable: own?.enumerable === true, inherited, value })
  }
  return fields
}

function read(object: object, key: string): unknown {
  try {
    return Reflect.get(object, key)
  } catch (cause) {
    return insteadOf(cause)
  }
}

/** The text that stands for a field which could not be read or cannot travel, because of `reason`. */
export function insteadOf(reason: unknown): string {
  try {
    return `[${reason instanceof Error ? reason.message : String(reason)}]`
  } catch {
    return '[cannot be read]'
  }
}

/** A new error of a class, by what arrivingClass() gave; without fields, and without having run the constructor. */
export function makeError(className: string): Error {
  return withoutStack(() => {
    // The one class that does not come with the fields that its type promises: the error it stands for may have had none.
    if (className === 'RemoteError') return new RemoteError('')
    const known = CLASSES.get(className)
    if (known !== undefined) return Reflect.construct(Error, [], known)
    const registered = errorCodecById(className)
    if (registered !== undefined) return registered.make()
    // From a thread that knows more classes.
    const error = new RemoteError('')
    strangers.set(error, { className, fields: new Map() })
    setField(error, { key: 'name', enumerable: false, inherited: true, value: nameInId(className) })
    return error
  })
}

export function makeDomException(message: string, name: string): DOMException {
  return withoutStack(() => new DOMException(message, name))
}

/**
 * A real error for one that Node itself has carried from another thread (the `error` event of a Worker), which only has the prototype of
 * one, so that nothing takes it for an error; anything else as it is.
 */
export function realError(value: unknown, made = new Map<object, Error>()): unknown {
  if (!(value instanceof Error) || types.isNativeError(value)) return value
  const known = made.get(value)
  if (known !== undefined) return known
  const error = makeError(arrivingClass(value))
  made.set(value, error)
  for (const field of fieldsOf(value)) setField(error, { ...field, value: realError(field.value, made) })
  return error
}

/** The stack that arrives is the one of where the error was made. To take the one here as well costs more than all the rest. */
function withoutStack<E>(make: () => E): E {
  const { stackTraceLimit } = Error
  if (!Reflect.set(Error, 'stackTraceLimit', 0)) return make()
  try {
    return make()
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
  }
}

export function setField(error: object, { key, enumerable, inherited, value }: ErrorField): void {
  const stranger = strangers.get(error)
  // Its class is known here, and has it.
  if (inherited && stranger === undefined) return
  stranger?.fields.set(key, inherited)
  Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true })
}
