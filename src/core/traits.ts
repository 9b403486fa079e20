/**
 * What is known of a user's class before any object of it is made: read once a class and thread, and checked while reading.
 *
 * The methods that can be called from outside are those that the user's own classes declare (inherited user classes too), S9:
 *
 *   can           cannot
 *   hello()       hooks, constructor, names of Object.prototype, toJSON
 *   async load()  #private, _underscore, symbols
 *                 getters and fields, also one that holds a function
 */

import { BadDefinition } from './errors.ts'
import { HOOKS, NET_HOOKS, OWN_WORDS, PLATFORM_NAMES, STATE_HOOKS, STATE_WORD, TASK_HOOKS, THENABLE } from './words.ts'

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
  /** A call that its own handler waits for, by way of others, may begin beside it (S18). */
  readonly reentrant: boolean
  /** Whether turns may run beside another. */
  readonly hasTurnsBeside: boolean
  /** Output methods, where the class lists them: what an observer must have (S22). */
  readonly events: readonly string[]
  /** The States, where the class lists them; asked when first needed, since they may stand below the class. */
  readonly states: (() => readonly AnyClass[]) | undefined
}

interface BaseClass {
  readonly base: AnyClass
  readonly kind: ClassKind
  readonly hasNet: boolean
}

const bases: BaseClass[] = []
const known = new WeakMap<AnyClass, Traits>()

/** Makes `base` one of the classes where reading ends; called once by each base class. `hasNet`: its objects have the hooks of the net. */
export function registerBase(base: AnyClass, kind: ClassKind, { hasNet = kind === 'State' } = {}): void {
  bases.push({ base, kind, hasNet })
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
  const { kind, hasNet, methods, hooks } = readPrototypes(userClass, className)
  checkHooks({ className, kind, hasNet, hooks })
  const lists = userClass as {
    readonly interleave?: unknown
    readonly reentrant?: unknown
    readonly events?: unknown
    readonly states?: unknown
  }
  for (const list of ['interleave', 'reentrant', 'events', 'states'] as const)
    if (kind === 'State' && lists[list] !== undefined)
      throw new BadDefinition(
        `${className}: static ${list} belongs to the Task, not to one of its States; move it there`,
      )
  const interleave = namesIn(className, 'interleave', lists.interleave)
  for (const name of interleave)
    // A Task may name a method that only its States have; those may stand below the class, so they are not looked at here.
    if (!methods.has(name) && lists.states === undefined)
      throw new BadDefinition(
        `${className}: static interleave names ${name}, which is no method of ${className} that can be called from outside`,
      )
  const { reentrant = false } = lists
  if (typeof reentrant !== 'boolean')
    throw new BadDefinition(`${className}: expected static reentrant = true or false, found ${describe(reentrant)}`)
  if (lists.states !== undefined && typeof lists.states !== 'function')
    throw new BadDefinition(
      `${className}: expected static states = () => [A, B] as const, found ${describe(lists.states)}; it is a function so that ` +
        'the States may stand below the class',
    )
  return {
    className,
    kind,
    methods,
    hooks,
    interleave: new Set(interleave),
    reentrant,
    hasTurnsBeside: reentrant || interleave.length > 0,
    events: namesIn(className, 'events', lists.events),
    states: lists.states as Traits['states'],
  }
}

/** Reads from the user's class up to, and without, the base class of ours that it extends. */
function readPrototypes(
  userClass: AnyClass,
  className: string,
): Pick<Traits, 'kind' | 'methods' | 'hooks'> & Pick<BaseClass, 'hasNet'> {
  const methods = new Map<string, Method>()
  const hooks = new Set<string>()
  const seen = new Set<string>()
  for (let at = userClass.prototype as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const prototype = at
    const found = bases.find(({ base }) => base.prototype === prototype)
    if (found !== undefined) {
      for (const name of seen) checkName(className, found.kind, name)
      return { kind: found.kind, hasNet: found.hasNet, methods, hooks }
    }
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      // What a class declares hides what stands above it, also a getter a method.
      if (seen.has(name)) continue
      seen.add(name)
      const method: unknown = property.value
      if (typeof method !== 'function' || name.startsWith('_')) continue
      if (HOOKS.has(name)) hooks.add(name)
      else if (!PLATFORM_NAMES.has(name)) methods.set(name, method as Method)
    }
  }
  throw new BadDefinition(`${className}: expected a class that extends Actor, Task or State; it extends none of them`)
}

/** Refuses an object with a field that hides a word of ours, or a hook that would never be called; names the field. */
export function checkFields(userClass: AnyClass, object: object): void {
  const { className, kind } = traitsOf(userClass)
  for (const field of Object.keys(object)) {
    checkName(className, kind, field)
    if (HOOKS.has(field))
      throw new BadDefinition(
        `${className} has a field ${field}, which would never be called; write the hook as a method`,
      )
  }
}

/** Refuses a name that a class may not declare. */
function checkName(className: string, kind: ClassKind, name: string): void {
  if (name === THENABLE)
    throw new BadDefinition(
      `${className} declares ${name}, which would make its objects look like promises; give yours another name`,
    )
  if (OWN_WORDS.has(name) || (kind === 'State' && name === STATE_WORD))
    throw new BadDefinition(
      `${className} declares ${name}, which is a word that tsworks has in every ${kind === 'State' ? 'State' : 'object'}; give yours another name`,
    )
}

function checkHooks({
  className,
  kind,
  hasNet,
  hooks,
}: Pick<Traits, 'className' | 'kind' | 'hooks'> & Pick<BaseClass, 'hasNet'>): void {
  const refuse = (list: readonly string[], cure: string): void => {
    for (const hook of list)
      if (hooks.has(hook))
        throw new BadDefinition(
          `${className} declares ${hook}, which ${kind === 'Actor' ? 'an' : 'a'} ${kind} does not have; ${cure}`,
        )
  }
  if (!hasNet) refuse(NET_HOOKS, 'let it extend NetTask of tsworks/net')
  if (kind === 'Actor') refuse(TASK_HOOKS, 'let it extend Task')
  if (kind === 'State') refuse(['onInit', 'onStart'], 'declare it in the Task')
  else refuse(STATE_HOOKS, 'declare it in a State, and become() that')
}

function namesIn(className: string, what: string, value: unknown): readonly string[] {
  if (value === undefined) return []
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) return value
  throw new BadDefinition(`${className}: expected static ${what} = ['name'] as const, found ${describe(value)}`)
}

/** A few words on a value that is not what it should be. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`
  if (typeof value === 'object') return `an object (${Object.keys(value).slice(0, 3).join(', ') || 'empty'})`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}
