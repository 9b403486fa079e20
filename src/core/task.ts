/**
 * Task: an Actor with life-cycle hooks, configuration and States; by default in a thread of its own.
 *
 *   constructor ─▶ onInit ─▶ (configuration) ─▶ onConfigure ─▶ onStart ─▶ messages … ─▶ onStop
 *   all objects     all          by level          by level     by level                 from the highest level down
 */

import { Actor } from './actor.ts'
import { contextOf } from './object-words.ts'
import type { KIND } from './remote-type.ts'
import type { ConcreteState } from './state.ts'
import { registerBase } from './traits.ts'

// Hooks: see actor.ts.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging, no-unused-vars -- see above
export interface Task<Events = {}> {
  /** First hook: all objects exist, none has its configuration. Nothing may be awaited from others here (S27). */
  onInit?(): unknown
  /** The configuration has been read; `this.config` is there. The place to `observe`. */
  onConfigure?(): unknown
  /** Last hook before messages: objects of lower levels have started and may be called. */
  onStart?(): unknown
}
/** An Actor with life-cycle hooks, configuration and States; by default it has a thread of its own. */
export abstract class Task<Events = {}> extends Actor<Events> {
  declare readonly [KIND]: 'Task'

  /** @ts-ignore TS2512, see above */
  abstract onInit?(): unknown
  /** @ts-ignore TS2512, see above */
  abstract onConfigure?(): unknown
  /** @ts-ignore TS2512, see above */
  abstract onStart?(): unknown

  /**
   * Changes the State when the handler in hand has ended without error; the last call wins (S24).
   *
   * @throws NotInTurn outside a handler or hook of this object; BadDefinition for a class that `static states` does not list
   */
  become<S extends ConcreteState>(stateClass: S, ...args: ConstructorParameters<S>): void {
    contextOf(this).become(stateClass, args)
  }

  /** Leaves the handler at once; the message comes back after the next change of State (S25). */
  postpone(): never {
    return contextOf(this).postpone()
  }

  static {
    registerBase(this, 'Task')
  }
}
