/**
 * What an object's base class asks of the runtime: the words that it gives its user, behind one interface.
 *
 * The base classes (actor.ts, task.ts, state.ts) are thin: each word is one call on the context that stood ready when the object was
 * constructed. CellWords implements it; so does the detached context of an object that a unit test makes with `new`.
 */

import type { Owner } from './belongings.ts'
import type { ClockTimer } from './clock.ts'
import type { Future } from './future.ts'
import type { Logger } from './logger.ts'
import type { MessageContext } from './message.ts'
import { checkFields, type AnyClass } from './traits.ts'

/** What `this.actor()` takes in place of a name: a definition, which knows its key. */
export interface Named {
  readonly key: string
}

/** How an object is made that is spawned. */
export interface SpawnOptions {
  /** The name of the new object; `key:pid` unless given. */
  readonly name?: string
  /** Goes on when its parent ends. */
  readonly detached?: boolean
  /** What its constructor gets. */
  readonly args?: readonly unknown[]
}

export interface TimerWish {
  readonly name: string
  readonly ms: number
  readonly run: () => unknown
  /** The object that set it: the Actor or Task itself, or one of its States. */
  readonly owner: object
}

/** What is known of the message in hand (S40). */
export interface MessageInfo extends MessageContext {
  /** The pid of the object that sent it; 0 where none did. */
  readonly sender: number
}

export interface ObjectContext {
  readonly name: string
  readonly pid: number
  readonly index: number
  readonly log: Logger
  readonly config: unknown
  readonly signal: AbortSignal
  readonly messageInfo: MessageInfo
  /** The object itself, for its States. */
  readonly object: object
  /** The face whose methods notify the observers. */
  readonly notify: object
  actor(name: string | Named, index?: number): object
  actors(key: string | Named): object[]
  self(): object
  observe(observed: string | Named | object, on: boolean): Future<void>
  become(stateClass: AnyClass, args: readonly unknown[]): void
  postpone(): never
  every(ms: number): void
  /** Sets the timeout of `state`. */
  stateTimeout(state: object, ms: number): void
  timer(wish: TimerWish): ClockTimer
  pause(ms: number): Promise<void>
  spawn(what: string | Named, options: SpawnOptions): object
  watch(remote: object): void
  stop(reason: string | undefined): void
  stopOther(remote: object): Future<void>
  fail(error: unknown): never
  /** The object, for what it opens outside of tsworks; `call` is what opens it. */
  owner(call: string): Owner
}

interface Ready {
  readonly context: ObjectContext
  readonly userClass: AnyClass
}

let ready: Ready | undefined

/** Makes an object of a user's class, which takes `context`; throws what its constructor throws, or a BadDefinition. */
export function constructWith(context: ObjectContext, userClass: AnyClass, args: readonly unknown[]): object {
  const Concrete = userClass as unknown as new (...args: readonly unknown[]) => object
  const before = ready
  ready = { context, userClass }
  try {
    const object = new Concrete(...args)
    checkFields(userClass, object)
    return object
  } finally {
    ready = before
  }
}

/** Takes the context that stands ready for an object of this class; undefined for one that the user makes with `new`. */
export function takeContext(userClass: AnyClass): ObjectContext | undefined {
  if (ready?.userClass !== userClass) return undefined
  const { context } = ready
  ready = undefined
  return context
}
