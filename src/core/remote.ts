/**
 * Remote: how an object looks from outside (elsewhere this is called a proxy; JavaScript has that name for something else).
 *
 * One per target and thread, so `===` tells whether two are the same object. A method called on it is a message to the other; what
 * it returns is a Future. `tell(remote)` and `call(remote, options)` are the same object with another manner of calling.
 */

import { checkCallOptions } from './arguments.ts'
import { checkedMs } from './clock.ts'
import { BadDefinition, TsworksError } from './errors.ts'
import { fallTo } from './falling.ts'
import type { Future } from './future.ts'
import type { Told } from './remote-type.ts'
import { describe } from './traits.ts'

/** How a call is made: its answer awaited, at most `timeout` ms, given up when `signal` aborts. */
export interface CallOptions {
  /** How long to wait for the answer, in ms; nested calls inherit what is left (S15). */
  readonly timeout?: number
  /** Cancels the call when it aborts (S14). */
  readonly signal?: AbortSignal
}

/** One way, or a call with its options. */
export type Manner = 'tell' | CallOptions | undefined

/** What a Remote points at, and who sends for it. */
export interface Target {
  readonly name: string
  /** undefined until the directory has told it. */
  readonly pid: number | undefined
  /** Its one-way face, once somebody has asked for it: here, since a WeakMap with very many of them keeps the garbage collector busy. */
  told?: object
  /** Sends a message; gives what the method of the Remote returns. */
  send(method: string, args: readonly unknown[], manner: Manner): unknown
}

/** What a Remote points at; undefined for any other value, of which no property is looked at. */
export let targetOf: (value: unknown) => Target | undefined

class RemoteObject {
  readonly #target: Target
  readonly #manner: Manner

  constructor(target: Target, manner: Manner) {
    this.#target = target
    this.#manner = manner
  }

  /** What console.log shows of it; Node asks by this symbol, and a symbol is never a call. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Remote(${this.#target.name})`
  }

  get [Symbol.toStringTag](): string {
    return `Remote(${this.#target.name})`
  }

  static {
    targetOf = (value) => (typeof value === 'object' && value !== null && #target in value ? value.#target : undefined)
    fallTo(
      this.prototype,
      (name) =>
        function method(this: unknown, ...args: unknown[]): unknown {
          if (typeof this !== 'object' || this === null || !(#target in this))
            throw new TsworksError(
              `${name}() was cut from its Remote and does not know whom to call; keep them together: remote.${name}(…), or ` +
                `(...args) => remote.${name}(...args)`,
              { code: 'CUT_FROM_REMOTE' },
            )
          return this.#target.send(name, args, this.#manner)
        },
    )
  }
}

/** Makes a Remote for a target; its host keeps it, so that there is one. */
export function makeRemote(target: Target, manner?: Manner): object {
  return new RemoteObject(target, manner)
}

/** The target of a Remote; throws in the name of `inWhat` when it is none. */
export function checkedTarget(remote: unknown, inWhat: string): Target {
  const target = targetOf(remote)
  if (target !== undefined) return target
  throw new BadDefinition(
    `${inWhat}: expected a Remote, as this.actor(name) or spawn() gives it, found ${describe(remote)}`,
  )
}

/** The name of the object that a Remote points at. */
export function nameOf(remote: object): string {
  return checkedTarget(remote, 'nameOf(remote)').name
}

/** The pid of the object that a Remote points at; undefined while the directory has not told it. */
export function pidOf(remote: object): number | undefined {
  return checkedTarget(remote, 'pidOf(remote)').pid
}

declare const ONE_WAY: unique symbol

/** A Remote whose methods answer nothing; what they return may be awaited for "accepted". */
export type Tell<R> = {
  readonly [K in keyof R]: Told<R[K]>
} & { readonly [ONE_WAY]?: true }

/**
 * The same object, one way: its methods are told, not called, and answer nothing.
 *
 * Messages of one sender keep their order, told and called ones together (S2). An error in the method goes to the other's log and its
 * `onException`, not to the sender. What a method returns may be awaited for "accepted", not for an answer: that is how a sender goes no
 * faster than a mailbox with `overflow: 'wait'` takes its messages. One that refuses (`reject`) throws MailboxFull.
 *
 * @example
 * tell(this.actor('worker')).startLongWork(answer)
 */
export function tell<R extends object>(remote: R): Tell<R> {
  const target = checkedTarget(remote, 'tell(remote)')
  return (target.told ??= makeRemote(target, 'tell')) as Tell<R>
}

/**
 * The same object with options for the calls made on what is returned.
 *
 * @throws BadDefinition for options that are none
 * @example
 * await call(this.actor('worker'), { timeout: 500 }).hello(1, 'x')
 */
export function call<R extends object>(remote: R, options: CallOptions): R {
  const target = checkedTarget(remote, 'call(remote, options)')
  checkCallOptions(`call(${target.name}, options)`, options)
  if (options.timeout !== undefined) checkedMs(options.timeout, `call(${target.name}, { timeout })`)
  return makeRemote(target, options) as R
}

/** The Future that a call gives for what its method returns. */
export type Answer<R> = Future<Awaited<R>>
