/**
 * The words that every object has: `Actor`, `Task` and `State` add theirs. Each is one call on the object's context; what they do is
 * said in docs/semantics.md and done in cell-words.ts.
 */

import type { ClockTimer } from './clock.ts'
import { detachedContext } from './detached.ts'
import type { Future } from './future.ts'
import type { Logger } from './logger.ts'
import { takeContext, type MessageInfo, type ObjectContext, type SpawnOptions } from './object-context.ts'
import type {
  ClassOf,
  DefinitionOf,
  EVENTS,
  EventsAt,
  EventsOfDefinition,
  FamilyKey,
  FamilyMember,
  Listener,
  Name,
  Named,
  Notify,
  Remote,
  RemoteOfDefinition,
} from './remote-type.ts'

import type { AnyClass } from './traits.ts'

/** The context of an object; for the other base classes. */
export let contextOf: (object: ObjectWords<never> | ObjectWords<unknown>) => ObjectContext

export abstract class ObjectWords<Events> {
  declare readonly [EVENTS]?: Events
  readonly #context: ObjectContext

  constructor() {
    this.#context = takeContext(new.target as AnyClass) ?? detachedContext(this)
  }

  /**
   * The Remote of another object.
   *
   * @param name its name, or its definition (with the index where it is counted)
   * @returns at once; there is one for each target and thread, so `===` works. A name that nobody has makes its calls reject
   */
  actor<N extends Name>(name: N): Named<N>
  actor<D extends DefinitionOf<unknown>>(definition: D, index?: number): RemoteOfDefinition<D>
  actor(what: string | DefinitionOf<unknown>, index?: number): unknown {
    return this.#context.actor(what, index)
  }

  /** The Remotes of a family, in the order of their index: all of `ring#0 … ring#99` for `ring`. */
  actors<K extends FamilyKey>(key: K): FamilyMember<K>[]
  actors<D extends DefinitionOf<unknown>>(definition: D): RemoteOfDefinition<D>[]
  actors(what: string | DefinitionOf<unknown>): unknown[] {
    return this.#context.actors(what)
  }

  /**
   * A Remote of oneself, to send oneself a message or to hand to others.
   *
   * @example
   * tell(this.self<Worker>()).hello(1, 'x')
   */
  self<T>(): Remote<T> {
    return this.#context.self() as Remote<T>
  }

  /** Tells each observer, in the order of S2; never throws for what observers do. */
  get notify(): Notify<Events> {
    return this.#context.notify as Notify<Events>
  }

  /**
   * Starts to observe: the other's output methods arrive here as messages. Twice is harmless.
   *
   * @returns settles when the other has it; rejects when there is no such object, or an output method is missing here
   */
  observe<N extends Name>(this: Listener<EventsAt<N>>, name: N): Future<void>
  observe<D extends DefinitionOf<unknown>>(this: Listener<EventsOfDefinition<D>>, definition: D): Future<void>
  observe(observed: object): Future<void>
  observe(observed: string | DefinitionOf<unknown> | object): Future<void> {
    return contextOf(this as ObjectWords<unknown>).observe(observed, true)
  }

  /** Ends what `observe` began. */
  unobserve(observed: Name | DefinitionOf<unknown> | object): Future<void> {
    return this.#context.observe(observed, false)
  }

  /**
   * A timer of that name, in place of the one before. It fires once, as a message.
   *
   * @param ms when, in ms from now
   * @param run what to do; runs in a turn of this object, never beside another
   */
  timer(name: string, ms: number, run: () => unknown): ClockTimer {
    return this.#context.timer({ name, ms, run, owner: this })
  }

  /** Waits `ms` in this handler, on the system's clock; other messages wait meanwhile (S4). */
  pause(ms: number): Promise<void> {
    return this.#context.pause(ms)
  }

  /**
   * Makes a new object, which ends with this one unless it is `detached`.
   *
   * @param what the key of a definition, or the definition
   * @returns its Remote, at once; a start that fails rejects the calls to it
   */
  spawn<D extends DefinitionOf<unknown>>(what: D, options?: SpawnOptions): RemoteOfDefinition<D>
  spawn<N extends Name | FamilyKey>(what: N, options?: SpawnOptions): Named<N> | FamilyMember<N>
  spawn(what: string | DefinitionOf<unknown>, options: SpawnOptions = {}): unknown {
    return this.#context.spawn(what, options)
  }

  /** Asks for one `onDown(remote, reason)` when the other dies, also if it is dead already (S36). */
  watch(remote: object): void {
    this.#context.watch(remote)
  }

  /**
   * Ends this object after the message in hand, whose answer and earlier tells still go out; or, given the Remote of a child, ends
   * that one.
   */
  stop(reason?: string): void
  stop(child: object): Future<void>
  stop(what?: string | object): Future<void> | undefined {
    if (typeof what === 'object') return this.#context.stopOther(what)
    this.#context.stop(what)
    return undefined
  }

  /** A crash of one's own: leaves the handler at once, by throwing. The call in hand is answered with `error`. */
  fail(error: unknown): never {
    return this.#context.fail(error)
  }

  /** The log whose lines carry this object's name, index, State and pid. */
  get log(): Logger {
    return this.#context.log
  }

  /**
   * What the configuration file gave; undefined until `onConfigure`. A class says of which type it is by declaring it again:
   *
   * @example
   * class Server extends Task {
   *   static config = z.object({ port: z.number() })
   *   declare readonly config: z.infer<typeof Server.config>
   * }
   */
  // A property, since TypeScript lets no class declare an accessor again (TS2610).
  declare readonly config: unknown

  get name(): string {
    return this.#context.name
  }

  /** The number in a family, from 0; 0 for one that is alone. */
  get index(): number {
    return this.#context.index
  }

  /** Running number of this object; never used again. */
  get pid(): number {
    return this.#context.pid
  }

  /** Aborts when the call in hand is cancelled or its deadline passes; in an interleaved method ask for it before the first await. */
  get signal(): AbortSignal {
    return this.#context.signal
  }

  /** Who sent the message in hand, its deadline, the chain of calls that waits for it, and its trace context. */
  get context(): MessageInfo {
    return this.#context.messageInfo
  }

  static {
    contextOf = (object) => object.#context
    Object.defineProperty(this.prototype, 'config', {
      get(this: ObjectWords<unknown>): unknown {
        return this.#context.config
      },
    })
  }
}

/** Any class of objects, whatever its constructor takes. */
export type ObjectClass = ClassOf<ObjectWords<never>>
