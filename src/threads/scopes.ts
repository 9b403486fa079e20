/**
 * Whose code is running in this thread, also after awaits and in callbacks that it started (S40).
 *
 * One AsyncLocalStorage for the thread. A scope is entered through an AsyncResource that is made once for it, which costs a tenth of
 * `AsyncLocalStorage.run`; but to make one costs as much as six of those, and memory: of very many objects most run only a few times.
 * Those enter it within `outside`, which costs half of `run` where that makes one frame to enter and another to go back to (Node 24 and later).
 */

import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { installAmbient } from '../core/ambient.ts'
import type { FutureHome } from '../core/future.ts'
import type { Scope } from '../core/scope.ts'

const storage = new AsyncLocalStorage<Scope>()
/** A scope is run in so often before a resource is made for it. */
const RUNS_WITHOUT = 6
/** Made when the thread loads tsworks, before any object is there. */
const outside = new AsyncResource('tsworks.outside')

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
  const { entry } = scope
  if (entry instanceof AsyncResource)
    return entry.runInAsyncScope(method as (...args: unknown[]) => unknown, self, ...args)
  const runs = typeof entry === 'number' ? entry + 1 : 1
  scope.entry = runs < RUNS_WITHOUT ? runs : storage.run(scope, () => new AsyncResource('tsworks.object'))
  return hasFrames()
    ? outside.runInAsyncScope(runEntered, scope, method, self, args)
    : storage.run(scope, () => Reflect.apply(method, self, args) as unknown)
}

function runEntered(
  this: Scope,
  method: (...args: never[]) => unknown,
  self: object,
  args: readonly unknown[],
): unknown {
  storage.enterWith(this)
  return Reflect.apply(method, self, args) as unknown
}

/** Lets the code that runs now, and what it starts, belong to `scope`; where it belongs to none. */
export function enterScope(scope: Scope): void {
  storage.enterWith(scope)
}

/** Ends enterScope(). */
export function leaveScope(): void {
  storage.enterWith(undefined as unknown as Scope)
}

/** Runs code that belongs to no object, whoever has called it. */
export function runOutsideScopes<T>(method: () => T): T {
  return outside.runInAsyncScope(method)
}

let frames: boolean | undefined

/**
 * Leaves the scope whose code has thrown, once that error was taken care of. With AsyncContextFrame (Node 24 and later) a callback that has
 * thrown leaves its context behind, for whatever comes next; with async_hooks (Node 22) Node leaves it by itself, and the store
 * belongs to the resource: an interval would have lost it.
 */
export function leaveFailedScope(): void {
  if (hasFrames()) leaveScope()
}

/** Whether what enterWith() enters ends with the callback, and does not belong to its resource. */
function hasFrames(): boolean {
  return (frames ??= !storeBelongsToResource())
}

function storeBelongsToResource(): boolean {
  const probe = new AsyncLocalStorage<boolean>()
  const resource = new AsyncResource('tsworks.probe')
  resource.runInAsyncScope(() => probe.enterWith(true))
  const isThere = resource.runInAsyncScope(() => probe.getStore() === true)
  probe.disable()
  return isThere
}

/**
 * Lets the core of this thread know whose code runs, and who looks after Futures made outside any object; gives what ends that.
 */
export function installScopes(keeper: FutureHome): () => void {
  return installAmbient({ scope: currentScope, keeper })
}
