/**
 * Actor: a light concurrent object. Its methods are called from anywhere and run one at a time; by default on a thread that it shares.
 *
 * @example
 * class MathActor extends Actor {
 *   factorial(n: number): number {
 *     return n < 2 ? 1 : n * this.factorial(n - 1)
 *   }
 * }
 */

import type { Future } from './future.ts'
import { contextOf, ObjectWords } from './object-words.ts'
import type { EventsAt, KIND, Listener, Name } from './remote-type.ts'
import { registerBase } from './traits.ts'

// Hooks are declared twice on purpose: optional in the interface, so that a class need not have them; abstract in the class, so that
// one that has them may write `override` or leave it out, under noImplicitOverride too. The compiler dislikes the mixture (TS2512),
// hence the comments. Nothing of this exists at run time.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging, no-unused-vars -- see above
export interface Actor<Events = {}> {
  /** The periodic timeout, or that of the current State. In a turn of its own. */
  onTimeout?(): unknown
  /**
   * A handler or hook named `method` failed; the object goes on unless `failure` says otherwise (S31). `'uncaughtException'` or
   * `'unhandledRejection'` for what was thrown outside all of them (S33).
   */
  onException?(method: string, error: unknown): unknown
  /** A message that no method handles; what it returns is the answer (S9). */
  onUnhandled?(method: string, args: readonly unknown[]): unknown
  /** An object that is watched has died: exactly once (S36). */
  onDown?(remote: object, reason: string): unknown
  /** The object is about to end: in its own thread, awaited up to 5 s. */
  onStop?(reason: string): unknown
}
/** A light object that others call from anywhere; `Events` are its output methods, which observers must have. */
export abstract class Actor<Events = {}> extends ObjectWords<Events> {
  declare readonly [KIND]: 'Actor' | 'Task'

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

  /**
   * Starts to observe: the other's output methods arrive here as messages. Twice is harmless.
   *
   * @param what the other's name, its definition or its Remote
   * @returns settles when the other has it; rejects when there is no such object, or an output method is missing here that the other's
   *   class lists in `static events`. Without that list nothing is known of them at run time: one that is missing is a warning of the log
   *   when it is first notified (S22)
   */
  observe<W extends Name | object>(this: Listener<EventsAt<W>>, what: W): Future<void> {
    return contextOf(this as Actor<unknown>).observe(what, true)
  }

  /**
   * Sets the period of `onTimeout`, in ms; 5,000 by default for an object that has an `onTimeout`; 0 ends it.
   *
   * A period that passes while the object is busy fires once, late, not many times.
   */
  every(ms: number): void {
    contextOf(this).every(ms)
  }

  static {
    registerBase(this, 'Actor')
  }
}
