/**
 * How one message is handled: its turn from the begin to the end (S4).
 *
 *   begin ─▶ handler (its awaits) ─▶ answer ─▶ onException? ─▶ change of State ─▶ end
 *     │             ╰─ postponed: put back, no answer ─────────────▲
 *     ╰─ nobody has the method (S9), too late (S15), timer cancelled (S26): answered or dropped, nothing is run
 *
 * Synchronous as long as the handler is: an object whose handlers do not wait takes message after message without a microtask between.
 */

import type { Cell } from './cell.ts'
import { ActorDead, FutureShock, MailboxFull } from './errors.ts'
import { handleFailure } from './failure.ts'
import { isFuture } from './future.ts'
import type { Message, StreamFailure, Streaming } from './message.ts'
import { changeState } from './state-change.ts'
import { Postponed, type Turn } from './turn.ts'

/** Begins a message that was taken from the mailbox, in hand or beside the one that is; `cell.leave(turn)` is called when it has ended. */
export function handleMessage(cell: Cell, message: Message, beside: boolean): void {
  if (message.own?.isCurrent() === false) return
  const { deadline } = message.context
  if (deadline !== undefined && deadline <= cell.host.clock.now()) return expire(cell, message)
  const turn = cell.turns.enter(message, beside, cell.host.clock.lastRead())
  if (message.kind === 'stray') return handleStray(cell, turn)
  cell.handled++
  const handler = cell.behaviour.handlerOf(message)
  if (handler === undefined) return nobodyHandles(cell, turn)
  message.receipt?.begun()
  let result: unknown
  try {
    result = cell.host.run(turn.scope, handler, handler.args ?? message.args, turn.since)
    if (isPromiseLike(result)) {
      // Promise.resolve, because a thenable of the user's own may do anything; a Promise comes back as it is.
      void Promise.resolve(result).then(
        (value) => handlerEnded(cell, turn, value),
        (error: unknown) => handlerFailed(cell, turn, error),
      )
      return
    }
  } catch (error) {
    return handlerFailed(cell, turn, error)
  }
  handlerEnded(cell, turn, result)
}

function handlerEnded(cell: Cell, turn: Turn, value: unknown): void {
  if (cell.isOver) {
    cell.host.unclaimed(value)
    return tooLate(cell, turn)
  }
  if (turn.crash !== undefined) return handlerFailed(cell, turn, turn.crash.error)
  if (turn.postponed) putBack(cell, turn)
  // A Future that is returned is the answer when it is settled; the object is free meanwhile.
  else if (isFuture(value) && turn.message.reply !== undefined) cell.turns.owe(turn, value)
  else {
    const isFirst = turn.answer({ ok: true, value })
    if (!isFirst || turn.message.reply === undefined) cell.host.unclaimed(value)
  }
  const { streaming } = turn
  if (streaming !== undefined) return giveStreams(cell, turn, streaming)
  if (turn.message.reply === undefined && isStream(value))
    cell.log.warn(
      { method: turn.message.method },
      `${cell.name}.${turn.message.method} gives a stream, which nobody reads, since it was not called but told or notified: it does not run`,
    )
  finish(cell, turn)
}

/** The handler goes on for as long as what it has answered with is made (S4). */
function giveStreams(cell: Cell, turn: Turn, streaming: Streaming): void {
  const { method } = turn.message
  const warning = cell.host.clock.after(LONG_STREAM_MS, () => {
    if (cell.waiting > 0 && !turn.beside)
      cell.log.warn(
        { method, waiting: cell.waiting },
        `${cell.name}.${method} has given a stream for ${LONG_STREAM_MS / 1_000} s that is not read to its end, and ${cell.waiting} messages wait ` +
          `behind it; if they need not, list ${method} in static interleave; whoever reads no more leaves the loop, or calls return()`,
      )
  })
  streaming.whenOver((failure) => {
    warning.cancel()
    streamsEnded(cell, turn, failure)
  })
}

/** How long a stream may keep its object from other messages before the log tells. */
const LONG_STREAM_MS = 5_000

function isStream(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || isFuture(value)) return false
  try {
    return Symbol.asyncIterator in value
  } catch {
    // A trap of a JavaScript Proxy.
    return false
  }
}

/** The streams that a handler has answered with have ended, and with them its code. */
function streamsEnded(cell: Cell, turn: Turn, failure: StreamFailure | undefined): void {
  if (cell.isOver) return
  if (failure === undefined && turn.crash === undefined) return finish(cell, turn)
  const error = turn.crash === undefined ? failure?.thrown : turn.crash.error
  failed(cell, turn, { error, seenByCaller: failure?.isRead ?? true })
}

function handlerFailed(cell: Cell, turn: Turn, thrown: unknown): void {
  if (cell.isOver) return tooLate(cell, turn)
  const { method } = turn.message
  if (turn.postponed && turn.crash === undefined) {
    if (!(thrown instanceof Postponed))
      cell.log.warn(
        { err: thrown, method },
        `${cell.name}.${method} threw something else after postpone(); it is postponed all the same`,
      )
    putBack(cell, turn)
    return finish(cell, turn)
  }
  const error = turn.crash === undefined ? thrown : turn.crash.error
  turn.answer({ ok: false, error })
  failed(cell, turn, { error, seenByCaller: turn.message.reply !== undefined })
}

function failed(cell: Cell, turn: Turn, how: { readonly error: unknown; readonly seenByCaller: boolean }): void {
  const told = handleFailure(cell, turn, { method: turn.message.method, ...how })
  if (told === undefined) finish(cell, turn)
  else void told.then(() => finish(cell, turn))
}

/** The object itself is the handler, and has failed already. */
function handleStray(cell: Cell, turn: Turn): void {
  const told = cell.strays.handle(turn)
  if (told === undefined) finish(cell, turn)
  else void told.then(() => finish(cell, turn))
}

/** The message waits again (S25): from here on it is the mailbox's to see that it is answered, though the turn may still change the State. */
function putBack(cell: Cell, turn: Turn): void {
  turn.owesNothing()
  cell.postpone(turn.message)
}

/** Does what the turn has asked for, then ends it. */
function finish(cell: Cell, turn: Turn): void {
  if (turn.next === undefined) cell.leave(turn)
  else void changeState(cell, turn).then(() => cell.leave(turn))
}

function nobodyHandles(cell: Cell, turn: Turn): void {
  const { message } = turn
  if (message.kind !== 'down') {
    const error = cell.behaviour.noSuchMethod(cell.name, message.method)
    turn.answer({ ok: false, error })
    cell.host.dropped(cell, message, 'no such method', () => error)
  }
  cell.leave(turn)
}

/** Answers a message that will not be begun any more. */
export function refuseMessage(cell: Cell, message: Message, reason: string): void {
  // Of a stray error the log has told.
  if (message.kind === 'timer' || message.kind === 'stray') return
  message.reply?.answer({
    ok: false,
    error: new ActorDead(cell.name, `${reason}; ${message.method} was not begun`, { executed: 'no' }),
  })
  if (message.kind !== 'down') cell.host.dropped(cell, message, 'receiver dead')
}

/** There is no room for a message that has come, or for one that was postponed (S8). */
export function refuseOverflow(cell: Cell, message: Message, overflow: 'drop-oldest' | 'postponed'): void {
  const { method } = message
  const { room } = cell.identity
  const capacity = room?.capacity ?? Infinity
  room?.missed()
  // Made only where somebody gets it: a flood of tells may be dropped here.
  const error = (): MailboxFull => new MailboxFull(cell.name, { method, capacity, overflow })
  message.reply?.answer({ ok: false, error: error() })
  cell.host.dropped(cell, message, 'mailbox full', error)
}

/** Its caller has stopped waiting. */
function expire(cell: Cell, message: Message): void {
  const error = new FutureShock(`timeout: ${cell.name}.${message.method} was not begun before its deadline`, 'no')
  message.reply?.answer({ ok: false, error })
  cell.host.dropped(cell, message, 'expired', () => error)
}

/** A handler has ended whose incarnation is over (S39). */
function tooLate(cell: Cell, { message }: Turn): void {
  if (message.reply !== undefined) cell.host.late()
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null || isFuture(value)) return false
  return typeof (value as { readonly then?: unknown }).then === 'function'
}
