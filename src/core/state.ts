/**
 * State: handles all messages of its Task while it is current; what it does not declare goes to the Task (S23).
 *
 * @example
 * class Open extends State<Door> {
 *   onEnter() { this.setTimeout(5_000) }
 *   close() { this.become(Closed) }
 *   onTimeout() { this.become(Closed) }
 * }
 */

import type { Future } from './future.ts'
import { contextOf, ObjectWords } from './object-words.ts'
import type { EventsAt, EventsOf, ExtendsState, KIND, Listener, Name } from './remote-type.ts'
import { registerBase } from './traits.ts'

// Hooks: see actor.ts.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging, no-unused-vars -- see above
export interface State<TaskClass = unknown> {
  /** The periodic timeout, or that of the current State. In a turn of its own. */
  onTimeout?(): unknown
  /** A handler or hook named `method` failed; the object goes on unless `failure` says otherwise (S31). */
  onException?(method: string, error: unknown): unknown
  /** A message that no method handles; what it returns is the answer (S9). */
  onUnhandled?(method: string, args: readonly unknown[]): unknown
  /** An object that is watched has died: exactly once (S36). */
  onDown?(remote: object, reason: string): unknown
  /** The object is about to end: in its own thread, awaited up to 5 s. */
  onStop?(reason: string): unknown
  /** The State has become current; `from` is the one before. */
  onEnter?(from: object | undefined): unknown
  /** The State is about to be left for an object of the class `to`; `become` and `postpone` are errors here. */
  onLeave?(to: unknown): unknown
  /** As the Task's own, where the State declares it. */
  onConfigure?(): unknown
}
/** What its Task does while it is in this State: it gets every message first; `TaskClass` types `this.task`. */
export abstract class State<TaskClass = unknown> extends ObjectWords<EventsOf<TaskClass>> {
  declare readonly [KIND]: 'State'

  /** @ts-ignore TS2512, see above */
  abstract onTimeout?(): unknown
  /** @ts-ignore TS2512, see above */
  abstract onException?(method: string, error: unknown): unknown
  /** @ts-ignore TS2512, see above */
  abstract onUnhandled?(method: string, args: readonly unknown[]): unknown
  /** @ts-ignore TS2512, see above */
  abstract onDown?(remote: object, reason: string): unknown
  /** @ts-ignore TS2512, see above */
  abstract onStop?(reason: string): unknown
  /** @ts-ignore TS2512, see above */
  abstract onEnter?(from: object | undefined): unknown
  /** @ts-ignore TS2512, see above */
  abstract onLeave?(to: unknown): unknown
  /** @ts-ignore TS2512, see above */
  abstract onConfigure?(): unknown

  /** The Task that it belongs to, with its data. */
  get task(): TaskClass {
    return contextOf(this).object as TaskClass
  }

  /** As `task.observe`: it is the Task that must have the output methods, of which its States may take over some. */
  observe<W extends Name | object>(this: { readonly task: Listener<EventsAt<W>> }, what: W): Future<void> {
    return contextOf(this as State).observe(what, true)
  }

  /** As `task.become`. Inside `onEnter` it is done right after that. */
  become<S extends ConcreteState>(stateClass: S, ...args: ConstructorParameters<S>): void {
    contextOf(this).become(stateClass, args)
  }

  /** Leaves the handler at once; the message comes back after the next change of State (S25). */
  postpone(): never {
    return contextOf(this).postpone()
  }

  /** Sets this State's own timeout: `onTimeout` once, in `ms`, unless the State is left before (S26). */
  setTimeout(ms: number): void {
    contextOf(this).stateTimeout(this, ms)
  }

  static {
    registerBase(this, 'State')
  }
}

/** A class of States, whatever its constructor takes. */
// oxlint-disable-next-line typescript/no-explicit-any -- a constructor's parameters are its own affair
export type ConcreteState = new (...args: any[]) => ExtendsState
