/**
 * The types of what one sees of an object from outside.
 *
 * Methods are picked *by name* only, and what each becomes is decided in the value: picking keys by the type of their values closes a
 * circle as soon as two classes hold each other in fields (TS7022, TS2589), which is our own idiom.
 */

import type { Future } from './future.ts'
import type { Registry } from './registry.ts'
import type { Hook, OwnWord, STATE_WORD, THENABLE } from './words.ts'

declare const NOT_A_METHOD: unique symbol

/** Marks the base classes with their output methods; exists for the compiler only. */
export declare const EVENTS: unique symbol

/** What a field of an object looks like from outside. */
export interface NotAMethod {
  readonly [NOT_A_METHOD]: 'a field cannot be read from outside; write a method'
}

type Hidden = OwnWord | Hook | keyof Object | 'toJSON' | typeof THENABLE
type Public<K> = K extends Hidden ? never : K extends `_${string}` ? never : K extends string ? K : never

/** What a method becomes: the same arguments, a Future of what it returns. Up to three overloads survive. */
// oxlint-disable-next-line typescript/no-explicit-any -- inference of any function at all
type Member<F> = F extends (...args: any[]) => any
  ? F extends { (...args: infer A1): infer R1; (...args: infer A2): infer R2; (...args: infer A3): infer R3 }
    ? ((...args: A3) => R3) extends F
      ? // Not generic. A method with one signature infers it three times; showing one keeps error messages short.
        [A1, A2] extends [A2, A3]
        ? (...args: A3) => Future<Awaited<R3>>
        : {
            (...args: A1): Future<Awaited<R1>>
            (...args: A2): Future<Awaited<R2>>
            (...args: A3): Future<Awaited<R3>>
          }
      : // A generic or overloaded method that is async passes through as it is: its Promise is a Future at run time.
        R3 extends PromiseLike<unknown>
        ? F
        : {
            (...args: A1): Future<Awaited<R1>>
            (...args: A2): Future<Awaited<R2>>
            (...args: A3): Future<Awaited<R3>>
          }
    : never
  : NotAMethod

type KeysOfEach<U> = U extends unknown ? Public<keyof U> : never
// oxlint-disable-next-line typescript/no-explicit-any -- inference of any function at all
type ArgsOfEach<U, K> = U extends unknown ? (K extends keyof U ? (U[K] extends (...args: infer A) => any ? A : never) : never) : never
type ResultOfEach<U, K> = U extends unknown
  ? // oxlint-disable-next-line typescript/no-explicit-any -- inference of any function at all
    K extends keyof U ? (U[K] extends (...args: any) => infer R ? Awaited<R> : never) : never
  : never

/**
 * An object seen from outside: only the methods that the user's classes declare, each giving a Future.
 *
 * `A` is the object's class type, `S` the union of its States', whose messages it understands too.
 */
export type Remote<A, S = never> = [S] extends [never]
  ? { readonly [K in Public<keyof A>]: Member<A[K]> }
  : { readonly [K in KeysOfEach<A> | Exclude<KeysOfEach<S>, typeof STATE_WORD>]: (...args: ArgsOfEach<A | S, K>) => Future<ResultOfEach<A | S, K>> }

/** What stands behind a name: a class type and the union of its States'. */
export interface Row {
  readonly of: unknown
  readonly states: unknown
}

/** The Remote of what stands behind a name. */
export type RemoteOf<R> = R extends { readonly of: infer A; readonly states: infer S } ? Remote<A, S> : never

/** A Remote of which nothing is known. */
export interface UntypedRemote {
  // oxlint-disable-next-line typescript/no-explicit-any -- untyped on purpose: there is no Registry to type it
  readonly [method: string]: (...args: any[]) => Future<any>
}

/** The names that may be used: those of the Registry; any while it is empty. */
export type Name = [keyof Registry] extends [never] ? string : keyof Registry & string
/** The Remote of a name. */
export type Named<N> = [keyof Registry] extends [never] ? UntypedRemote : N extends keyof Registry ? RemoteOf<Registry[N]> : never
/** The keys of counted names: `ring` for `ring#0`. */
export type FamilyKey = [keyof Registry] extends [never]
  ? string
  : keyof Registry extends infer K
    ? K extends `${infer Key}#${number}`
      ? Key
      : never
    : never
/** The Remote of each member of a family. */
export type FamilyMember<K> = [keyof Registry] extends [never]
  ? UntypedRemote
  : K extends string
    ? `${K}#${number}` extends keyof Registry
      ? RemoteOf<Registry[`${K}#${number}`]>
      : never
    : never

/** The output methods of an object's class. */
export type EventsOf<A> = A extends { readonly [EVENTS]?: infer E } ? Exclude<E, undefined> : never
/** The output methods of what stands behind a name. */
export type EventsAt<N> = N extends keyof Registry ? (Registry[N] extends { readonly of: infer A } ? EventsOf<A> : {}) : {}

/** What an object must have to observe one with these output methods. */
export type Listener<Events> = {
  readonly [K in keyof Events]: Events[K] extends (...args: infer A) => unknown ? (...args: A) => unknown : never
}

/** `this.notify`: each output method, told to all observers. */
export type Notify<Events> = {
  readonly [K in keyof Events]: Events[K] extends (...args: infer A) => unknown ? (...args: A) => void : never
}

/** Marks definitions with what they define; exists for the compiler only. */
export declare const DEFINES: unique symbol

/** What a definition is to the types: a class, and whether it is counted. */
export interface DefinitionOf<C, Counted extends boolean = boolean> {
  readonly key: string
  readonly [DEFINES]?: { readonly class: C; readonly counted: Counted }
}

// oxlint-disable-next-line typescript/no-explicit-any -- a constructor's parameters are its own affair
export type ClassOf<A> = abstract new (...args: any[]) => A
/** The union of the State types that a Task class lists in `static states`. */
export type StatesIn<C> = C extends { readonly states: () => readonly (infer S)[] } ? (S extends ClassOf<infer I> ? I : never) : never
/** The row of the Registry that a class gives. */
export type RowOf<C> = C extends ClassOf<infer A> ? { of: A; states: StatesIn<C> } : never
/** The Remote that a definition gives. */
export type RemoteOfDefinition<D> = D extends DefinitionOf<infer C> ? RemoteOf<RowOf<C>> : never
/** The output methods of a definition's class. */
export type EventsOfDefinition<D> = D extends DefinitionOf<infer C> ? (C extends ClassOf<infer A> ? EventsOf<A> : {}) : {}
