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
  /** Code of an object is running. */
  #runs = false
  /** A turn is in hand. */
  #isInTurn = false

  constructor(memory: ThreadMemory, panel: Panel, clock: Clock) {
    this.#memory = memory
    this.#panel = panel
    this.#clock = clock
  }

  /** Runs a method in a scope. */
  run(scope: Scope, { method, self }: Handler, args: readonly unknown[], since = this.#clock.now()): unknown {
    const isOutermost = this.#begin(scope, scope.turn?.message.method ?? 'constructor', since)
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
      if (isOutermost) this.#end()
    }
  }

  /** Runs a function that an object has lent, which enters the scope by itself; what it throws is its caller's, elsewhere. */
  runLent(scope: Scope, run: () => unknown): unknown {
    const isOutermost = this.#begin(scope, 'a function it has lent', this.#clock.now())
    try {
      this.#throwIfFenced(scope)
      return run()
    } finally {
      if (isOutermost) this.#end()
    }
  }

  /** The code that runs goes on with something else, as if it had been called anew. */
  goesOn(): void {
    this.#memory.again(this.#clock.lastRead())
  }

  /** From now on the mark of one call stays until the next one, or until endTurn(): that saves each a store. */
  beginTurn(): void {
    this.#isInTurn = true
  }

  endTurn(): void {
    this.#isInTurn = false
    this.#memory.rest()
  }

  /** Sets the mark; false where other code is running, on whose behalf this is done. */
  #begin({ pid }: Scope, method: string, since: number): boolean {
    if (this.#runs) return false
    this.#runs = true
    this.#memory.begin(pid, this.#panel.wordOf(method), since)
    return true
  }

  #end(): void {
    this.#runs = false
    if (!this.#isInTurn) this.#memory.rest()
  }

  #throwIfFenced({ pid }: Scope): void {
    if (this.#memory.isFenced) throw new ActorDead(`object ${pid}`, 'its thread was given up', { executed: 'no' })
  }
}
