/**
 * What an object's base class asks of the runtime: the words of DESIGN.md §1, behind one interface.
 *
 * The base classes (actor.ts, task.ts, state.ts) are thin: each word is one call on the context that stood ready when the object was
 * constructed. A Cell implements it; so does the detached context of an object that a unit test makes with `new`.
 */

import type { ClockTimer } from './clock.ts'
import type { Future } from './future.ts'
import type { Logger } from './logger.ts'
import type { MessageContext } from './message.ts'
import type { AnyClass } from './traits.ts'

/** What `this.actor()` takes in place of a name: a definition, which knows its key. */
export interface Named {
  readonly key: string
}

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
  /** The State that set it, if one did. */
  readonly owner: object | undefined
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
  config: unknown
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
  stateTimeout(ms: number): void
  timer(wish: TimerWish): ClockTimer
  pause(ms: number): Promise<void>
  spawn(what: string | Named, options: SpawnOptions): object
  watch(remote: object): void
  stop(reason: string | undefined): void
  stopOther(remote: object): Future<void>
  fail(error: unknown): never
}

let ready: ObjectContext | undefined

/** Calls `make`, in which the first constructor of a base class takes `context`. */
export function constructWith<T>(context: ObjectContext, make: () => T): T {
  ready = context
  try {
    return make()
  } finally {
    ready = undefined
  }
}

/** Takes the context that stands ready; undefined when the user calls `new` herself, also inside a constructor or a field. */
export function takeContext(): ObjectContext | undefined {
  const context = ready
  ready = undefined
  return context
}
