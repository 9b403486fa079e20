/**
 * Where code of objects is called: in its scope (S40), and with a mark in shared memory from its begin until it returns, so that the kernel sees
 * whose code holds the thread (S37).
 *
 * Invariant: the mark is the outermost call's; what that calls in its turn runs on its behalf. A thread that was given up calls nothing:
 * the fence is looked at after the mark is set (shared-state.ts says why in this order).
 */

import type { Handler } from '../core/behaviour.ts'
import type { Clock } from '../core/clock.ts'
import { ActorDead } from '../core/errors.ts'
import type { Scope } from '../core/scope.ts'
import type { Panel } from './panel.ts'
import { runInScope } from './scopes.ts'
import type { ThreadMemory } from './shared-state.ts'

export class UserCode {
  /** Sees each error that is thrown, before anybody else does. */
  onError: ((error: unknown) => void) | undefined
  readonly #memory: ThreadMemory
  readonly #panel: Panel
  readonly #clock: Clock

  constructor(memory: ThreadMemory, panel: Panel, clock: Clock) {
    this.#memory = memory
    this.#panel = panel
    this.#clock = clock
  }

  /** Runs a method in a scope. */
  run(scope: Scope, { method, self }: Handler, args: readonly unknown[], since = this.#clock.now()): unknown {
    const memory = this.#memory
    const word = this.#panel.wordOf(scope.turn?.message.method ?? 'constructor')
    const isOutermost = memory.begin(scope.pid, word, since)
    try {
      this.#throwIfFenced(scope)
      const result = runInScope(scope, method, self, args)
      // Beside whoever waits for it, and before, since it was here first.
      if (this.onError !== undefined && result instanceof Promise) void result.then(undefined, this.onError)
      return result
    } catch (error) {
      this.onError?.(error)
      throw error
    } finally {
      if (isOutermost) memory.rest()
    }
  }

  /** Runs a function that an object has lent, which enters the scope by itself; what it throws is its caller's, elsewhere. */
  runLent(scope: Scope, run: () => unknown): unknown {
    const isOutermost = this.#memory.begin(scope.pid, this.#panel.wordOf('a function it has lent'), this.#clock.now())
    try {
      this.#throwIfFenced(scope)
      return run()
    } finally {
      if (isOutermost) this.#memory.rest()
    }
  }

  #throwIfFenced({ pid }: Scope): void {
    if (this.#memory.isFenced) throw new ActorDead(`object ${pid}`, 'its thread was given up', { executed: 'no' })
  }
}
