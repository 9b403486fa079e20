/**
 * Errors that nobody can catch, given to the object whose code has thrown them (S33): those of callbacks, and rejected promises that were
 * left alone. Whose code it was says the AsyncLocalStorage (scopes.ts), which Node has set when it tells of them.
 *
 *   Node ──process.emit('uncaughtException' | 'unhandledRejection', …)──▶ an object's? ──yes──▶ a failure of it; Node hears "handled"
 *                                                                              └──no───▶ as if we were not here
 *
 * `process.emit` is taken over, not listened to: with a listener of ours Node would take *every* such error for handled, and how it dies of
 * one (what it prints, the exit code, --unhandled-rejections=, the exit of a Worker) could only be imitated. Listeners of others
 * hear of all errors but those of objects, and but the rejections of a test that has asked for its own (hearRejections).
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { channel } from 'node:diagnostics_channel'
import process from 'node:process'
import type { Scope, StrayOrigin } from '../core/scope.ts'
import { currentScope, enterScope, leaveFailedScope, leaveScope } from './scopes.ts'

type Emit = (this: unknown, ...args: unknown[]) => boolean

/** How many systems of this thread want it. */
let users = 0
/** What stood there before; undefined while ours does not stand anywhere. */
let before: { readonly emit: Emit; readonly isOwn: boolean } | undefined
/** Node tells of one rejection twice, as both, with --unhandled-rejections=strict. */
let isToldTwice = false

/** Gives objects their errors from now on; returns what ends that. One installation, whoever asks for it in this thread. */
export function catchStrayErrors(): () => void {
  if (users++ === 0) install()
  let isReleased = false
  return () => {
    if (isReleased) return
    isReleased = true
    if (--users === 0) uninstall()
  }
}

/** Who hears of the rejected promises that code outside objects leaves alone: that of one run of a test, say. */
const hearers = new AsyncLocalStorage<(error: unknown) => boolean>()

/**
 * Runs code whose rejected promises go to `hear` where nobody waits for them and no object's code has made them, while somebody catches stray
 * errors; `hear` gives false for one that it does not want, which is then Node's.
 */
export function hearRejections<R>(hear: (error: unknown) => boolean, work: () => R): R {
  return hearers.run(hear, work)
}

const target = process as unknown as { emit: Emit }
const serverSocket = channel('net.server.socket')

function install(): void {
  serverSocket.subscribe(accepted)
  // Still there, if somebody had put theirs over ours.
  if (before !== undefined) return
  before = { emit: target.emit, isOwn: Object.hasOwn(target, 'emit') }
  target.emit = emit
}

function uninstall(): void {
  serverSocket.unsubscribe(accepted)
  if (before === undefined || target.emit !== emit) return
  if (before.isOwn) target.emit = before.emit
  else delete (target as Partial<typeof target>).emit
  before = undefined
}

function emit(this: unknown, ...args: unknown[]): boolean {
  const [event, error] = args
  if (users > 0 && (event === 'uncaughtException' || event === 'unhandledRejection'))
    if (takes(event, error, args[2]) || isHeard(event, error, args[2])) return true
  return Reflect.apply(before!.emit, this, args)
}

/** Whether it was an object's, which has it now. */
function takes(event: StrayOrigin, error: unknown, more: unknown): boolean {
  if (event === 'unhandledRejection' && isToldTwice) {
    isToldTwice = false
    return true
  }
  const scope = currentScope()
  if (scope === undefined) return false
  const origin = event === 'uncaughtException' && more === 'unhandledRejection' ? more : event
  isToldTwice = origin !== event
  scope.owner.strayed(origin, error)
  if (event === 'uncaughtException') leaveFailedScope()
  return true
}

/** Whether it was a promise of code outside objects that somebody hears; twice, where Node tells of it twice. */
function isHeard(event: StrayOrigin, error: unknown, more: unknown): boolean {
  return (event === 'unhandledRejection' || more === 'unhandledRejection') && hearers.getStore()?.(error) === true
}

/**
 * A connection that a server of an object has accepted belongs to that object. Node makes its handle outside any context, so `data` and
 * what follows would belong to nobody.
 */
function accepted(message: unknown): void {
  const scope = currentScope()
  if (scope !== undefined) claim((message as { readonly socket: { emit: Emit } }).socket, scope)
}

function claim(socket: { emit: Emit }, scope: Scope): void {
  const { emit: emitAnywhere } = socket
  socket.emit = function (...args) {
    if (currentScope() !== undefined) return Reflect.apply(emitAnywhere, this, args)
    enterScope(scope)
    const hadListeners = Reflect.apply(emitAnywhere, this, args)
    // Not in a finally: when Node tells of what a listener has thrown, it shall still be known whose it was.
    leaveScope()
    return hadListeners
  }
}
