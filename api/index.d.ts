import { FileHandle } from "node:fs/promises";
import { ReadableStream, TransformStream, WritableStream } from "node:stream/web";
import { MessagePort } from "node:worker_threads";
/**
 * The one source of time (S38). All timeouts, deadlines and ages in tsworks come from here; a wall clock never does.
 *
 * A port: real time is implemented in `threads/`, virtual time in `testing/`.
 */
/** A timer that has been set; cancelling one that has fired, or twice, is harmless. */
interface ClockTimer {
  cancel(): void;
}
type MessageKind = 'call' | 'tell' | 'notify' | 'timer' | 'io' | 'down' | 'stray' | 'hook';
/** What a message carries of the turn that sent it (S40). */
interface MessageContext {
  /** When the caller stops waiting, on the shared monotonic clock in ms (S15). */
  readonly deadline: number | undefined;
  /** The pids of the handlers that wait for this call, the first caller first. */
  readonly chain: readonly number[];
  /** Trace context, as the user's tracing library writes it. */
  readonly trace: string | undefined;
}
/**
 * What a call gives. `new Future<T>()` makes one by hand: pass it to another object, which answers it with `set` whenever it likes.
 *
 * @example
 * const answer = new Future<number>()
 * tell(worker).startLongWork(answer)
 * console.log(await answer)
 */
export declare class Future<T> implements Promise<T> {
  #private;
  /** Whether it has its value or its error; never waits. */
  get isReady(): boolean;
  /**
   * Waits without blocking. Runs `onFulfilled` or `onRejected` in this thread, in a microtask.
   *
   * The error of a failed call is thrown in the microtask that resumes the waiter, so V8 adds the waiter's own stack (S17).
   */
  then<A = T, B = never>(onFulfilled?: ((value: T) => A | PromiseLike<A>) | null, onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B>;
  /** As Promise's: runs `onRejected` if it fails. */
  catch<B = never>(onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B>;
  /** As Promise's: runs `onFinally` when it is settled. */
  finally(onFinally?: (() => void) | null): Promise<T>;
  /**
   * Blocks this thread until the value is there, and returns it.
   *
   * @param ms how long to wait, in ms; without it, for ever; 0 only looks
   * @throws the error of a failed call; FutureShock when time runs out (the Future may be asked again); CannotBlockHere in a thread
   *   that others share; AbortError when the call that blocks is cancelled
   */
  get(ms?: number): T;
  /**
   * A Future of the same value that fails with FutureShock after `ms`; this one goes on and may be asked again.
   *
   * @example
   * const answer = new Future<number>()
   * setTimeout(() => answer.set(42), 1)
   * console.log(await answer.within(5_000)) // => 42
   */
  within(ms: number): Future<T>;
  /**
   * Gives up: the Future fails with AbortError at once. A call that has not begun never runs; in one that runs, `this.signal` aborts
   * (S14). Harmless when it is settled already.
   */
  cancel(reason?: unknown): void;
  /**
   * Gives a Future made by hand its value; where others have it, too, a copy, as in a message. Works in whatever thread it was passed to.
   *
   * @throws FutureSettled if it is settled, and this thread knows that: a thread other than the one that made the Future knows it only
   *   of what was set here, or asked for here; what else it sets a second time is counted, and logged once in the thread that made it
   */
  set(value: T): void;
  /** Gives a Future made by hand its error; a second time as for `set`. */
  fail(error: unknown): void;
  get [Symbol.toStringTag](): string;
  /** PyWorks' transparent Future: in arithmetic or as text it blocks until its value is there, as `get()` does. */
  [Symbol.toPrimitive](hint: 'number' | 'string' | 'default'): unknown;
}
/**
 * Where an object's words go. The shape is pino's, which is what `system/log.ts` puts behind it.
 */
declare const LOG_LEVELS: readonly ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];
/** How grave a line is; `silent` is the level at which none is written. */
type LogLevel = (typeof LOG_LEVELS)[number];
/** Takes a text, or an object of fields and a text. */
interface LogLine {
  (fields: object, text?: string): void;
  (value: unknown): void;
}
/** A log whose lines carry the name, index, State and pid of the object that it belongs to. */
interface Logger {
  readonly trace: LogLine;
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
  readonly fatal: LogLine;
}
/**
 * Every error that tsworks itself raises: one class for each thing that a caller can do about it.
 *
 * All have a stable `code`, and those of delivery say in `executed` whether the method ran:
 *
 *   'no'     it did not and never will: trying again is safe
 *   'maybe'  the other died, or time ran out, with the call in hand
 *   'yes'    it ran; only its result could not travel
 *
 * A message names the object, the call, what was expected, what was found, and the cure.
 */
/** Whether the method of a failed call ran. */
type Executed = 'no' | 'maybe' | 'yes';
/** What an error of tsworks says besides its message. */
interface TsworksErrorOptions {
  readonly code: string;
  readonly executed?: Executed | undefined;
  readonly cause?: unknown;
}
/** The base of all errors of tsworks: `instanceof TsworksError` tells them from one's own. */
export declare class TsworksError extends Error {
  /** Stable, for programs to compare; the message is for people. */
  readonly code: string;
  /** Whether the method ran, on errors of delivery. */
  readonly executed: Executed | undefined;
  constructor(message: string, options: TsworksErrorOptions);
}
/** Time ran out before a Future had its value; the same Future may be asked again. */
export declare class FutureShock extends TsworksError {
  constructor(message: string, executed?: Executed);
}
/** The object that was called is dead, or died before it answered. */
export declare class ActorDead extends TsworksError {
  /** The name of the dead one. */
  readonly actor: string;
  constructor(actor: string, what: string, options: {
    readonly executed: Executed;
    readonly cause?: unknown;
  });
}
/** There is no object of that name. */
export declare class NoSuchActor extends TsworksError {
  readonly actor: string;
  constructor(actor: string, near: readonly string[]);
}
/** What only other States than the current one declare. */
interface OfOtherStates {
  /** The current State; undefined where there is none. */
  readonly state: string | undefined;
  /** The States that declare it. */
  readonly owners: readonly string[];
}
/** The object has no method of that name that can be called from outside. */
export declare class NoSuchMethod extends TsworksError {
  readonly actor: string;
  readonly method: string;
  constructor(actor: string, method: string, found: {
    readonly near: readonly string[];
  } | OfOtherStates);
}
/** There was no room for the message in the mailbox of the object (S8); it was not begun. */
export declare class MailboxFull extends TsworksError {
  readonly actor: string;
  readonly capacity: number;
  constructor(actor: string, found: {
    readonly method: string;
    readonly capacity: number;
    readonly overflow?: keyof typeof WHY_FULL;
  });
}
/** What MailboxFull says, by what happens in a mailbox that is full; `postponed`: a State keeps too many for later; `reader`: of a stream; `lent`: no mailbox at all. */
declare const WHY_FULL: {
  reject: (actor: string, call: string, capacity: number) => string;
  wait: (actor: string, call: string, capacity: number) => string;
  'drop-newest': (actor: string, call: string, capacity: number) => string;
  'drop-oldest': (actor: string, call: string, capacity: number) => string;
  reader: (actor: string, _: string, capacity: number) => string;
  lent: (_actor: string, call: string, capacity: number) => string;
  postponed: (actor: string, call: string, capacity: number) => string;
};
/** A function that came with a message was called, or kept, after it had been given back; or a stream was read (S6). Nothing has run. */
export declare class Released extends TsworksError {
  /** Who had lent it. */
  readonly lender: string;
  /** @param to what cannot be done: `be called` */
  constructor(lender: string, { what, to, why }: {
    readonly what: string;
    readonly to: string;
    readonly why: string;
  });
}
/** A value cannot travel between objects, or not as it should (shared, moved); nothing was sent. */
export declare class NotCloneable extends TsworksError {
  /** Where in the arguments the value stands: `args[0].cb`. */
  readonly path: string;
  /** What stands there: `a function`. */
  readonly found: string;
  constructor(path: string, found: string, options: {
    readonly executed: Executed;
    readonly cure?: string;
    /** What it cannot, in words; `cross` unless said. */
    readonly cannot?: 'cross' | 'be shared' | 'be moved';
  });
}
/** A Future that has its value, or its error, was given another. */
export declare class FutureSettled extends TsworksError {
  constructor(call: 'set' | 'fail', was: 'a value' | 'an error');
}
/** A blocking wait was tried in a place where nothing else could go on meanwhile. */
export declare class CannotBlockHere extends TsworksError {
  constructor(message: string);
}
/** A call was awaited in a hook that must end before it could be answered. */
export declare class CannotWaitHere extends TsworksError {
  constructor(message: string);
}
/** A call whose caller waits for itself, in a circle of objects that wait for each other (S18); all of them live on. */
export declare class Deadlock extends TsworksError {
  /** The handlers that wait, each for the object of the next, and the object of the first again: `['a.x', 'b.y', 'a']`. */
  readonly cycle: readonly string[];
  constructor(call: string, found: {
    readonly cycle: readonly string[];
    readonly executed: Executed;
  });
}
/** A word that is only for the object itself, in its turn, was used outside it. */
export declare class NotInTurn extends TsworksError {
  constructor(message: string);
}
/** The call was cancelled. */
export declare class AbortError extends TsworksError {
  constructor(message: string, options?: {
    readonly executed?: Executed;
    readonly cause?: unknown;
  });
}
/** An error of a class that this thread does not know: name, message, code, fields, cause and stack are those of the original. */
export declare class RemoteError extends TsworksError {
  constructor(message: string);
}
/** What the code says is wrong: a definition, a name, an option, an argument of a call of tsworks; nothing was done. */
export declare class BadDefinition extends TsworksError {
  constructor(message: string, options?: {
    readonly cause?: unknown;
  });
}
/** A setting or a configuration file is wrong, or cannot be read: what can be mended without a change of the classes. */
export declare class BadConfiguration extends TsworksError {
  constructor(message: string, options?: {
    readonly cause?: unknown;
  });
}
/** What an object, or a whole system, was doing when its start failed. */
type StartPhase = 'plan' | 'thread' | 'load' | 'construct' | 'onInit' | 'configuration' | 'onConfigure' | 'onStart';
/** A system, or an object, could not start; what had started was stopped again, in reverse. */
export declare class StartError extends TsworksError {
  /** The object that failed; undefined where the plan itself is wrong. */
  readonly actor: string | undefined;
  /** How far it had got. */
  readonly phase: StartPhase;
  constructor(message: string, options: {
    readonly actor?: string | undefined;
    readonly phase: StartPhase;
    readonly cause?: unknown;
  });
}
/**
 * The closed list of words that tsworks has in an object. A class that declares one of them is refused, in English, when it is
 * defined; hooks are declared by users and called only by tsworks.
 */
/** Words that every Actor, Task and State has from its base class. */
declare const OWN_WORD_LIST: readonly ['actor', 'actors', 'self', 'notify', 'observe', 'unobserve', 'become', 'postpone', 'every', 'setTimeout', 'timer', 'spawn', 'watch', 'stop', 'fail', 'pause', 'log', 'config', 'name', 'index', 'pid', 'signal', 'context'];
type OwnWord = (typeof OWN_WORD_LIST)[number];
/** What only a State has besides; the name is free in an Actor or a Task. */
declare const STATE_WORD = "task";
/** Would make an object look like a promise, so no object has it, as a method or a field. */
declare const THENABLE = "then";
/** Hooks that any object may declare. */
declare const COMMON_HOOKS: readonly ['onTimeout', 'onException', 'onUnhandled', 'onDown', 'onStop'];
/** Hooks of a Task. */
declare const TASK_HOOKS: readonly ['onInit', 'onConfigure', 'onStart'];
/** Hooks of a NetTask (`tsworks/net`), and of its States. */
declare const NET_HOOKS: readonly ['onNetReady', 'onNetUp', 'onNetDown', 'onNetReceived', 'onNetTimeout', 'onNetError'];
/** Hooks of a State. */
declare const STATE_HOOKS: readonly ['onEnter', 'onLeave'];
type NetHook = (typeof NET_HOOKS)[number];
type Hook = (typeof COMMON_HOOKS)[number] | (typeof TASK_HOOKS)[number] | NetHook | (typeof STATE_HOOKS)[number];
/**
 * What happens to a message that finds a mailbox full: it is refused with MailboxFull, waits at its sender, or is dropped; or the one that
 * has waited longest is.
 */
declare const OVERFLOWS: readonly ['reject', 'wait', 'drop-newest', 'drop-oldest'];
type Overflow = (typeof OVERFLOWS)[number];
/** The bound of a mailbox (S8). */
interface MailboxPolicy {
  /** How many messages it holds, those on the road included; as many again may be postponed. */
  readonly capacity: number;
  /**
   * What happens to one more: it is refused with MailboxFull (`reject`), waits at its sender, in order (`wait`), or is dropped there
   * (`drop-newest`); or the one that has waited longest is dropped by the receiver (`drop-oldest`). Of what is dropped a call rejects with
   * MailboxFull, a tell is a dead letter.
   */
  readonly overflow: Overflow;
}
interface Inspection {
  readonly name: string;
  readonly pid: number;
  readonly index: number;
  readonly level: number;
  readonly class: string;
  /** 0 at first, one more after each restart. */
  readonly incarnation: number;
  /** `halted`: it has crashed, or its group restarts; what is sent to it waits. */
  readonly mode: 'made' | 'starting' | 'running' | 'draining' | 'ending' | 'halted' | 'dead';
  /** The current State's class; undefined while the object itself handles messages. */
  readonly state: string | undefined;
  /** The States that the class lists. */
  readonly states: readonly string[];
  /** What can be called from outside, those of its States included. */
  readonly methods: readonly string[];
  /** Messages that are not begun, the postponed ones included. */
  readonly queue: number;
  readonly postponed: number;
  /** The handler in hand and its age in ms. */
  readonly handling: {
    readonly method: string;
    readonly ageMs: number;
  } | undefined;
  /** What its handlers wait for: calls, as `counter.add` (S18). */
  readonly waitsFor: readonly string[];
  /** How many observe it, streams of its notifications included. */
  readonly observers: number;
  readonly handled: number;
  readonly failed: number;
}
/** What an error that the caller of a method does not see leads to. */
interface FailurePolicy {
  /** `resume`: the object goes on with the next message; `restart`: it crashes; `stop`: it ends, and is not restarted. */
  readonly action: 'resume' | 'restart' | 'stop';
  /** Whether an error thrown to a caller counts as a failure too. */
  readonly calls: boolean;
}
/** Why a message was not handled; each drop is counted under its reason and is a dead letter (S1). */
declare const DROP_REASONS: readonly ['no such actor', 'no such method', 'receiver dead', 'expired', 'cancelled', 'late answer', 'not cloneable', 'unreadable', 'mailbox full', 'old incarnation',
/** It was on its way, or waited, in a thread that has died (S33). */
'thread died'];
type DropReason = (typeof DROP_REASONS)[number];
/** How an object is made that is spawned. */
interface SpawnOptions {
  /** The name of the new object; `key:pid` unless given. */
  readonly name?: string;
  /** Goes on when its parent ends. */
  readonly detached?: boolean;
  /** What its constructor gets. */
  readonly args?: readonly unknown[];
}
/** What is known of the message in hand (S40). */
interface MessageInfo extends MessageContext {
  /** The pid of the object that sent it; 0 where none did. */
  readonly sender: number;
}
/**
 * The names of a program and what stands behind them. Empty here: programs add to it, and names become typed.
 *
 * @example
 * declare module 'tsworks' {
 *   interface Registry extends Entries<typeof example> {}
 * }
 */
interface Registry {}
declare const NOT_A_METHOD: unique symbol;
/** Marks objects and their Remotes with their output methods. */
declare const EVENTS: unique symbol;
/** Marks objects with the base class that they extend. */
declare const KIND: unique symbol;
/** Marks definitions with what they define. */
declare const DEFINES: unique symbol;
/** An object of a class that extends Actor, or Task. */
interface ExtendsActor {
  readonly [KIND]: 'Actor' | 'Task';
}
/** An object of a class that extends Task. */
interface ExtendsTask {
  readonly [KIND]: 'Task';
}
/** An object of a class that extends State. */
interface ExtendsState {
  readonly [KIND]: 'State';
}
/** A class of such objects, whatever its constructor takes. */
type ClassOf<A> = abstract new (...args: any[]) => A;
/** What a field of an object is from outside: a sentence that the compiler shows to whoever uses it. */
interface NotAMethod<Why extends string = 'a field cannot be read from outside; write a method'> {
  readonly [NOT_A_METHOD]: Why;
}
type Hidden = OwnWord | Hook | keyof Object | 'toJSON' | typeof THENABLE;
type Public<K> = K extends Hidden ? never : K extends `_${string}` ? never : K extends string ? K : never;
type PublicOfEach<S> = S extends unknown ? Exclude<Public<keyof S>, typeof STATE_WORD> : never;
type AnyFunction = (...args: any) => any;
/**
 * What a method becomes: the same arguments, a Future of what it returns.
 *
 * Three overloads survive. A method that its last signature cannot stand for is generic or overloaded: if it is async it passes as it
 * is, since its Promise is a Future at run time; if not, what hangs on its type parameters becomes `unknown`.
 */
type Member<F> = F extends ((...args: infer A extends readonly unknown[]) => infer R) ? ((...args: A) => R) extends F ? Called<F> : R extends PromiseLike<unknown> ? F : Called<F> : NotAMethod;
/** The last three signatures; inference gives a method that has fewer its first one again, which is not shown twice. */
type Called<F> = F extends {
  (...args: infer A1 extends readonly unknown[]): infer R1;
  (...args: infer A2 extends readonly unknown[]): infer R2;
  (...args: infer A3 extends readonly unknown[]): infer R3;
} ? Same<[A2, R2], [A3, R3]> extends true ? (...args: A3) => Answer<Awaited<R3>> : Same<[A1, R1], [A2, R2]> extends true ? {
  (...args: A2): Answer<Awaited<R2>>;
  (...args: A3): Answer<Awaited<R3>>;
} : {
  (...args: A1): Answer<Awaited<R1>>;
  (...args: A2): Answer<Awaited<R2>>;
  (...args: A3): Answer<Awaited<R3>>;
} : Uninferred<F>;
/** What a call gives: a Future; of a stream, one that can be read as it (`for await (const row of remote.rows())`). */
type Answer<T> = Future<T> & ReadAs<T>;
type ReadAs<T> = 0 extends T & 1 ? unknown : [T] extends [never] ? unknown : [T] extends [AsyncIterable<infer Item>] ? AsyncIterable<Item> : unknown;
/** What telling gives: it may be awaited until there was room for the message in the other's mailbox (S8), never for an answer. */
interface Accepted extends PromiseLike<void> {}
/** What a method of a Remote becomes when it is told, not called. */
type Told<F> = F extends AnyFunction ? Telling<F> : F;
type Telling<F> = F extends {
  (...args: infer A1 extends readonly unknown[]): infer R1;
  (...args: infer A2 extends readonly unknown[]): infer R2;
  (...args: infer A3 extends readonly unknown[]): infer R3;
} ? Same<[A2, R2], [A3, R3]> extends true ? (...args: A3) => Accepted : Same<[A1, R1], [A2, R2]> extends true ? {
  (...args: A2): Accepted;
  (...args: A3): Accepted;
} : {
  (...args: A1): Accepted;
  (...args: A2): Accepted;
  (...args: A3): Accepted;
} : (...args: any[]) => Accepted;
/** Parameters that hang on each other by type parameters: no signature can be inferred, so it passes as it is, or takes anything. */
type Uninferred<F> = F extends ((...args: never) => infer R) ? [R] extends [never] ? Anything : R extends PromiseLike<unknown> ? F : Anything : never;
type Anything = (...args: any[]) => Future<unknown>;
type Same<X, Y> = (<T>() => T extends X ? 1 : 2) extends (<T>() => (T extends Y ? 1 : 2)) ? true : false;
/** What K becomes in an object or its States: all that have it count, nobody outside knows which one is current. */
type MemberOfEach<U, K> = OneOrMany<Extract<U extends unknown ? U[K & keyof U] : never, AnyFunction>>;
type OneOrMany<F extends AnyFunction> = [F] extends [never] ? NotAMethod : IsUnion<F> extends false ? Member<F> : Many<Parameters<F>, Awaited<ReturnType<F>>>;
/** A union of functions says just that: the arguments must suit each of them. Of overloads only the last one counts here. */
type Many<Args, R> = Args extends readonly unknown[] ? (...args: Args) => Answer<R> : never;
type IsUnion<U, Each = U> = U extends unknown ? ([Each] extends [U] ? false : true) : never;
/**
 * An object seen from outside: only the methods that the user's classes declare, each giving a Future.
 *
 * `A` is the object's class type, `S` the union of its States', whose messages it understands too.
 */
type Remote<A, S = never> = ([S] extends [never] ? { readonly [K in Public<keyof A>]: Member<A[K]>; } : { readonly [K in Public<keyof A> | PublicOfEach<S>]: MemberOfEach<A | S, K>; }) & {
  readonly [EVENTS]?: EventsOf<A>;
};
/** A Remote of which nothing is known: it may be called as one likes. */
interface UntypedRemote {
  readonly [method: string]: any;
}
/** What a definition is to the types: a class, and whether it is counted. */
interface DefinitionOf<C, Counted extends boolean = boolean> {
  readonly key: string;
  readonly [DEFINES]?: {
    readonly class: C;
    readonly counted: Counted;
  };
}
/** The union of the State types that a Task class lists in `static states`. */
type StatesIn<C> = C extends {
  readonly states: () => readonly (infer S)[];
} ? S extends ClassOf<infer I> ? I : never : never;
/** The row of the Registry that a class gives. */
type RowOf<C> = C extends ClassOf<infer A> ? {
  of: A;
  states: StatesIn<C>;
} : {
  of: unknown;
  states: never;
};
/** The Remote of what stands behind a name. */
type RemoteOf<R> = R extends {
  readonly of: infer A;
  readonly states: infer S;
} ? unknown extends A ? UntypedRemote : Remote<A, S> : never;
/** The names that may be used: those of the Registry; any while it is empty. */
type Name = [keyof Registry] extends [never] ? string : keyof Registry & string;
/** The keys of counted names: `ring` for `ring#0`. */
type FamilyKey = [keyof Registry] extends [never] ? string : FamilyKeyOf<keyof Registry>;
/** `ring` of `ring#${number}`. */
type FamilyKeyOf<K> = K extends `${infer Key}#${number}` ? Key : never;
/** The Remote of a name. */
type Named<N> = [keyof Registry] extends [never] ? UntypedRemote : N extends keyof Registry ? RemoteOf<Registry[N]> : never;
type MemberNamed<K extends string> = Named<[keyof Registry] extends [never] ? K : `${K}#${number}`>;
/** The Remote of a name, or of a definition; untyped for a name that is only known at run time: `this.actor(name as never)`. */
type RemoteAt<W> = [W] extends [never] ? UntypedRemote : RemoteAtEach<W>;
type RemoteAtEach<W> = W extends string ? Named<W> : W extends DefinitionOf<infer C> ? RemoteOf<RowOf<C>> : never;
/** The Remote of each member of a family, by its key or its definition. */
type RemoteOfMember<W> = W extends string ? MemberNamed<W> : RemoteAt<W>;
/** The Remote of what is made from a key or a definition. */
type RemoteOfSpawned<W> = W extends string ? (W extends Name ? Named<W> : MemberNamed<W>) : RemoteAt<W>;
/** The index that goes with a definition that is counted, and with nothing else. */
type IndexOf<W> = [W] extends [never] ? [] : IndexOfEach<W>;
type IndexOfEach<W> = W extends DefinitionOf<unknown, infer Counted> ? [Counted] extends [true] ? [index: number] : [Counted] extends [false] ? [] : [index?: number] : [];
/** The output methods of an object, of its class, or of its Remote. */
type EventsOf<A> = A extends {
  readonly [EVENTS]?: infer E;
} ? unknown extends E ? {} : Exclude<E, undefined> : {};
/** The output methods of what a name, a definition or a Remote stands for. */
type EventsAt<W> = W extends string ? W extends keyof Registry ? Registry[W] extends {
  readonly of: infer A;
} ? EventsOf<A> : {} : {} : W extends DefinitionOf<infer C> ? C extends ClassOf<infer A> ? EventsOf<A> : {} : EventsOf<W>;
/** One notification as a reader has it: which output method, with what. */
interface AnyEvent {
  readonly method: string;
  readonly args: readonly any[];
}
/** The names of the output methods of a Remote; any where they are not known. */
type EventName<R> = [keyof EventsOf<R>] extends [never] ? string : keyof EventsOf<R> & string;
/** The notifications of a Remote, those of the methods `K`, told apart by `method`. */
type EventOf<R, K extends string = EventName<R>> = [keyof EventsOf<R>] extends [never] ? AnyEvent : EventNamed<EventsOf<R>, K>;
type EventNamed<Events, K> = K extends keyof Events ? {
  readonly method: K;
  readonly args: Events[K] extends ((...args: infer A extends readonly unknown[]) => unknown) ? A : never;
} : never;
/** What an object must have to observe one with these output methods. */
type Listener<Events> = { readonly [K in keyof Events]: Events[K] extends ((...args: infer A extends readonly unknown[]) => unknown) ? (...args: A) => unknown : never; };
/** `this.notify`: each output method, told to all observers. */
type Notify<Events> = { readonly [K in keyof Events]: Events[K] extends ((...args: infer A extends readonly unknown[]) => unknown) ? (...args: A) => void : never; };
/** The words that Actor, Task and State have in common. */
declare abstract class ObjectWords<Events> {
  #private;
  readonly [EVENTS]?: Events;
  constructor();
  /**
   * The Remote of another object.
   *
   * @param what its name, or its definition
   * @param index which one of those that a counted definition makes
   * @returns at once; there is one for each target and thread, so `===` works. A name that nobody has makes its calls reject
   */
  actor<W extends Name | DefinitionOf<unknown>>(what: W, ...index: IndexOf<W>): RemoteAt<W>;
  /**
   * The Remotes of a family, in the order of their index: all of `ring#0 … ring#99` for `ring`, those that have ended included.
   *
   * @throws BadDefinition for a key that no definition with `count` has
   */
  actors<W extends FamilyKey | DefinitionOf<unknown, true>>(what: W): RemoteOfMember<W>[];
  /**
   * A Remote of oneself, to send oneself a message or to hand to others.
   *
   * @example
   * tell(this.self<Worker>()).hello(1, 'x')
   */
  self<T>(): Remote<T>;
  /** Tells each observer, in the order of S2; never throws for what observers do. */
  get notify(): Notify<Events>;
  /** Ends what `observe` began. */
  unobserve(observed: Name | object): Future<void>;
  /**
   * A timer of that name, in place of the one before. It fires once, as a message.
   *
   * @param ms when, in ms from now
   * @param run what to do; runs in a turn of this object, never beside another
   */
  timer(name: string, ms: number, run: () => unknown): ClockTimer;
  /** Waits `ms` in this handler, on the system's clock; other messages wait meanwhile (S4). */
  pause(ms: number): Promise<void>;
  /**
   * Makes a new object, which ends with this one unless it is `detached`.
   *
   * @param what the key of a definition, or the definition
   * @returns its Remote, at once; a start that fails rejects the calls to it
   */
  spawn<W extends Name | FamilyKey | DefinitionOf<unknown>>(what: W, options?: SpawnOptions): RemoteOfSpawned<W>;
  /** Asks for one `onDown(remote, reason)` when the other dies, also if it is dead already (S36). */
  watch(remote: object): void;
  /**
   * Ends this object after the message in hand, whose answer and earlier tells still go out; or, given the Remote of a child, ends
   * that one.
   */
  stop(reason?: string): void;
  /** Ends a child after the message that it has in hand; settles when it has ended. */
  stop(child: object): Future<void>;
  /**
   * A crash of one's own: leaves the handler at once, by throwing, and the object ends, whatever `failure` says and whoever catches it. The
   * call in hand is answered with `error`.
   */
  fail(error: unknown): never;
  /** The log whose lines carry this object's name, index, State and pid. */
  get log(): Logger;
  /**
   * What the configuration file gave; undefined until `onConfigure`. A class says of which type it is by declaring it again:
   *
   * @example
   * class Server extends Task {
   *   static config = z.object({ port: z.number() })
   *   declare readonly config: z.infer<typeof Server.config>
   * }
   */
  readonly config: unknown;
  /** The name that others call it by: `door`, `ring#3` of a family, `worker:12` of one that was spawned. */
  get name(): string;
  /** The number in a family, from 0; 0 for one that is alone. */
  get index(): number;
  /** Running number of this object; never used again. */
  get pid(): number;
  /** Aborts when the call in hand is cancelled or its deadline passes; in an interleaved method ask for it before the first await. */
  get signal(): AbortSignal;
  /** Who sent the message in hand, its deadline, the chain of calls that waits for it, and its trace context. */
  get context(): MessageInfo;
}
export interface Actor<Events = {}> {
  /** The periodic timeout, or that of the current State. In a turn of its own. */
  onTimeout?(): unknown;
  /**
   * A handler or hook named `method` failed; the object goes on unless `failure` says otherwise (S31). `'uncaughtException'` or
   * `'unhandledRejection'` for what was thrown outside all of them (S33).
   */
  onException?(method: string, error: unknown): unknown;
  /** A message that no method handles; what it returns is the answer (S9). */
  onUnhandled?(method: string, args: readonly unknown[]): unknown;
  /** An object that is watched has died: exactly once (S36). */
  onDown?(remote: object, reason: string): unknown;
  /** The object is about to end: in its own thread, awaited up to 5 s. */
  onStop?(reason: string): unknown;
}
/** A light object that others call from anywhere; `Events` are its output methods, which observers must have. */
export declare abstract class Actor<Events = {}> extends ObjectWords<Events> {
  readonly [KIND]: 'Actor' | 'Task';
  /** @ts-ignore TS2512, see above */
  abstract onTimeout?(): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onException?(method: string, error: unknown): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onUnhandled?(method: string, args: readonly unknown[]): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onDown?(remote: object, reason: string): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onStop?(reason: string): unknown;
  /**
   * Starts to observe: the other's output methods arrive here as messages. Twice is harmless.
   *
   * @param what the other's name, its definition or its Remote
   * @returns settles when the other has it; rejects when there is no such object, or an output method is missing here that the other's
   *   class lists in `static events`. Without that list nothing is known of them at run time: one that is missing is a warning of the log
   *   when it is first notified (S22)
   */
  observe<W extends Name | object>(this: Listener<EventsAt<W>>, what: W): Future<void>;
  /**
   * Sets the period of `onTimeout`, in ms; 5,000 by default for an object that has an `onTimeout`; 0 ends it.
   *
   * A period that passes while the object is busy fires once, late, not many times.
   */
  every(ms: number): void;
}
export interface State<TaskClass = unknown> {
  /** The periodic timeout, or that of the current State. In a turn of its own. */
  onTimeout?(): unknown;
  /** A handler or hook named `method` failed; the object goes on unless `failure` says otherwise (S31). */
  onException?(method: string, error: unknown): unknown;
  /** A message that no method handles; what it returns is the answer (S9). */
  onUnhandled?(method: string, args: readonly unknown[]): unknown;
  /** An object that is watched has died: exactly once (S36). */
  onDown?(remote: object, reason: string): unknown;
  /** The object is about to end: in its own thread, awaited up to 5 s. */
  onStop?(reason: string): unknown;
  /** The State has become current; `from` is the one before. */
  onEnter?(from: object | undefined): unknown;
  /** The State is about to be left for an object of the class `to`; `become` and `postpone` are errors here. */
  onLeave?(to: unknown): unknown;
  /** As the Task's own, where the State declares it. */
  onConfigure?(): unknown;
}
/** What its Task does while it is in this State: it gets every message first; `TaskClass` types `this.task`. */
export declare abstract class State<TaskClass = unknown> extends ObjectWords<EventsOf<TaskClass>> {
  readonly [KIND]: 'State';
  /** @ts-ignore TS2512, see above */
  abstract onTimeout?(): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onException?(method: string, error: unknown): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onUnhandled?(method: string, args: readonly unknown[]): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onDown?(remote: object, reason: string): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onStop?(reason: string): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onEnter?(from: object | undefined): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onLeave?(to: unknown): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onConfigure?(): unknown;
  /** The Task that it belongs to, with its data. */
  get task(): TaskClass;
  /** As `task.observe`: it is the Task that must have the output methods, of which its States may take over some. */
  observe<W extends Name | object>(this: {
    readonly task: Listener<EventsAt<W>>;
  }, what: W): Future<void>;
  /** As `task.become`. Inside `onEnter` it is done right after that. */
  become<S extends ConcreteState>(stateClass: S, ...args: ConstructorParameters<S>): void;
  /** Leaves the handler at once; the message comes back after the next change of State (S25). */
  postpone(): never;
  /** Sets this State's own timeout: `onTimeout` once, in `ms`, unless the State is left before (S26). */
  setTimeout(ms: number): void;
}
/** A class of States, whatever its constructor takes. */
type ConcreteState = new (...args: any[]) => ExtendsState;
export interface Task<Events = {}> {
  /** First hook: all objects exist, none has its configuration. Nothing may be awaited from others here (S27). */
  onInit?(): unknown;
  /** The configuration has been read; `this.config` is there. The place to `observe`. */
  onConfigure?(): unknown;
  /** Last hook before messages: objects of lower levels have started and may be called. */
  onStart?(): unknown;
}
/** An Actor with life-cycle hooks, configuration and States; by default it has a thread of its own. */
export declare abstract class Task<Events = {}> extends Actor<Events> {
  readonly [KIND]: 'Task';
  /** @ts-ignore TS2512, see above */
  abstract onInit?(): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onConfigure?(): unknown;
  /** @ts-ignore TS2512, see above */
  abstract onStart?(): unknown;
  /**
   * Changes the State when the handler in hand has ended without error; the last call wins (S24).
   *
   * @throws NotInTurn outside a handler or hook of this object; BadDefinition for a class that `static states` does not list
   */
  become<S extends ConcreteState>(stateClass: S, ...args: ConstructorParameters<S>): void;
  /** Leaves the handler at once; the message comes back after the next change of State (S25). */
  postpone(): never;
}
/**
 * Functions that have come as arguments, as whoever got them sees them (S6): lent for as long as the message is handled that brought them,
 * kept for longer by asking.
 *
 *   lent ──the call has its answer──▶ given back: calls of it reject
 *     ╰──keep()──▶ kept ──dispose; the death of either side; garbage──▶ given back
 *
 * Invariant: each `keep()` is given back once, whoever is first; again is harmless.
 */
type Lendable = (...args: never[]) => unknown;
/**
 * The type to declare for a parameter that takes a function: whoever calls the method may pass one that returns its result or a promise of
 * it; the method awaits it, since it gets a function that gives a Future.
 *
 * @example
 * class Worker extends Task {
 *   async map(list: number[], each: Lent<(item: number) => number>): Promise<number[]> {
 *     const results: number[] = []
 *     for (const item of list) results.push(await each(item))
 *     return results
 *   }
 * }
 */
type Lent<F extends Lendable> = (...args: Parameters<F>) => [ReturnType<F>] extends [void] ? unknown : Awaited<ReturnType<F>> | PromiseLike<Awaited<ReturnType<F>>>;
/** A function that is kept: called as before, given back by `using`, or by `kept[Symbol.dispose]()`. */
type Kept<F extends Lendable> = F & Disposable;
/**
 * Keeps a function that has come as an argument, beyond the answer of the call that brought it.
 *
 * It must be called before that answer. Give it back when it is not needed any more; it is given back, too, when the object that keeps it
 * or the one that has lent it has ended or is restarted, and when nothing refers to it any more (which may take long). A function that
 * was not lent, as in a test that calls the method directly, is kept all the same.
 *
 * @throws Released if it has been given back already; BadDefinition for what is no function
 * @example
 * class Feed extends Task {
 *   readonly #listeners: Kept<(news: string) => unknown>[] = []
 *   subscribe(listener: Lent<(news: string) => void>): void {
 *     this.#listeners.push(keep(listener))
 *   }
 * }
 */
export declare function keep<F extends Lendable>(lent: F): Kept<F>;
/**
 * How often and how soon a supervisor restarts (S34): pure arithmetic on times that its caller reads from one monotonic clock.
 *
 * The budget is OTP's: at most `restarts` in any `within` ms; one more is one too many. The backoff is what Akka's BackoffSupervisor does:
 * longer each time, up to a cap, and short again for what has run well for a while.
 */
/** At most so many restarts in any so many ms. */
interface Budget {
  readonly restarts: number;
  /** ms */
  readonly within: number;
}
/** How long to wait before a restart: `first` ms, each time `factor` times longer, `cap` ms at most, varied by up to `jitter` of it. */
interface Backoff {
  /** ms */
  readonly first: number;
  readonly factor: number;
  /** ms */
  readonly cap: number;
  /** 0.2: 20 % longer or shorter, by chance, so that those who crash together do not come back together. */
  readonly jitter: number;
}
/**
 * Which crashes a supervisor answers with a restart, as OTP calls them.
 *
 *   permanent   every one
 *   transient   every one (what ends by itself or was stopped has not crashed, here as there)
 *   temporary   none: the object has ended
 */
type RestartType = 'permanent' | 'transient' | 'temporary';
/** What a stream of notifications is opened with. */
interface EventsOptions<Name extends string = string> {
  /** Which output methods; all, unless it says so. The others are not even sent. */
  readonly only?: readonly Name[];
  /** How many notifications wait for their reader; 65,536 by default, as in any mailbox. */
  readonly capacity?: number;
  /**
   * What happens to one more: the stream ends with MailboxFull (`reject`, the default), or one is missed, which `missed` counts: the new one
   * (`drop-newest`), or the one that has waited longest (`drop-oldest`). A notification never waits for its reader.
   */
  readonly overflow?: Exclude<Overflow, 'wait'>;
  /** Ends it, with AbortError, when it aborts. */
  readonly signal?: AbortSignal;
}
/** How a call is made: its answer awaited, at most `timeout` ms, given up when `signal` aborts. */
interface CallOptions {
  /** How long to wait for the answer, in ms; nested calls inherit what is left (S15). */
  readonly timeout?: number;
  /** Cancels the call when it aborts (S14). */
  readonly signal?: AbortSignal;
}
/** The name of the object that a Remote points at. */
export declare function nameOf(remote: object): string;
/** The pid of the object that a Remote points at; undefined while the directory has not told it. */
export declare function pidOf(remote: object): number | undefined;
declare const ONE_WAY: unique symbol;
/** A Remote whose methods answer nothing; what they return may be awaited for "accepted". */
type Tell<R> = { readonly [K in keyof R]: Told<R[K]>; } & {
  readonly [ONE_WAY]?: true;
};
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
export declare function tell<R extends object>(remote: R): Tell<R>;
/**
 * The same object with options for the calls made on what is returned.
 *
 * @throws BadDefinition for options that are none
 * @example
 * await call(this.actor('worker'), { timeout: 500 }).hello(1, 'x')
 */
export declare function call<R extends object>(remote: R, options: CallOptions): R;
/** What transfer() can move. */
type Movable = ArrayBuffer | MessagePort | ReadableStream | WritableStream | TransformStream | FileHandle;
/** A value that was frozen, at any depth. */
type Shared<T> = unknown extends T ? T : { readonly [K in keyof T]: Shared<T[K]>; };
/**
 * Freezes a value at any depth, so that it can be passed without a copy: to objects in the same thread it goes by reference; in another thread
 * it arrives as a copy, which is frozen and shared in its turn.
 *
 * @param value plain objects and arrays of primitives, at any depth; it is frozen in its place
 * @returns the value itself
 * @throws NotCloneable, with the path, for anything else in it: to freeze a Map, a Date or a typed array freezes nothing of what it holds, and
 *   nothing has been frozen then
 * @example
 * const rules = share({ limits: [1, 2, 3], names: { a: 'b' } })
 * for (const worker of this.actors('worker')) tell(worker).obey(rules)
 */
export declare function share<T>(value: T): Shared<T>;
/**
 * Says that the next message with this value moves what is in it instead of copying it: ArrayBuffers (of typed arrays and Buffers, too),
 * MessagePorts, web streams and FileHandles. They are detached here as soon as the message is accepted, also where its receiver lives in the
 * same thread. A message that is refused at the call has moved nothing, and what was marked moves with the next one.
 *
 * @param value an argument, a result, or a part of one, at any depth
 * @param list what moves; all that can and stands in the value if it is left out. SharedArrayBuffers stay shared, and the pools of
 *   small Buffers are copied
 * @returns the value itself
 * @throws NotCloneable if there is nothing to move; if something of the list is not in the value, is in the list twice, or cannot be moved;
 *   and for what is detached, closed, locked or in use. Nothing is marked then
 * @example
 * const pixels = new Uint8Array(1_000_000)
 * await this.actor('encoder').encode(transfer(pixels))
 * // pixels.length === 0: they are the encoder's now
 */
export declare function transfer<T>(value: T, list?: readonly Movable[]): T;
/** The number of a thread: 0 is the main thread, the others count up and are never used again. */
type Place = number;
/** A message that was not handled; nothing of what it brought is in it (S1, S41). */
interface DeadLetter {
  /** Why it was not handled; each is counted under this reason in the thread's counters, too. */
  readonly reason: DropReason;
  /** `answer`: it came for a call or Future that was settled. `record`: bytes that could not be read. */
  readonly kind: MessageKind | 'answer' | 'record';
  /** Whom it was for; undefined for an answer or a record. A name that nobody has has no pid. */
  readonly to: {
    readonly name: string;
    readonly pid: number | undefined;
  } | undefined;
  readonly method: string | undefined;
  /** The object that sent it; undefined for code that belongs to none. */
  readonly from: {
    readonly name: string;
    readonly pid: number;
  } | undefined;
  /** The thread that dropped it. */
  readonly place: Place;
  readonly thread: string;
}
/** Which others are restarted with the one that has crashed. */
type Strategy = 'oneForOne' | 'oneForAll' | 'restForOne';
/**
 * How a thread is doing. `free`: its event loop turns; `busy` and `stuck`: it has not for so long, since some code does not return to it;
 * `waiting`: it waits in a blocking get().
 */
type ThreadStatus = 'free' | 'busy' | 'stuck' | 'waiting';
/** Code that holds its thread: a handler that has not come back, or code of an object after an await, or in a callback of its making. */
interface Holder {
  readonly name: string;
  readonly pid: number;
  /** The handler in hand; undefined where no handler is: a callback of the object's own making, or code that a handler has left behind. */
  readonly method: string | undefined;
}
/** What a thread counts (S1, S13): nothing is dropped without one of these. */
interface Counters {
  /** Calls, tells and notifications (each observer's) that its objects have sent. */
  readonly sent: number;
  /** Calls, tells and notifications that its objects have begun, those that were postponed and wait again not. */
  readonly handled: number;
  /** By reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Failed Futures that nobody asked for (S16). */
  readonly unasked: number;
}
/** What a stop found (S30). */
interface StopReport {
  /** Objects that had not ended when their time was over. */
  readonly late: readonly string[];
  /** Threads, by label, that did not leave by themselves and were ended the hard way. */
  readonly forced: readonly string[];
  /** Threads that could not even be ended, since they stand in native code; while one does, the process cannot exit by itself. */
  readonly givenUp: readonly string[];
}
/** What a thread is doing, seen from outside. */
interface ThreadInspection {
  readonly place: Place;
  readonly label: string;
  readonly status: ThreadStatus;
  /** How long it has been held, or has waited, in ms; 0 for one that is free. */
  readonly sinceMs: number;
  /** Whether it has answered in time; one that has not is blocked, or in a long handler. */
  readonly answered: boolean;
  /** What one that has not answered was doing, from shared memory (S41). */
  readonly busy: {
    readonly pid: number;
    readonly method: string;
    readonly ageMs: number;
  } | undefined;
  readonly counters: Counters;
  /** Functions and AbortSignals of this thread that others hold now; what only grows here are functions that are kept and never let go. */
  readonly lent: number;
}
/** All objects and threads of a system at one moment. */
interface Snapshot {
  readonly objects: readonly ObjectInspection[];
  readonly threads: readonly ThreadInspection[];
  /** What all threads together have counted that have ended. */
  readonly ended: Counters;
}
/** An object in a snapshot. One whose thread did not answer has only what the kernel and shared memory know. */
interface ObjectInspection extends Partial<Inspection> {
  readonly name: string;
  readonly pid: number;
  readonly place: Place;
  readonly thread: string;
  /** Its configuration file, as the definition names it. */
  readonly conf: string | undefined;
}
/** Where objects run: each in a thread of its own, on threads shared with others, on the main thread, or with its parent. */
type ThreadOption = 'own' | 'shared' | 'main' | 'parent' | {
  readonly group: string;
  readonly threads?: number;
};
/** What is to be known of the objects of a definition besides their class. */
interface DefinitionOptions {
  /**
   * Configuration file, relative to the module of the subsystem: a `.ts` or `.js` file whose default export is called with the object,
   * or a `.json` file that lands in `this.config`, validated if the class has `static config` (any Standard Schema).
   */
  readonly conf?: string;
  /** Keys or names that must have started before. */
  readonly after?: readonly string[];
  /** How many objects: `key#0 … key#n-1`, each with its index. 0 makes a template that is only spawned. */
  readonly count?: number;
  /** Where they run; `own` for a Task, `shared` for an Actor. */
  readonly thread?: ThreadOption;
  /**
   * The bound of the mailbox: how many messages it holds (65,536 by default), and what happens to one more: it is refused with MailboxFull
   * (`reject`, the default), waits at its sender, in order (`wait`), or is dropped (`drop-newest`); or the oldest is (`drop-oldest`). With
   * `capacity: Infinity` there is no bound: senders that are faster than the object fill the memory, with warnings in the log.
   */
  readonly mailbox?: Partial<MailboxPolicy>;
  /**
   * How long those who call methods of these objects wait for an answer, in ms, as if each had said `call(remote, { timeout })`: then
   * the call fails with FutureShock, and if it has not begun by then it never runs. A timeout that the caller does say counts instead;
   * a deadline that the caller's own call has is kept in any case (S15). Tells have none. Without it calls wait for ever.
   */
  readonly callTimeout?: number;
  /**
   * How long code of these objects may hold their thread, in ms: run without a return to its event loop, be it in a handler, after an await of one
   * or in a callback. Awaits and a blocking `get()` do not count. Then the thread is ended, with all objects that live in it: they die as
   * with any death of a thread. The main thread cannot be ended; there it is only told. Without it there is no limit (S37).
   */
  readonly maxHandlerTime?: number;
  /**
   * What an error that no caller sees leads to: the object goes on (`resume`, the default; it is logged), crashes and is restarted, or ends
   * for good (`stop`). With `calls: true` an error that a caller gets leads to the same.
   */
  readonly failure?: FailurePolicy['action'] | Partial<FailurePolicy>;
  /**
   * Whether the supervisor restarts an object that has crashed: each time (`permanent`, the default, and `transient`, which OTP tells
   * apart by clean exits that do not exist here), or never (`temporary`); and how long it waits before (`backoff`, no time by default).
   */
  readonly restart?: RestartType | {
    readonly type?: RestartType;
    readonly backoff?: Partial<Backoff>;
  };
  /** Limits of a thread of its own, in MB, as Node's Worker takes them. */
  readonly resourceLimits?: {
    readonly maxOldGenerationSizeMb?: number;
    readonly maxYoungGenerationSizeMb?: number;
    readonly codeRangeSizeMb?: number;
    readonly stackSizeMb?: number;
  };
  /** What the constructor gets; must be able to travel. */
  readonly args?: readonly unknown[];
}
/** A definition: a class, and what is to be known of its objects. */
declare class Definition<C = unknown, Counted extends boolean = boolean> implements DefinitionOf<C, Counted> {
  #private;
  readonly [DEFINES]?: {
    readonly class: C;
    readonly counted: Counted;
  };
  /** The options that it was made with. */
  readonly options: DefinitionOptions;
  /** By which function it was made. */
  readonly kind: 'task' | 'actor';
  /** Whether a subsystem has given it a key. */
  get isRegistered(): boolean;
  /** Its name in the subsystem. */
  get key(): string;
  /** The URL of the module that registers it. */
  get module(): string;
}
type Counting = DefinitionOptions & {
  readonly count: number;
};
declare const REFUSED: unique symbol;
/** What is no definition, so that no subsystem takes it: a sentence that the compiler shows. */
interface NoDefinition<Why extends string> {
  readonly [REFUSED]: Why;
}
/** The exports of a module, and any other name: a wrong one is told by what `task` returns, where nothing hides it. */
type Exported<M> = (keyof M & string) | (string & {});
type Lazy<C, Kind, Counted extends boolean> = [C] extends [never] ? NoDefinition<'the module exports no class of that name'> : C extends ClassOf<Kind> ? Definition<C, Counted> : NoDefinition<Kind extends ExtendsTask ? 'it is no class that extends Task' : 'it is no class that extends Actor or Task'>;
/** Defines a Task whose class is loaded only in the thread that runs it: how to import its module, and the name that exports it. */
export declare function task<M, K extends Exported<M>>(load: () => Promise<M>, name: K, options: Counting): Lazy<M[K & keyof M], ExtendsTask, true>;
export declare function task<M, K extends Exported<M>>(load: () => Promise<M>, name: K, options?: DefinitionOptions): Lazy<M[K & keyof M], ExtendsTask, false>;
/** Defines Tasks of one class: `count: 3` gives `key#0` to `key#2`, each with a thread of its own unless its options say otherwise. */
export declare function task<C extends ClassOf<ExtendsTask>>(userClass: C, options: Counting): Definition<C, true>;
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
export declare function task<C extends ClassOf<ExtendsTask>>(userClass: C, options?: DefinitionOptions): Definition<C, false>;
/** Defines an Actor whose class is loaded only in the threads that run it. */
export declare function actor<M, K extends Exported<M>>(load: () => Promise<M>, name: K, options: Counting): Lazy<M[K & keyof M], ExtendsActor, true>;
export declare function actor<M, K extends Exported<M>>(load: () => Promise<M>, name: K, options?: DefinitionOptions): Lazy<M[K & keyof M], ExtendsActor, false>;
/** Defines Actors of one class: `count: 3` gives `key#0` to `key#2`. */
export declare function actor<C extends ClassOf<ExtendsActor>>(userClass: C, options: Counting): Definition<C, true>;
/** Defines an Actor: as `task`, but by default on a thread that it shares. */
export declare function actor<C extends ClassOf<ExtendsActor>>(userClass: C, options?: DefinitionOptions): Definition<C, false>;
/** A subsystem: definitions by key. */
type Subsystem = Readonly<Record<string, Definition>>;
/** How the objects of a subsystem are supervised; OTP's words. */
interface GroupOptions {
  /** Who is restarted with one that crashes: nobody else (`oneForOne`, the default), all, or those that started after it. */
  readonly strategy?: Strategy;
  /** How many restarts in how many ms, all its objects together; 3 in 5,000 by default. Beyond it the system stops, or restarts the group. */
  readonly budget?: Budget;
}
/**
 * Gives definitions their keys, and registers them under the module that calls it, in every thread that loads the module.
 *
 * @param url `import.meta.url`
 * @param options how its objects, which are one group with one budget, are supervised
 * @returns the definitions, which can be used wherever a name can: `this.actor(example.worker)`
 * @throws BadDefinition for a key that is no name, or that the module has registered already
 */
export declare function subsystem<const T extends Readonly<Record<string, Definition>>>(url: string, definitions: T, options?: GroupOptions): T;
type NameOf<K, D> = K extends string ? D extends DefinitionOf<unknown, true> ? `${K}#${number}` : D extends DefinitionOf<unknown> ? K : never : never;
/**
 * The names of a subsystem and what stands behind them, for the Registry: `ring#0 …` for a counted key.
 *
 * @example
 * declare module 'tsworks' {
 *   interface Registry extends Entries<typeof example> {}
 * }
 */
type Entries<T> = { [K in keyof T as NameOf<K, T[K]>]: T[K] extends DefinitionOf<infer C> ? RowOf<C> : never; };
/** codec(): how a module says that the instances of a class travel. It only looks and registers; what carries values is elsewhere. */
/** A class, as far as it matters here: its constructor may be private. */
interface ClassFor<T> {
  readonly prototype: T;
}
interface AnyCodec<T> {
  /** The class whose instances travel so. */
  readonly class: ClassFor<T>;
  /** What messages call it: one to a program. The name of the class, unless it is given. */
  readonly name?: string;
}
interface Writing<T, Form> extends AnyCodec<T> {
  /** Whether it is for instances of subclasses, too, which then arrive as what `read` makes of them. */
  readonly subclasses?: boolean;
  /** What travels for an instance; it must be able to travel itself. Not async. */
  readonly write: (instance: T) => Form;
}
/** How the instances of a class travel, made in one step. */
interface Codec<T, Form> extends Writing<T, Form> {
  /** The instance, of what `write` has given, when all of that has come. Not async. */
  readonly read: (form: Form) => T;
}
/** How the instances of a class travel that can hold themselves, made in two steps. */
interface CyclicCodec<T, Form> extends Writing<T, Form> {
  /** A new instance, without its content. */
  readonly create: () => T;
  /** Gives it its content. What else is in there may be not filled yet: keep it, and do not look into it. Not async. */
  readonly fill: (instance: T, form: Form) => void;
}
/** An error class that arrives as itself: with its fields, causes and stack, and without its constructor having run. */
interface ErrorClassCodec<T extends Error> extends AnyCodec<T> {}
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
export declare function codec<T extends Error>(url: string, how: ErrorClassCodec<T>): void;
/** Registers how instances travel that can hold themselves: an instance is made first, and filled when what is in it has come. */
export declare function codec<T extends object, Form>(url: string, how: CyclicCodec<T, Form>): void;
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
export declare function codec<T extends object, Form>(url: string, how: Codec<T, Form>): void;
/** Settings of the log. They travel to every thread. */
interface LogSettings {
  /** Lines below it are not written; `warn` by default. Changeable while the system runs. */
  readonly level?: LogLevel;
  /** A file to append to, in place of stderr; its folder is made. */
  readonly file?: string;
  /** Lines for people instead of JSON; by default on a terminal. */
  readonly pretty?: boolean;
}
/** Settings of a system; each has a default. */
interface Settings {
  /** Where lines of the log go, and which. */
  readonly log?: LogSettings;
  /** Whether SIGINT and SIGTERM stop the system; true by default. */
  readonly signals?: boolean;
  /** Whether code on the main thread may block in `get()`: its timers, signals and the output of threads wait meanwhile. */
  readonly blockMain?: boolean;
  /** How long each step of the start of an object may take, in ms; 30,000 by default. */
  readonly startTimeout?: number;
  /** How long an object may take to end, in ms; 5,000 by default. */
  readonly stopTimeout?: number;
  /**
   * How often a group of objects whose own budget is spent may be restarted as a whole, before the system stops; not at all by default.
   * `{ restarts: 1, within: 60_000 }`: once in a minute.
   */
  readonly groupBudget?: Budget;
  /**
   * From when on a thread that some code holds, without a return to its event loop, is told of as busy, and as stuck, in ms; after 500 and 5,000 by
   * default (S37).
   */
  readonly watchdog?: {
    readonly busy?: number;
    readonly stuck?: number;
  };
  /** How the mailboxes of objects are bounded whose definitions do not say; `{ capacity: 65_536, overflow: 'reject' }` by default. */
  readonly mailbox?: Partial<MailboxPolicy>;
  /**
   * From how many bytes on the log tells of a copy of arguments, of a result, or of what a Future is given: once for each method and place in the
   * code, with what to do. Not at all by default: it is for development, since all that is sent goes the longer way then.
   */
  readonly largeCopies?: number;
  /** The kind of link between threads: shared memory, or MessagePorts; `ring` by default. */
  readonly link?: 'ring' | 'port';
}
/** A settings file: which subsystems a program has, and the settings. Its paths are relative to itself. */
interface Config extends Settings {
  /** Modules that call `subsystem()`, or subsystems; each is a level above the one before. */
  readonly subsystems: readonly (string | Subsystem)[];
}
/**
 * Describes a program: what `tsworks.config.ts` exports by default.
 *
 * @throws BadConfiguration for what it does not know
 * @example
 * export default defineConfig({ subsystems: ['./example/tasks.ts'], log: { file: 'log/tsworks.log' } })
 */
export declare function defineConfig(config: Config): Config;
/** A stream of what comes by itself: read it by `for await`, or by `next()`. */
declare abstract class PulledStream<T, R = undefined> implements AsyncIterableIterator<T, R | undefined>, AsyncDisposable, Disposable {
  #private;
  /** The next one; `done` once nothing more will come, and all has been read. */
  next(): Promise<IteratorResult<T, R | undefined>>;
  /** Closes it: nothing that waits is read any more. Leaving a `for await` does it; twice is harmless. */
  return(): Promise<IteratorReturnResult<undefined>>;
  /** Closes it at the end of a block: `using stream = …`. */
  [Symbol.dispose](): void;
  [Symbol.asyncDispose](): Promise<void>;
  [Symbol.asyncIterator](): this;
}
/** How a stream of dead letters is opened. */
interface DeadLetterOptions {
  /** How many letters wait for their reader; what comes while so many do is only counted. 10,000 by default. */
  readonly capacity?: number;
}
/** Messages that were not handled, as they are dropped, until it is closed or the system has stopped. */
declare class DeadLetterStream extends PulledStream<DeadLetter> {
  #private;
  /** Settles when the threads report; what they drop from then on comes. */
  readonly ready: Promise<void>;
  /** How many dropped messages it has not told of: they came faster than they were read. */
  get missed(): number;
}
/** The names that may be used: the system's own and those of the Registry; any where both are unknown. */
type NameIn<T> = [keyof Entries<T>] extends [never] ? Name : (keyof Entries<T> & string) | (keyof Registry & string);
/** The keys of counted names. */
type FamilyKeyIn<T> = [keyof Entries<T>] extends [never] ? FamilyKey : FamilyKeyOf<keyof Entries<T> | keyof Registry>;
/** The Remote of a name, or of a definition. */
type RemoteIn<T, W> = [W] extends [never] ? UntypedRemote : W extends keyof Entries<T> ? RemoteOf<Entries<T>[W]> : RemoteAt<W>;
/** The Remote of each member of a family, by its key or its definition. */
type MemberIn<T, W> = W extends string ? FamilyMemberIn<T, W, `${W}#${number}`> : RemoteAt<W>;
type FamilyMemberIn<T, Key, Names> = Names extends keyof Entries<T> ? RemoteIn<T, Names> : RemoteOfMember<Key>;
/** The Remote of what is made from a key or a definition. */
type SpawnedIn<T, W> = W extends keyof Entries<T> ? RemoteIn<T, W> : W extends FamilyKeyIn<T> ? MemberIn<T, W> : RemoteOfSpawned<W>;
/** The output methods of what a name, a definition or a Remote stands for. */
type EventsIn<T, W> = W extends keyof Entries<T> ? Entries<T>[W] extends {
  readonly of: infer A;
} ? EventsOf<A> : {} : EventsAt<W>;
/** What the main program must have to observe: any handlers where the output methods are not known. */
type HandlersOf<Events> = [keyof Events] extends [never] ? AnyHandlers : Listener<Events>;
interface AnyHandlers {
  readonly [name: string]: (...args: any[]) => unknown;
}
/** A thread that does not return to its event loop. */
interface ThreadHeld {
  readonly place: number;
  /** What the thread is called after. */
  readonly thread: string;
  /** For how long, in ms. */
  readonly heldMs: number;
  /**
   * Whose code holds it, with the handler in hand: one object if that is known; several if it is one of them, or none, where the code runs after
   * an await or in a callback of a thread that objects share.
   */
  readonly by: readonly Holder[];
}
/** What happens in a system. */
interface SystemEvents {
  /** An object has ended: asked, by itself, or with its thread. */
  readonly ended: {
    readonly name: string;
    readonly pid: number;
    readonly reason: string;
  };
  /** An object has crashed, and its next incarnation has started. */
  readonly restarted: {
    readonly name: string;
    readonly pid: number;
    readonly incarnation: number;
    readonly reason: string;
  };
  /** No restart has helped: the system stops. */
  readonly escalated: {
    readonly reason: string;
  };
  /** A thread has ended that nobody told to, and all others know it: the report of a crash. */
  readonly threadDied: ThreadReport;
  /** Code of an object has held its thread for half a second (`watchdog` in the settings); the thread's event loop stands still. */
  readonly busy: ThreadHeld;
  /** … for five seconds, or on the main thread for longer than its `maxHandlerTime`. */
  readonly stuck: ThreadHeld & {
    /** Where its JavaScript stands, line by line as in an error, or why that is not known. */
    readonly stack: string;
  };
  /** A thread that was busy or stuck is free again; `heldMs` is how long it was held. */
  readonly freed: Pick<ThreadHeld, 'place' | 'thread' | 'heldMs'>;
  /** A thread that was told to end has not within a second, since it stands in native code: it may begin and answer nothing more. */
  readonly givenUp: {
    readonly place: number;
    readonly thread: string;
    readonly reason: string;
  };
  /** The system has stopped. */
  readonly stopped: StopReport;
}
/** What died, why, what it was doing, and what became of what it was asked (S33); `restarted` events tell of those that are back. */
interface ThreadReport {
  readonly place: number;
  /** What the thread is called after. */
  readonly thread: string;
  readonly reason: string;
  /** What was thrown, if something was. */
  readonly error: unknown;
  /** The handler that held the thread, for so many ms; `name` is that of its object. */
  readonly inHand: {
    readonly name: string | undefined;
    readonly method: string;
    readonly ageMs: number;
  } | undefined;
  /** The names of its objects that are restarted, in the order of their start. */
  readonly restarting: readonly string[];
  /** Those that are not: temporary ones, children of others that died with it. */
  readonly ended: readonly string[];
  /** Calls from other threads that have failed, by `executed`, and the messages that will never be handled, such calls with 'no' among them; undefined
   * where another thread was too busy to say so within a second. */
  readonly lost: {
    readonly maybe: number;
    readonly no: number;
    readonly messages: number;
  } | undefined;
}
/** A running program; `T` are the definitions that it was started with, whose names it knows. */
declare class System<T = unknown> implements AsyncDisposable {
  #private;
  /** Settles when the system has stopped; rejects if it had to give up: what crashed was restarted too often. */
  get done(): Promise<StopReport>;
  /** Whether it has not stopped yet. */
  get isRunning(): boolean;
  /** The Remote of an object; there is one for each, so `===` works. */
  actor<W extends NameIn<T> | DefinitionOf<unknown>>(what: W, ...index: IndexOf<W>): RemoteIn<T, W>;
  /**
   * The Remotes of a family, by index, those that have ended included.
   *
   * @throws BadDefinition for a key that no definition with `count` has
   */
  actors<W extends FamilyKeyIn<T> | DefinitionOf<unknown, true>>(what: W): MemberIn<T, W>[];
  /** Makes an object that lives until it is stopped, or the system is. */
  spawn<W extends NameIn<T> | FamilyKeyIn<T> | DefinitionOf<unknown>>(what: W, options?: SpawnOptions): SpawnedIn<T, W>;
  /**
   * Observes an object from the main program: each output method that `handlers` has is called in the main thread's event loop.
   *
   * @returns settles when the other has it, with a function that ends it; rejects when there is no such object, or for a missing output
   *   method that the other's class lists in `static events`; without that list the log warns of it when it is first notified (S22)
   */
  observe<W extends NameIn<T> | object>(observed: W, handlers: HandlersOf<EventsIn<T, W>>): Promise<() => void>;
  /** Resolves with the reason when an object dies; at once if it is dead. */
  watch(remote: object): Promise<string>;
  /** Ends one object, whoever its parent is: after the message in hand. */
  stopObject(remote: object): Future<void>;
  /**
   * Ends the thread that an object lives in, wherever it stands, as if it had died by itself: for what hangs, and for tests of what follows a
   * death. All objects of that thread are restarted as their supervisors decide (S33).
   *
   * @param reason what the log, the watchers and the errors of open calls say
   * @returns settles when the thread has ended; while it stands in native code it cannot
   * @throws BadDefinition for an object of the main thread
   *
   * @example
   * await system.killThread(system.actor('worker'), 'it hangs')
   */
  killThread(remote: object, reason?: string): Future<void>;
  /** All objects and threads, as they are now; a thread that does not answer is read from shared memory (S41). */
  snapshot(): Promise<Snapshot>;
  /**
   * A stream of the messages that are not handled from now on, in any thread, and why. Each call opens one of its own, which is closed by
   * leaving the loop; what it has no room for is in its `missed`. What nobody listens to is only counted (`snapshot()`).
   *
   * @throws BadDefinition for a capacity that is no number of letters
   * @example
   * for await (const { to, method, reason } of system.deadLetters()) console.warn(`${to?.name}.${method}: ${reason}`)
   */
  deadLetters(options?: DeadLetterOptions): DeadLetterStream;
  /** Changes the level of the log in all threads, those that are made later included. */
  setLogLevel(level: LogLevel): void;
  /** Calls `listener` for each event of a kind; returns what ends that. */
  on<K extends keyof SystemEvents>(event: K, listener: (event: SystemEvents[K]) => void): () => void;
  /**
   * Stops all, from the highest level down: each object handles what had arrived, its `onStop` is awaited, its thread ends (S30).
   * Idempotent.
   */
  stop(reason?: string): Promise<StopReport>;
  /** Stops it at the end of a block: `await using system = await start(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}
/** What a program starts with: definitions, a subsystem, or the description of a program. */
type Program = Subsystem | Config;
/**
 * Starts a system: all objects constructed, all `onInit`, then by level `onConfigure`, then by level `onStart` (S27).
 *
 * Runs in the main thread. In the threads that it makes the same call never returns, so what stands above it runs in every thread, and
 * what stands below only on main. Until `stop()` the system keeps the process alive.
 *
 * @param url `import.meta.url`: the module that every thread of the system begins with
 * @param program definitions by name, a subsystem, or what `defineConfig` gives
 * @throws StartError (as a rejection) naming object and phase; what had started has been stopped again
 * @example
 * const system = await start(import.meta.url, { counter: task(Counter) })
 * console.log(await system.actor('counter').add(2))
 * await system.stop()
 */
export declare function start<const T extends Program>(url: string, program: T, settings?: Settings): Promise<System<T>>;
/** What an object notifies, for one reader: each call of `events()` opens one of its own. */
declare class EventStream<E = AnyEvent> extends PulledStream<E> {
  #private;
  /** Settles when the object is observed: what it notifies from then on comes. Rejects, as the first `next()` does, where it cannot be. */
  readonly ready: Future<void>;
  /** How many notifications it has not told of, since they found no room: they came faster than they were read. */
  get missed(): number;
}
/**
 * The notifications of an object, from now on, as `{ method, args }`. Each call opens a stream of its own; all get all.
 *
 * It begins with the call: what you call on the object afterwards is seen; for what others make it notify, await `ready` first. It outlives
 * restarts of the object, and is `done` when that has ended for good, or the system has stopped, and all has been read. Leaving the loop,
 * `return()` or the end of a `using` block end it at once. In an object it also ends with that object's incarnation, and a handler that
 * reads it keeps other messages waiting (S4).
 *
 * @param options which ones (`only`), how many wait for their reader (`capacity`, in notifications) and what becomes of one more (`overflow`),
 *   and a `signal` that ends it
 * @returns a stream; its `next()` rejects once with ActorDead or NoSuchActor where there is no such object, with MailboxFull where its
 *   reader was too slow, with AbortError when the signal has aborted, and is `done` from then on
 * @throws BadDefinition for what is no Remote, or options that are none
 *
 * @example
 * for await (const { method, args } of events(system.actor('door'), { only: ['opened'] })) {
 *   console.log(method, args[0])
 *   if (args[0] === 3) break
 * }
 */
export declare function events<R extends object, const Name extends EventName<R> = EventName<R>>(remote: R, options?: EventsOptions<Name>): EventStream<EventOf<R, Name>>;
export type { Accepted, AnyEvent, Backoff, Budget, CallOptions, ClassFor, Codec, Config, Counters, CyclicCodec, DeadLetter, DeadLetterOptions, DeadLetterStream, Definition, DefinitionOptions, DropReason, Entries, ErrorClassCodec, EventName, EventOf, EventStream, EventsOptions, Executed, FailurePolicy, GroupOptions, Holder, Kept, Lent, Listener, LogLevel, LogLine, LogSettings, Logger, MailboxPolicy, MessageInfo, Movable, NotAMethod, Notify, ObjectInspection, Overflow, Program, Registry, Remote, RestartType, Settings, Shared, Snapshot, SpawnOptions, StartPhase, StopReport, Strategy, Subsystem, System, SystemEvents, Tell, ThreadHeld, ThreadInspection, ThreadOption, ThreadReport, ThreadStatus, UntypedRemote };