/**
 * What the error of a handler or hook leads to (S31).
 *
 *   error ─▶ counted ─▶ logged ─▶ onException? ─▶ the object goes on, ends, or crashes: is halted, for its supervisor to restart
 *
 *   seen by nobody   tell, notification, timer, enter, leave: a failure
 *   seen by a caller no failure, unless the policy says so; it goes to the debug log
 *   fail(error)      a crash of one's own, whatever the policy
 *
 * What is thrown outside any handler takes the same way, in a turn of its own (strays.ts).
 */

import type { Handler } from './behaviour.ts'
import type { Cell } from './cell.ts'
import { askHook } from './hooks.ts'
import type { Turn } from './turn.ts'

/** What an error that the caller of a method does not see leads to. */
export interface FailurePolicy {
  /** `resume`: the object goes on with the next message; `restart`: it crashes; `stop`: it ends, and is not restarted. */
  readonly action: 'resume' | 'restart' | 'stop'
  /** Whether an error thrown to a caller counts as a failure too. */
  readonly calls: boolean
}

export interface Failure {
  /** The handler or hook that threw. */
  readonly method: string
  readonly error: unknown
  readonly seenByCaller?: boolean
}

/** Does what an error leads to; a promise only where `onException` is asked. Never throws or rejects. */
export function handleFailure(
  cell: Cell,
  turn: Turn,
  { method, error, seenByCaller = false }: Failure,
): Promise<void> | undefined {
  // What an incarnation that is over still does is not heard of.
  if (cell.isOver) return undefined
  const line = `${cell.name}.${method} failed: ${messageOf(error)}`
  cell.failed++
  turn.next = undefined
  if (seenByCaller && !cell.identity.failure.calls && turn.crash === undefined)
    cell.log.debug({ err: error, method }, line)
  else {
    cell.log.error({ err: error, method }, line)
    followPolicy(cell, `${method} failed: ${messageOf(error)}`, { isCrash: turn.crash !== undefined })
  }
  return tellOnException(cell, turn, [method, error])
}

/** Ends the object, as soon as it has nothing in hand, if its policy says so, or it has asked for that. */
export function followPolicy(cell: Cell, reason: string, { isCrash }: { readonly isCrash: boolean }): void {
  const { action } = cell.identity.failure
  if (action === 'restart' || isCrash) cell.crashSoon(reason)
  else if (action === 'stop') cell.stopSoon(reason)
}

/** Asks `onException`, in a turn, if there is one. Never rejects. */
export function tellOnException(
  cell: Cell,
  turn: Turn,
  args: readonly [method: string, error: unknown],
): Promise<void> | undefined {
  const handler = cell.behaviour.hook('onException')
  return handler === undefined ? undefined : askOnException(cell, turn, handler, args)
}

async function askOnException(
  cell: Cell,
  turn: Turn,
  handler: Handler,
  args: readonly [string, unknown],
): Promise<void> {
  turn.stage = 'onException'
  try {
    await askHook(cell, turn, handler, args)
  } catch (error) {
    turn.next = undefined
    cell.log.error({ err: error, method: args[0] }, `${cell.name}.onException failed: ${messageOf(error)}`)
    if (turn.crash !== undefined) cell.crashSoon(`onException failed: ${messageOf(error)}`)
  }
}

/** What an error says, whatever was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message
  try {
    return String(error)
  } catch {
    // An object without a prototype, or with a toString that throws.
    return 'something that has no text'
  }
}
