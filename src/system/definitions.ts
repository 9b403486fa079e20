/**
 * Definitions: what a program is made of, as data. `task` and `actor` describe, `subsystem` gives keys and registers, so that a thread
 * finds by (module, key) what it shall make: never by the name of an export, never by a path.
 */

import { Actor } from '../core/actor.ts'
import { checkedName } from '../core/address.ts'
import { LONGEST_MS } from '../core/clock.ts'
import type { FailurePolicy } from '../core/failure.ts'
import { BadDefinition } from '../core/errors.ts'
import type { ClassOf, DefinitionOf, DEFINES, ExtendsActor, ExtendsTask, RowOf } from '../core/remote-type.ts'
import { describe, traitsOf, type AnyClass, type ClassKind } from '../core/traits.ts'
import { nearNames } from '../core/near-names.ts'
import { Task } from '../core/task.ts'
import { EXPECTED_MAILBOX, isMailbox, type MailboxPolicy } from '../core/mailbox.ts'
import {
  DEFAULT_BUDGET,
  EXPECTED_BACKOFF,
  isBackoff,
  isBudget,
  type Backoff,
  type Budget,
  type RestartType,
} from '../core/restart.ts'
import { listed } from '../core/listed.ts'
import type { GroupPlan, Strategy } from '../wire/kernel-protocol.ts'

/** Where objects run: each in a thread of its own, on threads shared with others, on the main thread, or with its parent. */
export type ThreadOption = 'own' | 'shared' | 'main' | 'parent' | { readonly group: string; readonly threads?: number }

/** What is to be known of the objects of a definition besides their class. */
export interface DefinitionOptions {
  /**
   * Configuration file, relative to the module of the subsystem: a `.ts` or `.js` file whose default export is called with the object,
   * or a `.json` file that lands in `this.config`, validated if the class has `static config` (any Standard Schema).
   */
  readonly conf?: string
  /** Keys or names that must have started before. */
  readonly after?: readonly string[]
  /** How many objects: `key#0 … key#n-1`, each with its index. 0 makes a template that is only spawned. */
  readonly count?: number
  /** Where they run; `own` for a Task, `shared` for an Actor. */
  readonly thread?: ThreadOption
  /**
   * The bound of the mailbox: how many messages it holds (65,536 by default), and what happens to one more: it is refused with MailboxFull
   * (`reject`, the default), waits at its sender, in order (`wait`), or is dropped (`drop-newest`); or the oldest is (`drop-oldest`). With
   * `capacity: Infinity` there is no bound: senders that are faster than the object fill the memory, with warnings in the log.
   */
  readonly mailbox?: Partial<MailboxPolicy>
  /**
   * How long those who call methods of these objects wait for an answer, in ms, as if each had said `call(remote, { timeout })`: then
   * the call fails with FutureShock, and if it has not begun by then it never runs. A timeout that the caller does say counts instead;
   * a deadline that the caller's own call has is kept in any case (S15). Tells have none. Without it calls wait for ever.
   */
  readonly callTimeout?: number
  /**
   * How long code of these objects may hold their thread, in ms: run without a return to its event loop, be it in a handler, after an await of one
   * or in a callback. Awaits and a blocking `get()` do not count. Then the thread is ended, with all objects that live in it: they die as
   * with any death of a thread. The main thread cannot be ended; there it is only told. Without it there is no limit (S37).
   */
  readonly maxHandlerTime?: number
  /**
   * What an error that no caller sees leads to: the object goes on (`resume`, the default; it is logged), crashes and is restarted, or ends
   * for good (`stop`). With `calls: true` an error that a caller gets leads to the same.
   */
  readonly failure?: FailurePolicy['action'] | Partial<FailurePolicy>
  /**
   * Whether the supervisor restarts an object that has crashed: each time (`permanent`, the default, and `transient`, which OTP tells
   * apart by clean exits that do not exist here), or never (`temporary`); and how long it waits before (`backoff`, no time by default).
   */
  readonly restart?: RestartType | { readonly type?: RestartType; readonly backoff?: Partial<Backoff> }
  /** Limits of a thread of its own, in MB, as Node's Worker takes them. */
  readonly resourceLimits?: {
    readonly maxOldGenerationSizeMb?: number
    readonly maxYoungGenerationSizeMb?: number
    readonly codeRangeSizeMb?: number
    readonly stackSizeMb?: number
  }
  /** What the constructor gets; must be able to travel. */
  readonly args?: readonly unknown[]
}

/** A definition: a class, and what is to be known of its objects. */
export class Definition<C = unknown, Counted extends boolean = boolean> implements DefinitionOf<C, Counted> {
  declare readonly [DEFINES]?: { readonly class: C; readonly counted: Counted }
  /** @internal */
  readonly source: ClassSource
  /** The options that it was made with. */
  readonly options: DefinitionOptions
  /** By which function it was made. */
  readonly kind: 'task' | 'actor'
  readonly #registered: Registration | undefined

  /** @internal */
  constructor(
    kind: 'task' | 'actor',
    what: { readonly source: ClassSource; readonly options: DefinitionOptions },
    registered?: Registration,
  ) {
    this.kind = kind
    this.source = what.source
    this.options = what.options
    this.#registered = registered
  }

  /** Whether a subsystem has given it a key. */
  get isRegistered(): boolean {
    return this.#registered !== undefined
  }

  /** Its name in the subsystem. */
  get key(): string {
    return this.#where().key
  }

  /** The URL of the module that registers it. */
  get module(): string {
    return this.#where().module
  }

  /**
   * The same under a key of a module.
   *
   * @internal
   */
  registeredAs(module: string, key: string, group: GroupPlan): Definition<C, Counted> {
    return new Definition(this.kind, this, { module, key, group })
  }

  /**
   * The group whose supervisor restarts its objects.
   *
   * @internal
   */
  get group(): GroupPlan {
    return this.#where().group
  }

  static {
    // As a text, since a bundler may rename a class that names itself.
    Object.defineProperty(this, 'name', { value: 'Definition', configurable: true })
  }

  #where(): Registration {
    if (this.#registered === undefined)
      throw new BadDefinition(
        'this definition belongs to no subsystem yet, so it has no name; use the one that subsystem() returned',
      )
    return this.#registered
  }
}

interface Registration {
  readonly module: string
  readonly key: string
  readonly group: GroupPlan
}

/**
 * A class, or how to load it.
 *
 * @internal
 */
export type ClassSource =
  | { readonly kind: 'class'; readonly userClass: AnyClass }
  | { readonly kind: 'lazy'; readonly load: () => Promise<object>; readonly name: string }

type Counting = DefinitionOptions & { readonly count: number }

declare const REFUSED: unique symbol

/** What is no definition, so that no subsystem takes it: a sentence that the compiler shows. */
export interface NoDefinition<Why extends string> {
  readonly [REFUSED]: Why
}

/** The exports of a module, and any other name: a wrong one is told by what `task` returns, where nothing hides it. */
type Exported<M> = (keyof M & string) | (string & {})
type Lazy<C, Kind, Counted extends boolean> = [C] extends [never]
  ? NoDefinition<'the module exports no class of that name'>
  : C extends ClassOf<Kind>
    ? Definition<C, Counted>
    : NoDefinition<
        Kind extends ExtendsTask ? 'it is no class that extends Task' : 'it is no class that extends Actor or Task'
      >

// The overloads: lazy ones first, since the compiler says of a wrong call what is wrong with the last one that it could be.

/** Defines a Task whose class is loaded only in the thread that runs it: how to import its module, and the name that exports it. */
export function task<M, K extends Exported<M>>(
  load: () => Promise<M>,
  name: K,
  options: Counting,
): Lazy<M[K & keyof M], ExtendsTask, true>
export function task<M, K extends Exported<M>>(
  load: () => Promise<M>,
  name: K,
  options?: DefinitionOptions,
): Lazy<M[K & keyof M], ExtendsTask, false>
/** Defines Tasks of one class: `count: 3` gives `key#0` to `key#2`, each with a thread of its own unless its options say otherwise. */
export function task<C extends ClassOf<ExtendsTask>>(userClass: C, options: Counting): Definition<C, true>
/**
 * Defines a Task: by default each object has a thread of its own.
 *
 * @throws BadDefinition for a class that is none, or that declares a word of tsworks
 * @example
 * const example = subsystem(import.meta.url, {
 *   counter: task(Counter),
 *   worker: task(() => import('./worker.ts'), 'Worker', { after: ['counter'] }),
 * })
 */
export function task<C extends ClassOf<ExtendsTask>>(userClass: C, options?: DefinitionOptions): Definition<C, false>
export function task(what: unknown, second?: unknown, third?: unknown): unknown {
  return define('task', what, second, third)
}

/** Defines an Actor whose class is loaded only in the threads that run it. */
export function actor<M, K extends Exported<M>>(
  load: () => Promise<M>,
  name: K,
  options: Counting,
): Lazy<M[K & keyof M], ExtendsActor, true>
export function actor<M, K extends Exported<M>>(
  load: () => Promise<M>,
  name: K,
  options?: DefinitionOptions,
): Lazy<M[K & keyof M], ExtendsActor, false>
/** Defines Actors of one class: `count: 3` gives `key#0` to `key#2`. */
export function actor<C extends ClassOf<ExtendsActor>>(userClass: C, options: Counting): Definition<C, true>
/** Defines an Actor: as `task`, but by default on a thread that it shares. */
export function actor<C extends ClassOf<ExtendsActor>>(userClass: C, options?: DefinitionOptions): Definition<C, false>
export function actor(what: unknown, second?: unknown, third?: unknown): unknown {
  return define('actor', what, second, third)
}

function define(kind: 'task' | 'actor', ...[what, second, third]: readonly unknown[]): Definition {
  const call = `${kind}(${typeof what === 'function' ? what.name || 'load' : describe(what)})`
  if (typeof what !== 'function')
    throw new BadDefinition(`${call}: expected a class, or a function that imports its module`)
  const isLazy = typeof second === 'string'
  const options = checkedOptions((isLazy ? third : second) ?? {}, call)
  if (isLazy)
    return new Definition(kind, {
      source: { kind: 'lazy', load: what as () => Promise<object>, name: second },
      options,
    })
  if (what.prototype === undefined)
    throw new BadDefinition(
      `${call}: expected the name of the exported class after the function that imports its module: ${kind}(() => import('./worker.ts'), 'Worker')`,
    )
  checkKind(kind, what as unknown as AnyClass)
  return new Definition(kind, { source: { kind: 'class', userClass: what as unknown as AnyClass }, options })
}

/** Throws unless the class is what `task()` or `actor()` takes. */
export function checkKind(kind: 'task' | 'actor', userClass: AnyClass): void {
  const found: ClassKind = traitsOf(userClass).kind
  if (found === 'State')
    throw new BadDefinition(`${kind}(${userClass.name}): expected a Task or Actor, found a State; a Task becomes() it`)
  if (kind === 'task' && found !== 'Task')
    throw new BadDefinition(
      `task(${userClass.name}): expected a class that extends Task, found an Actor; use actor(${userClass.name})`,
    )
}

const OPTION_NAMES = [
  'conf',
  'after',
  'count',
  'thread',
  'mailbox',
  'failure',
  'restart',
  'callTimeout',
  'maxHandlerTime',
  'resourceLimits',
  'args',
] as const satisfies readonly (keyof DefinitionOptions)[]
const RESTART_TYPES: readonly RestartType[] = ['permanent', 'transient', 'temporary']
const PLACES = ['own', 'shared', 'main', 'parent'] as const

/** Checks what the compiler cannot, for those who have none. */
function checkedOptions(options: unknown, call: string): DefinitionOptions {
  const refuse: Refuse = (expected, found) => {
    throw new BadDefinition(`${call}: expected ${expected}, found ${describe(found)}`)
  }
  if (typeof options !== 'object' || options === null) return refuse('options as an object', options)
  const known: readonly string[] = OPTION_NAMES
  for (const name of Object.keys(options))
    if (!known.includes(name)) {
      const near = nearNames(name, known)
      throw new BadDefinition(
        `${call}: there is no option ${name}${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`,
      )
    }
  const { conf, after, count, thread, mailbox, failure, restart, args } = options as DefinitionOptions
  if (conf !== undefined && typeof conf !== 'string') refuse('conf: a path', conf)
  if (after !== undefined && !(Array.isArray(after) && after.every((name) => typeof name === 'string')))
    refuse("after: ['name']", after)
  if (count !== undefined && !(Number.isSafeInteger(count) && count >= 0)) refuse('count: a whole number from 0', count)
  if (args !== undefined && !Array.isArray(args)) refuse('args: an array', args)
  const { callTimeout, maxHandlerTime } = options as DefinitionOptions
  if (callTimeout !== undefined && !(typeof callTimeout === 'number' && callTimeout >= 0 && callTimeout <= LONGEST_MS))
    refuse(`callTimeout: a time from 0 to ${LONGEST_MS} ms`, callTimeout)
  if (
    maxHandlerTime !== undefined &&
    !(typeof maxHandlerTime === 'number' && maxHandlerTime > 0 && maxHandlerTime <= LONGEST_MS)
  )
    refuse(`maxHandlerTime: a time of more than 0 and up to ${LONGEST_MS} ms`, maxHandlerTime)
  if (mailbox !== undefined && !isMailbox(mailbox)) refuse(`mailbox: ${EXPECTED_MAILBOX}`, mailbox)
  if (typeof thread === 'object') {
    checkedName(thread.group, `${call}: thread.group`)
    if (thread.threads !== undefined && !(Number.isSafeInteger(thread.threads) && thread.threads > 0))
      refuse('thread.threads: a whole number from 1', thread.threads)
  } else if (thread !== undefined && !PLACES.includes(thread))
    refuse(`thread: one of ${PLACES.join(', ')} or { group }`, thread)
  const action = typeof failure === 'object' ? (failure.action ?? 'resume') : (failure ?? 'resume')
  if (!['resume', 'restart', 'stop'].includes(action)) refuse("failure: 'resume', 'restart' or 'stop'", failure)
  if (restart !== undefined) checkRestart(restart, refuse)
  return options
}

type Refuse = (expected: string, found: unknown) => never

function checkRestart(restart: NonNullable<DefinitionOptions['restart']>, refuse: Refuse): void {
  const { type = 'permanent', backoff } = typeof restart === 'object' ? restart : { type: restart }
  if (!RESTART_TYPES.includes(type))
    refuse(`restart: one of ${RESTART_TYPES.join(', ')}, or { type, backoff }`, restart)
  if (backoff !== undefined && !isBackoff(backoff)) refuse(`restart.backoff: ${EXPECTED_BACKOFF}`, backoff)
}

/** A subsystem: definitions by key. */
export type Subsystem = Readonly<Record<string, Definition>>

/** How the objects of a subsystem are supervised; OTP's words. */
export interface GroupOptions {
  /** Who is restarted with one that crashes: nobody else (`oneForOne`, the default), all, or those that started after it. */
  readonly strategy?: Strategy
  /** How many restarts in how many ms, all its objects together; 3 in 5,000 by default. Beyond it the system stops, or restarts the group. */
  readonly budget?: Budget
}

const registry = new Map<string, Map<string, Definition>>()
const awaited = new Map<string, ((definition: Definition) => void)[]>()

/**
 * Gives definitions their keys, and registers them under the module that calls it, in every thread that loads the module.
 *
 * @param url `import.meta.url`
 * @param options how its objects, which are one group with one budget, are supervised
 * @returns the definitions, which can be used wherever a name can: `this.actor(example.worker)`
 * @throws BadDefinition for a key that is no name, or that the module has registered already
 */
export function subsystem<const T extends Readonly<Record<string, Definition>>>(
  url: string,
  definitions: T,
  options: GroupOptions = {},
): T {
  if (typeof url !== 'string' || !URL.canParse(url))
    throw new BadDefinition(`subsystem(url, …): expected import.meta.url, found ${describe(url)}`)
  const bound: Subsystem = keyed(url, definitions, options)
  const registered = registry.get(url) ?? new Map<string, Definition>()
  for (const key of Object.keys(bound))
    if (registered.has(key))
      throw new BadDefinition(
        `${url} registers ${key} twice; keys are unique in a module (in a bundle all modules are one)`,
      )
  registry.set(url, registered)
  for (const [key, definition] of Object.entries(bound)) {
    registered.set(key, definition)
    const id = idOf(url, key)
    for (const found of awaited.get(id) ?? []) found(definition)
    awaited.delete(id)
  }
  return bound as T
}

/** The definitions with their keys, as those of that module; registers nothing. */
export function keyed<const T extends Readonly<Record<string, Definition>>>(
  url: string,
  definitions: T,
  options: GroupOptions = {},
): T {
  const group = groupOf(url, definitions, options)
  const bound: Record<string, Definition> = {}
  for (const [key, definition] of Object.entries(definitions)) {
    checkedName(key, `the key of a definition in ${url}`)
    if (key.includes('#'))
      throw new BadDefinition(`${url}: expected a key without #, found ${key}; count: n gives names with it`)
    if (!(definition instanceof Definition))
      throw new BadDefinition(
        `${url}: ${key}: expected task(Class) or actor(Class), found ${describedMember(key, definition)}`,
      )
    bound[key] = definition.registeredAs(url, key, group)
  }
  return bound as T
}

/** What stands where a definition should; and what to write, where that is known. */
function describedMember(key: string, found: unknown): string {
  if (typeof found !== 'function') return describe(found)
  const kind = found.prototype instanceof Task ? 'task' : found.prototype instanceof Actor ? 'actor' : undefined
  return kind === undefined ? describe(found) : `the class ${found.name} itself; write ${key}: ${kind}(${found.name})`
}

/** Whether a program's definitions have their keys already. */
export function isKeyed(program: unknown): boolean {
  return Object.values(program as Subsystem).some(
    (definition) => definition instanceof Definition && definition.isRegistered,
  )
}

/** The group that the objects of a subsystem make. */
export function groupOf(url: string, definitions: object, options: GroupOptions): GroupPlan {
  const label = `the group ${listed(Object.keys(definitions))}`
  const { strategy = 'oneForOne', budget = DEFAULT_BUDGET, ...rest } = options
  const refuse = (expected: string, found: unknown): never => {
    throw new BadDefinition(`subsystem(${url}, …, options): expected ${expected}, found ${describe(found)}`)
  }
  for (const name of Object.keys(rest)) refuse('strategy or budget', name)
  if (!STRATEGIES.includes(strategy)) refuse(`strategy: one of ${STRATEGIES.join(', ')}`, strategy)
  if (!isBudget(budget)) refuse('budget: { restarts, within }, a whole number from 0 and a time in ms', budget)
  // The keys of a module are unique, so the first one names the group.
  return { id: idOf(url, Object.keys(definitions)[0] ?? ''), label, strategy, budget }
}

const STRATEGIES: readonly Strategy[] = ['oneForOne', 'oneForAll', 'restForOne']

/** The definition that a module has registered under a key. */
export function knownDefinition(module: string, key: string): Definition | undefined {
  return registry.get(module)?.get(key)
}

/** The definition that a module registers under a key, once it does. */
export function registeredDefinition(module: string, key: string): Promise<Definition> {
  const definition = knownDefinition(module, key)
  if (definition !== undefined) return Promise.resolve(definition)
  return new Promise((found) => {
    const id = idOf(module, key)
    awaited.set(id, [...(awaited.get(id) ?? []), found])
  })
}

/** The keys that a module has registered so far. */
export function registeredKeys(module: string): string[] {
  return [...(registry.get(module)?.keys() ?? [])]
}

function idOf(module: string, key: string): string {
  return `${module} ${key}`
}

type NameOf<K, D> = K extends string
  ? D extends DefinitionOf<unknown, true>
    ? `${K}#${number}`
    : D extends DefinitionOf<unknown>
      ? K
      : never
  : never

/**
 * The names of a subsystem and what stands behind them, for the Registry: `ring#0 …` for a counted key.
 *
 * @example
 * declare module 'tsworks' {
 *   interface Registry extends Entries<typeof example> {}
 * }
 */
export type Entries<T> = {
  [K in keyof T as NameOf<K, T[K]>]: T[K] extends DefinitionOf<infer C> ? RowOf<C> : never
}
