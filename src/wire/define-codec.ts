/** codec(): how a module says that the instances of a class travel. It only looks and registers; what carries values is elsewhere. */

import { types } from 'node:util'
import { Actor } from '../core/actor.ts'
import { BadDefinition, ERROR_CLASSES } from '../core/errors.ts'
import { Future } from '../core/future.ts'
import { nearNames } from '../core/near-names.ts'
import { State } from '../core/state.ts'
import { describe } from '../core/traits.ts'
import { isBuiltin } from './classify.ts'
import { isKnownEverywhere } from './error-form.ts'
import {
  addCodec,
  codecId,
  codecNamed,
  codecOf,
  type Filling,
  type InstanceCodec,
  type Reading,
} from './instance-codecs.ts'

/** A class, as far as it matters here: its constructor may be private. */
export interface ClassFor<T> {
  readonly prototype: T
}

interface AnyCodec<T> {
  /** The class whose instances travel so. */
  readonly class: ClassFor<T>
  /** What messages call it: one to a program. The name of the class, unless it is given. */
  readonly name?: string
}

interface Writing<T, Form> extends AnyCodec<T> {
  /** Whether it is for instances of subclasses, too, which then arrive as what `read` makes of them. */
  readonly subclasses?: boolean
  /** What travels for an instance; it must be able to travel itself. Not async. */
  readonly write: (instance: T) => Form
}

/** How the instances of a class travel, made in one step. */
export interface Codec<T, Form> extends Writing<T, Form> {
  /** The instance, of what `write` has given, when all of that has come. Not async. */
  readonly read: (form: Form) => T
}

/** How the instances of a class travel that can hold themselves, made in two steps. */
export interface CyclicCodec<T, Form> extends Writing<T, Form> {
  /** A new instance, without its content. */
  readonly create: () => T
  /** Gives it its content. What else is in there may be not filled yet: keep it, and do not look into it. Not async. */
  readonly fill: (instance: T, form: Form) => void
}

/** An error class that arrives as itself: with its fields, causes and stack, and without its constructor having run. */
export interface ErrorClassCodec<T extends Error> extends AnyCodec<T> {}

/**
 * Registers an error class of one's own: its errors arrive as errors of that class wherever it is registered, and as RemoteErrors elsewhere.
 *
 * @param url `import.meta.url`
 * @throws BadDefinition for what is no class of one's own, and for a name or class that is registered already
 * @example
 * export class QuotaError extends Error {
 *   left = 0
 * }
 * codec(import.meta.url, { class: QuotaError })
 */
export function codec<T extends Error>(url: string, how: ErrorClassCodec<T>): void
/** Registers how instances travel that can hold themselves: an instance is made first, and filled when what is in it has come. */
export function codec<T extends object, Form>(url: string, how: CyclicCodec<T, Form>): void
/**
 * Registers how the instances of a class travel: `write` says what travels, `read` makes an instance of it on the other side. At the top
 * level of the module of the class; each thread of the system loads the modules that had registered codecs when it was started.
 *
 * @param url `import.meta.url`
 * @throws BadDefinition for what is no class of one's own, and for a name or class that is registered already
 * @example
 * export class Money {
 *   readonly #cents: number
 *   constructor(cents: number) {
 *     this.#cents = cents
 *   }
 *   get cents(): number {
 *     return this.#cents
 *   }
 * }
 * codec(import.meta.url, { class: Money, write: (money) => money.cents, read: (cents) => new Money(cents) })
 */
export function codec<T extends object, Form>(url: string, how: Codec<T, Form>): void
export function codec(url: unknown, how: unknown): void {
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new BadDefinition(`codec(url, …): expected import.meta.url, found ${describe(url)}`)
  if (typeof how !== 'object' || how === null)
    throw new BadDefinition(`codec(url, how): expected { class, write, read }, found ${describe(how)}`)
  refuseUnknown(how)
  const options = Object.fromEntries(NAMES.map((name) => [name, Reflect.get(how, name) as unknown]))
  const { userClass, prototype } = classOf(options['class'])
  const name = nameOf(options['name'], userClass)
  const call = `codec(${name})`
  const isError = Error.prototype.isPrototypeOf(prototype) && !DOMException.prototype.isPrototypeOf(prototype)
  const common = { id: codecId(name, url), name, module: url, prototype }
  const added = isError
    ? { ...common, make: errorMaker(options, prototype, call) }
    : { ...common, ...instanceCodec(options, how, call) }
  refuseTaken(common, call)
  addCodec(added)
}

const NAMES = ['class', 'name', 'subclasses', 'write', 'read', 'create', 'fill'] as const

function refuseUnknown(options: object): void {
  const known: readonly string[] = NAMES
  for (const name of Object.keys(options))
    if (!known.includes(name)) {
      const near = nearNames(name, known)
      throw new BadDefinition(
        `codec(url, how): there is no option ${name}${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`,
      )
    }
}

/** A class of the user's. None of its own code runs: its prototype and its name are data, or they do not count. */
function classOf(found: unknown): { readonly userClass: object; readonly prototype: object } {
  const refuse = (what: string): never => {
    throw new BadDefinition(`codec(url, { class }): expected a class of your own, found ${what}`)
  }
  if (typeof found !== 'function' || types.isProxy(found)) return refuse(describeClass(found))
  const prototype: unknown = Object.getOwnPropertyDescriptor(found, 'prototype')?.value
  if (typeof prototype !== 'object' || prototype === null || types.isProxy(prototype))
    return refuse('a function that is no class')
  if (isBuiltin(prototype) || ERROR_CLASSES.some((ours) => ours.prototype === prototype))
    return refuse(`the class ${found.name}, which travels, or cannot, without a codec`)
  if ([Actor.prototype, State.prototype].some((ours) => ours === prototype || ours.isPrototypeOf(prototype)))
    return refuse(`the class ${found.name} of objects; pass their Remotes`)
  if (prototype === Future.prototype) return refuse('Future, which travels by reference')
  return { userClass: found, prototype }
}

function describeClass(found: unknown): string {
  return types.isProxy(found) ? 'a JavaScript Proxy' : describe(found)
}

function nameOf(given: unknown, userClass: object): string {
  const name: unknown = given ?? Object.getOwnPropertyDescriptor(userClass, 'name')?.value
  if (typeof name === 'string' && name !== '') return name
  if (given === undefined)
    throw new BadDefinition('codec(url, { class }): the class has no name; give the codec one (name)')
  throw new BadDefinition(`codec(url, { name }): expected a text, found ${describe(given)}`)
}

function refuseTaken(
  { name, module, prototype }: { name: string; module: string; prototype: object },
  call: string,
): void {
  const [before, what] = [codecOf(prototype) ?? codecNamed(name), codecOf(prototype) === undefined ? 'name' : 'class']
  if (before !== undefined)
    throw new BadDefinition(
      `${call} in ${module}: this ${what} is taken by the codec ${before.name} of ${before.module}; ` +
        (what === 'class'
          ? 'a class has one codec'
          : 'a name has one codec in a program, so give this one another (name)'),
    )
  if (isKnownEverywhere(name))
    throw new BadDefinition(
      `${call} in ${module}: ${name} is an error class that each thread knows; give the codec another name`,
    )
}

/** Makes errors of a class without its constructor, and whatever becomes of the class. */
function errorMaker(options: Readonly<Record<string, unknown>>, prototype: object, call: string): () => Error {
  for (const name of ['write', 'read', 'create', 'fill', 'subclasses'])
    if (options[name] !== undefined)
      throw new BadDefinition(
        `${call}: expected only class and name, found ${name}; errors travel with all their fields, so that each arrives`,
      )
  const target = function (): void {}
  target.prototype = prototype
  return () => Reflect.construct(Error, [], target) as Error
}

function instanceCodec(
  options: Readonly<Record<string, unknown>>,
  how: object,
  call: string,
): Pick<InstanceCodec, 'subclasses' | 'write' | 'revive'> {
  const { write, read, create, fill, subclasses = false } = options
  const refuse = (expected: string, found: unknown): never => {
    throw new BadDefinition(`${call}: expected ${expected}, found ${describe(found)}`)
  }
  if (typeof subclasses !== 'boolean') return refuse('subclasses: true or false', subclasses)
  const calling = <A extends unknown[]>(code: unknown, name: string): ((...args: A) => unknown) =>
    typeof code === 'function' ? (...args) => Reflect.apply(code, how, args) : refuse(`${name}: a function`, code)
  const isFilling = create !== undefined || fill !== undefined
  if (isFilling && read !== undefined)
    throw new BadDefinition(
      `${call}: expected read, or create and fill, found read and ${create === undefined ? 'fill' : 'create'}`,
    )
  const revive: Reading | Filling = isFilling
    ? { by: 'fill', create: calling(create, 'create'), fill: calling(fill, 'fill') }
    : { by: 'read', read: calling(read, 'read') }
  return { subclasses, write: calling(write, 'write'), revive }
}
