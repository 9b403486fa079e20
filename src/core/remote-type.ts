/**
 * The types of what one sees of an object from outside.
 *
 *   class Door ──Remote──▶ open(by: string): Future<void>      its methods, and those of its States
 *        ╲                 opened: NotAMethod<'a field cannot be read from outside; write a method'>
 *         ╲─EventsOf─────▶ what an observer must have          (hooks, words of ours, `_private` ones: absent)
 *
 * Methods are picked *by name* only, and what each becomes is decided in the value: picking keys by the type of their values closes a
 * circle as soon as two classes hold each other in fields (TS7022, TS2589), which is our own idiom. For the same reason a class is told
 * by a brand, never by its shape. Words take names and definitions by one signature, not by overloads: of those the compiler shows only
 * what is wrong with the last.
 */

import type { Future } from './future.ts'
import type { Registry } from './registry.ts'
import type { Hook, OwnWord, STATE_WORD, THENABLE } from './words.ts'

// ── Marks, for the compiler only ────────────────────────────────────────────────────────────────────────────────────────────────

declare const NOT_A_METHOD: unique symbol
/** Marks objects and their Remotes with their output methods. */
export declare const EVENTS: unique symbol
/** Marks objects with the base class that they extend. */
export declare const KIND: unique symbol
/** Marks definitions with what they define. */
export declare const DEFINES: unique symbol

/** An object of a class that extends Actor, or Task. */
export interface ExtendsActor {
  readonly [KIND]: 'Actor' | 'Task'
}
/** An object of a class that extends Task. */
export interface ExtendsTask {
  readonly [KIND]: 'Task'
}
/** An object of a class that extends State. */
export interface ExtendsState {
  readonly [KIND]: 'State'
}

/** A class of such objects, whatever its constructor takes. */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor's parameters are its own affair
export type ClassOf<A> = abstract new (...args: any[]) => A

// ── Remotes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a field of an object is from outside: a sentence that the compiler shows to whoever uses it. */
export interface NotAMethod<Why extends string = 'a field cannot be read from outside; write a method'> {
  readonly [NOT_A_METHOD]: Why
}

// oxlint-disable-next-line typescript/no-wrapper-object-types -- the names that every object has
type Hidden = OwnWord | Hook | keyof Object | 'toJSON' | typeof THENABLE
type Public<K> = K extends Hidden ? never : K extends `_${string}` ? never : K extends string ? K : never
type PublicOfEach<S> = S extends unknown ? Exclude<Public<keyof S>, typeof STATE_WORD> : never

// oxlint-disable-next-line typescript/no-explicit-any -- any function at all
type AnyFunction = (...args: any) => any

/**
 * What a method becomes: the same arguments, a Future of what it returns.
 *
 * Three overloads survive. A method that its last signature cannot stand for is generic or overloaded: if it is async it passes as it
 * is, since its Promise is a Future at run time; if not, what hangs on its type parameters becomes `unknown`.
 */
type Member<F> = F extends (...args: infer A extends readonly unknown[]) => infer R
  ? ((...args: A) => R) extends F
    ? Called<F>
    : R extends PromiseLike<unknown>
      ? F
      : Called<F>
  : NotAMethod

/** The last three signatures; inference gives a method that has fewer its first one again, which is not shown twice. */
type Called<F> = F extends {
  (...args: infer A1 extends readonly unknown[]): infer R1
  (...args: infer A2 extends readonly unknown[]): infer R2
  (...args: infer A3 extends readonly unknown[]): infer R3
}
  ? Same<[A2, R2], [A3, R3]> extends true
    ? (...args: A3) => Answer<Awaited<R3>>
    : Same<[A1, R1], [A2, R2]> extends true
      ? { (...args: A2): Answer<Awaited<R2>>; (...args: A3): Answer<Awaited<R3>> }
      : {
          (...args: A1): Answer<Awaited<R1>>
          (...args: A2): Answer<Awaited<R2>>
          (...args: A3): Answer<Awaited<R3>>
        }
  : Uninferred<F>

/** What a call gives: a Future; of a stream, one that can be read as it (`for await (const row of remote.rows())`). */
export type Answer<T> = Future<T> & ReadAs<T>
type ReadAs<T> = 0 extends T & 1
  ? unknown
  : [T] extends [never]
    ? unknown
    : [T] extends [AsyncIterable<infer Item>]
      ? AsyncIterable<Item>
      : unknown

/** What telling gives: it may be awaited until there was room for the message in the other's mailbox (S8), never for an answer. */
export interface Accepted extends PromiseLike<void> {}

/** What a method of a Remote becomes when it is told, not called. */
export type Told<F> = F extends AnyFunction ? Telling<F> : F
type Telling<F> = F extends {
  (...args: infer A1 extends readonly unknown[]): infer R1
  (...args: infer A2 extends readonly unknown[]): infer R2
  (...args: infer A3 extends readonly unknown[]): infer R3
}
  ? Same<[A2, R2], [A3, R3]> extends true
    ? (...args: A3) => Accepted
    : Same<[A1, R1], [A2, R2]> extends true
      ? { (...args: A2): Accepted; (...args: A3): Accepted }
      : { (...args: A1): Accepted; (...args: A2): Accepted; (...args: A3): Accepted }
  : // oxlint-disable-next-line typescript/no-explicit-any -- as in Uninferred
    (...args: any[]) => Accepted

/** Parameters that hang on each other by type parameters: no signature can be inferred, so it passes as it is, or takes anything. */
type Uninferred<F> = F extends (...args: never) => infer R
  ? [R] extends [never]
    ? Anything
    : R extends PromiseLike<unknown>
      ? F
      : Anything
  : never
// oxlint-disable-next-line typescript/no-explicit-any -- what it takes cannot be said
type Anything = (...args: any[]) => Future<unknown>

type Same<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false

/** What K becomes in an object or its States: all that have it count, nobody outside knows which one is current. */
type MemberOfEach<U, K> = OneOrMany<Extract<U extends unknown ? U[K & keyof U] : never, AnyFunction>>
type OneOrMany<F extends AnyFunction> = [F] extends [never]
  ? NotAMethod
  : IsUnion<F> extends false
    ? Member<F>
    : Many<Parameters<F>, Awaited<ReturnType<F>>>
/** A union of functions says just that: the arguments must suit each of them. Of overloads only the last one counts here. */
type Many<Args, R> = Args extends readonly unknown[] ? (...args: Args) => Answer<R> : never
type IsUnion<U, Each = U> = U extends unknown ? ([Each] extends [U] ? false : true) : never

/**
 * An object seen from outside: only the methods that the user's classes declare, each giving a Future.
 *
 * `A` is the object's class type, `S` the union of its States', whose messages it understands too.
 */
export type Remote<A, S = never> = ([S] extends [never]
  ? { readonly [K in Public<keyof A>]: Member<A[K]> }
  : { readonly [K in Public<keyof A> | PublicOfEach<S>]: MemberOfEach<A | S, K> }) & { readonly [EVENTS]?: EventsOf<A> }

/** A Remote of which nothing is known: it may be called as one likes. */
export interface UntypedRemote {
  // Not a function that gives a Future: under noUncheckedIndexedAccess it would be "possibly undefined" at each call.
  // oxlint-disable-next-line typescript/no-explicit-any -- untyped on purpose: there is no Registry to type it
  readonly [method: string]: any
}

// ── Definitions ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a definition is to the types: a class, and whether it is counted. */
export interface DefinitionOf<C, Counted extends boolean = boolean> {
  readonly key: string
  readonly [DEFINES]?: { readonly class: C; readonly counted: Counted }
}

/** What stands behind a name: a class type and the union of its States'. */
export interface Row {
  readonly of: unknown
  readonly states: unknown
}

/** The union of the State types that a Task class lists in `static states`. */
export type StatesIn<C> = C extends { readonly states: () => readonly (infer S)[] }
  ? S extends ClassOf<infer I>
    ? I
    : never
  : never
/** The row of the Registry that a class gives. */
export type RowOf<C> = C extends ClassOf<infer A> ? { of: A; states: StatesIn<C> } : { of: unknown; states: never }
/** The Remote of what stands behind a name. */
export type RemoteOf<R> = R extends { readonly of: infer A; readonly states: infer S }
  ? unknown extends A
    ? UntypedRemote
    : Remote<A, S>
  : never

// ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The names that may be used: those of the Registry; any while it is empty. */
// oxlint-disable-next-line typescript/no-redundant-type-constituents -- `never` only while the Registry is empty
export type Name = [keyof Registry] extends [never] ? string : keyof Registry & string
/** The keys of counted names: `ring` for `ring#0`. */
export type FamilyKey = [keyof Registry] extends [never] ? string : FamilyKeyOf<keyof Registry>
/** `ring` of `ring#${number}`. */
export type FamilyKeyOf<K> = K extends `${infer Key}#${number}` ? Key : never

/** The Remote of a name. */
type Named<N> = [keyof Registry] extends [never]
  ? UntypedRemote
  : N extends keyof Registry
    ? RemoteOf<Registry[N]>
    : never
type MemberNamed<K extends string> = Named<[keyof Registry] extends [never] ? K : `${K}#${number}`>

/** The Remote of a name, or of a definition; untyped for a name that is only known at run time: `this.actor(name as never)`. */
export type RemoteAt<W> = [W] extends [never] ? UntypedRemote : RemoteAtEach<W>
type RemoteAtEach<W> = W extends string ? Named<W> : W extends DefinitionOf<infer C> ? RemoteOf<RowOf<C>> : never
/** The Remote of each member of a family, by its key or its definition. */
export type RemoteOfMember<W> = W extends string ? MemberNamed<W> : RemoteAt<W>
/** The Remote of what is made from a key or a definition. */
export type RemoteOfSpawned<W> = W extends string ? (W extends Name ? Named<W> : MemberNamed<W>) : RemoteAt<W>
/** The index that goes with a definition that is counted, and with nothing else. */
export type IndexOf<W> = [W] extends [never] ? [] : IndexOfEach<W>
type IndexOfEach<W> =
  W extends DefinitionOf<unknown, infer Counted>
    ? [Counted] extends [true]
      ? [index: number]
      : [Counted] extends [false]
        ? []
        : [index?: number]
    : []

// ── Observers ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The output methods of an object, of its class, or of its Remote. */
export type EventsOf<A> = A extends { readonly [EVENTS]?: infer E }
  ? unknown extends E
    ? {}
    : Exclude<E, undefined>
  : {}
/** The output methods of what a name, a definition or a Remote stands for. */
export type EventsAt<W> = W extends string
  ? W extends keyof Registry
    ? Registry[W] extends { readonly of: infer A }
      ? EventsOf<A>
      : {}
    : {}
  : W extends DefinitionOf<infer C>
    ? C extends ClassOf<infer A>
      ? EventsOf<A>
      : {}
    : EventsOf<W>

/** One notification as a reader has it: which output method, with what. */
export interface AnyEvent {
  readonly method: string
  // oxlint-disable-next-line typescript/no-explicit-any -- nothing is known of them
  readonly args: readonly any[]
}
/** The names of the output methods of a Remote; any where they are not known. */
export type EventName<R> = [keyof EventsOf<R>] extends [never] ? string : keyof EventsOf<R> & string
/** The notifications of a Remote, those of the methods `K`, told apart by `method`. */
export type EventOf<R, K extends string = EventName<R>> = [keyof EventsOf<R>] extends [never]
  ? AnyEvent
  : EventNamed<EventsOf<R>, K>
type EventNamed<Events, K> = K extends keyof Events
  ? {
      readonly method: K
      readonly args: Events[K] extends (...args: infer A extends readonly unknown[]) => unknown ? A : never
    }
  : never

/** What an object must have to observe one with these output methods. */
export type Listener<Events> = {
  readonly [K in keyof Events]: Events[K] extends (...args: infer A extends readonly unknown[]) => unknown
    ? (...args: A) => unknown
    : never
}

/** `this.notify`: each output method, told to all observers. */
export type Notify<Events> = {
  readonly [K in keyof Events]: Events[K] extends (...args: infer A extends readonly unknown[]) => unknown
    ? (...args: A) => void
    : never
}
