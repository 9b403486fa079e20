/**
 * What is known of a user's class before any object of it is made: read once a class and thread, and checked while reading.
 *
 * The methods that can be called from outside are those that the user's own classes declare (inherited user classes too), S9:
 *
 *   can           cannot
 *   hello()       hooks, constructor, names of Object.prototype
 *   async load()  #private, _underscore, symbols
 *                 getters and fields, also one that holds a function
 */

import { BadDefinition } from './errors.ts'
import { FORBIDDEN_WORDS, HOOKS, OWN_WORDS, STATE_HOOKS, TASK_HOOKS } from './words.ts'

export type Method = (...args: never[]) => unknown
/** A class of any kind; what its constructor takes is its own affair. */
export type AnyClass = abstract new (...args: never[]) => object
export type ClassKind = 'Actor' | 'Task' | 'State'

export interface Traits {
  readonly className: string
  readonly kind: ClassKind
  /** Methods that can be called from outside. */
  readonly methods: ReadonlyMap<string, Method>
  /** Hooks that the user's classes declare. */
  readonly hooks: ReadonlySet<string>
  /** Methods that may begin while another handler waits (S4). */
  readonly interleave: ReadonlySet<string>
  /** Output methods, where the class lists them: what an observer must have (S22). */
  readonly events: readonly string[]
  /** The States, where the class lists them; asked when first needed, since they may stand below the class. */
  readonly states: (() => readonly AnyClass[]) | undefined
}

interface BaseClass {
  readonly base: AnyClass
  readonly kind: ClassKind
}

const bases: BaseClass[] = []
const known = new WeakMap<AnyClass, Traits>()

/** Makes `base` one of the classes where reading ends; called once by each base class. */
export function registerBase(base: AnyClass, kind: ClassKind): void {
  bases.push({ base, kind })
}

/** The traits of a user's class; throws a BadDefinition that says what is wrong with it. */
export function traitsOf(userClass: AnyClass): Traits {
  let traits = known.get(userClass)
  if (traits === undefined) {
    traits = readTraits(userClass)
    known.set(userClass, traits)
  }
  return traits
}

function readTraits(userClass: AnyClass): Traits {
  if (typeof userClass !== 'function' || typeof userClass.prototype !== 'object')
    throw new BadDefinition(`expected a class that extends Actor, Task or State, found ${describe(userClass)}`)
  const className = userClass.name || 'an anonymous class'
  const methods = new Map<string, Method>()
  const hooks = new Set<string>()
  let at: object | null = userClass.prototype as object
  let found: BaseClass | undefined
  for (; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const prototype = at
    found = bases.find(({ base }) => base.prototype === prototype)
    if (found !== undefined) break
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (OWN_WORDS.has(name) || FORBIDDEN_WORDS.has(name)) throw new BadDefinition(wordTaken(className, name))
      const method: unknown = property.value
      if (typeof method !== 'function' || name === 'constructor' || name.startsWith('_')) continue
      if (HOOKS.has(name)) hooks.add(name)
      else if (!(name in Object.prototype) && !methods.has(name)) methods.set(name, method as Method)
    }
  }
  if (found === undefined)
    throw new BadDefinition(`${className}: expected a class that extends Actor, Task or State; it extends none of them`)
  checkHooks(className, found.kind, hooks)
  const statics = userClass as { readonly interleave?: unknown; readonly events?: unknown; readonly states?: unknown }
  const interleave = namesIn(className, 'interleave', statics.interleave)
  for (const name of interleave)
    if (!methods.has(name))
      throw new BadDefinition(`${className}: static interleave names ${name}, which is no method of the class`)
  if (statics.states !== undefined && typeof statics.states !== 'function')
    throw new BadDefinition(
      `${className}: expected static states = () => [A, B] as const, found ${describe(statics.states)}; it is a function so that ` +
        'the States may stand below the class',
    )
  return {
    className,
    kind: found.kind,
    methods,
    hooks,
    interleave: new Set(interleave),
    events: namesIn(className, 'events', statics.events),
    states: statics.states as Traits['states'],
  }
}

function checkHooks(className: string, kind: ClassKind, hooks: ReadonlySet<string>): void {
  const refuse = (list: readonly string[], cure: string): void => {
    for (const hook of list)
      if (hooks.has(hook)) throw new BadDefinition(`${className} declares ${hook}, which a ${kind} does not have; ${cure}`)
  }
  if (kind === 'Actor') refuse(TASK_HOOKS, 'let it extend Task')
  if (kind !== 'Task') refuse(kind === 'State' ? ['onInit', 'onStart'] : [], 'declare it in the Task')
  if (kind !== 'State') refuse(STATE_HOOKS, 'declare it in a State, and become() that')
}

function namesIn(className: string, what: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value
  throw new BadDefinition(`${className}: expected static ${what} = ['name'] as const, found ${describe(value)}`)
}

function wordTaken(className: string, name: string): string {
  return FORBIDDEN_WORDS.has(name)
    ? `${className} declares ${name}(), which would make its objects look like promises; give the method another name`
    : `${className} declares ${name}, which is a word that tsworks has in every object; give yours another name`
}

/** A few words on a value that is not what it should be. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (typeof value === 'object') return `an object (${Object.keys(value).slice(0, 3).join(', ') || 'empty'})`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
