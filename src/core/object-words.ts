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
  FamilyKey,
  IndexOf,
  Name,
  Notify,
  Remote,
  RemoteAt,
  RemoteOfMember,
  RemoteOfSpawned,
} from './remote-type.ts'

/** The context of an object; for the other base classes. */
export let contextOf: (object: ObjectWords<never> | ObjectWords<unknown>) => ObjectContext

/** The words that Actor, Task and State have in common. */
export abstract class ObjectWords<Events> {
  declare readonly [EVENTS]?: Events
  readonly #context: ObjectContext

  constructor() {
    this.#context = takeContext(new.target) ?? detachedContext(this)
  }

  /**
   * The Remote of another object.
   *
   * @param what its name, or its definition
   * @param index which one of those that a counted definition makes
   * @returns at once; there is one for each target and thread, so `===` works. A name that nobody has makes its calls reject
   */
  actor<W extends Name | DefinitionOf<unknown>>(what: W, ...index: IndexOf<W>): RemoteAt<W> {
    return this.#context.actor(what, index[0]) as RemoteAt<W>
  }

  /**
   * The Remotes of a family, in the order of their index: all of `ring#0 … ring#99` for `ring`, those that have ended included.
   *
   * @throws BadDefinition for a key that no definition with `count` has
   */
  actors<W extends FamilyKey | DefinitionOf<unknown, true>>(what: W): RemoteOfMember<W>[] {
    return this.#context.actors(what) as RemoteOfMember<W>[]
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

  /** Ends what `observe` began. */
  unobserve(observed: Name | object): Future<void> {
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
  // oxlint-disable-next-line typescript/no-duplicate-type-constituents -- the same only while the Registry is empty
  spawn<W extends Name | FamilyKey | DefinitionOf<unknown>>(what: W, options: SpawnOptions = {}): RemoteOfSpawned<W> {
    return this.#context.spawn(what, options) as RemoteOfSpawned<W>
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
  /** Ends a child after the message that it has in hand; settles when it has ended. */
  stop(child: object): Future<void>
  stop(what?: string | object): Future<void> | undefined {
    if (typeof what === 'object') return this.#context.stopOther(what)
    this.#context.stop(what)
    return undefined
  }

  /**
   * A crash of one's own: leaves the handler at once, by throwing, and the object ends, whatever `failure` says and whoever catches it. The
   * call in hand is answered with `error`.
   */
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

  /** The name that others call it by: `door`, `ring#3` of a family, `worker:12` of one that was spawned. */
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
