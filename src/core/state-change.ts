/**
 * Change of State (S24): what a handler or hook asked for by `become`, done when it has ended.
 *
 *   old.onLeave(New) ─▶ new New(…args) ─▶ postponed messages come back ─▶ new.onEnter(old) ─▶ become called there? once more
 *
 * Each is awaited, all in the turn of the handler, so the next message finds the change done. An error in one of them is told as any
 * that no caller sees (S31), and the change goes on; only a constructor that throws leaves the old State current, without its timers.
 * In a hook of the start sequence it rejects instead: the start has failed.
 */

import type { Cell } from './cell.ts'
import { TsworksError } from './errors.ts'
import { handleFailure, type Failure } from './failure.ts'
import { askHook } from './hooks.ts'
import { constructWith } from './object-context.ts'
import type { NextState, Turn } from './turn.ts'

/** Changes of State in one turn, before it is taken for an endless loop of `become` in `onEnter`. */
const MOST_CHANGES = 100

/** Does the changes of State that a turn asks for; rejects only in a hook of the start sequence. */
export async function changeState(cell: Cell, turn: Turn): Promise<void> {
  for (let changes = 1; turn.next !== undefined && goesOn(cell, turn); changes++) {
    const { next } = turn
    turn.next = undefined
    if (changes > MOST_CHANGES) return failed(cell, turn, { method: 'onEnter', error: tooMany(cell, next) })
    await changeOnce(cell, turn, next)
  }
}

async function changeOnce(cell: Cell, turn: Turn, { stateClass, args }: NextState): Promise<void> {
  const { behaviour, words } = cell
  const from = behaviour.state
  if (from !== undefined) {
    await askState(cell, turn, { hook: 'onLeave', arg: stateClass })
    if (!goesOn(cell, turn)) return
    cell.leaveState(from)
    cell.host.trace?.({ kind: 'leave', object: cell.identity, state: from.constructor.name })
  }
  turn.stage = 'onEnter'
  try {
    const method = (): object => constructWith(words, stateClass, args)
    const made = cell.host.run(turn.scope, { self: words, method }, []) as object
    behaviour.setState(made, stateClass)
    cell.host.trace?.({ kind: 'enter', object: cell.identity, state: stateClass.name })
  } catch (error) {
    return failed(cell, turn, { method: `new ${stateClass.name}`, error })
  }
  cell.stateChanged()
  await askState(cell, turn, { hook: 'onEnter', arg: from })
}

/** An object that has called fail(), or was killed meanwhile, changes no State any more. */
function goesOn(cell: Cell, turn: Turn): boolean {
  return turn.crash === undefined && !cell.isOver
}

async function askState(
  cell: Cell,
  turn: Turn,
  { hook, arg }: { readonly hook: 'onEnter' | 'onLeave'; readonly arg: unknown },
): Promise<void> {
  const handler = cell.behaviour.hook(hook)
  if (handler === undefined) return
  turn.stage = hook
  try {
    await askHook(cell, turn, handler, [arg])
  } catch (error) {
    await failed(cell, turn, { method: hook, error })
  }
}

async function failed(cell: Cell, turn: Turn, what: Failure): Promise<void> {
  if (turn.message.kind === 'hook') throw what.error
  await handleFailure(cell, turn, what)
}

function tooMany(cell: Cell, { stateClass }: NextState): TsworksError {
  return new TsworksError(
    `${cell.name}: ${MOST_CHANGES} changes of State in one turn, the last to ${stateClass.name}; onEnter of its States calls ` +
      'become in a circle',
    { code: 'ENDLESS_BECOME' },
  )
}
