/**
 * Whose code is running in this thread, also after awaits and in callbacks that it started (S40).
 *
 * One AsyncLocalStorage for the thread. A scope is entered through an AsyncResource that is made once for it, which costs a tenth of
 * `AsyncLocalStorage.run`.
 */

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { installAmbient } from '../core/ambient.ts'
import type { Clock } from '../core/clock.ts'
import type { FutureKeeper } from '../core/future.ts'
import type { Scope } from '../core/scope.ts'

const storage = new AsyncLocalStorage<Scope>()
const resources = new WeakMap<Scope, AsyncResource>()

/** The object, and its turn, that the running code belongs to. */
export function currentScope(): Scope | undefined {
  return storage.getStore()
}

/** Runs a method in a scope. */
export function runInScope(
  scope: Scope,
  method: (...args: never[]) => unknown,
  self: object,
  args: readonly unknown[],
): unknown {
  let resource = resources.get(scope)
  if (resource === undefined) {
    resource = storage.run(scope, () => new AsyncResource('tsworks.object'))
    resources.set(scope, resource)
  }
  return resource.runInAsyncScope(method as (...args: unknown[]) => unknown, self, ...args)
}

/** Lets the core of this thread know whose code runs, what time it is, and who looks after Futures made outside any object. */
export function installScopes(clock: Clock, keeper: FutureKeeper | undefined): void {
  installAmbient({ scope: currentScope, clock, keeper })
}
