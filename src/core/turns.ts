/**
 * The turns of one object that are open.
 *
 *   in hand   at most one: nothing else begins meanwhile (S4)
 *   beside    those of methods that the class lists in `static interleave`
 *   owed      their handlers have ended with a Future for an answer, which is still awaited; the object is free
 *
 * An object without interleaved methods has one Scope for its life, which is this; another has one for each turn besides (scope.ts).
 */

import type { Cell } from './cell.ts'
import { ActorDead } from './errors.ts'
import { tieOf, whenSettled, type Future, type FutureHome } from './future.ts'
import type { Message } from './message.ts'
import type { Scope, ScopeOwner } from './scope.ts'
import { Turn } from './turn.ts'

/** The Scope in which the object is made, its code runs between messages, and its turns, but for those of one with interleaved methods. */
export class Turns implements Scope {
  turn: Turn | undefined
  entry: unknown
  readonly #cell: Cell
  #inHand: Turn | undefined
  #beside: Set<Turn> | undefined
  #owed: Map<Message, Turn> | undefined

  constructor(cell: Cell) {
    this.#cell = cell
  }

  get pid(): number {
    return this.#cell.pid
  }

  get keeper(): FutureHome {
    return this.#cell.host
  }

  get owner(): ScopeOwner {
    return this.#cell
  }

  get inHand(): Turn | undefined {
    return this.#inHand
  }

  /** Whether no handler runs or waits. */
  get isIdle(): boolean {
    return this.#inHand === undefined && (this.#beside?.size ?? 0) === 0
  }

  /** The longest open one: what the object is busy with. */
  get first(): Turn | undefined {
    return this.#inHand ?? this.#beside?.values().next().value
  }

  /** Begins a turn, in hand or beside one that is. */
  enter(message: Message, beside: boolean, since: number): Turn {
    const cell = this.#cell
    const { host, pid, behaviour } = cell
    const isShared = !behaviour.traits.hasTurnsBeside
    const scope: Scope = isShared ? this : { pid, turn: undefined, keeper: host, owner: cell, entry: undefined }
    const turn = new Turn(message, { scope, since, beside })
    scope.turn = turn
    host.trace?.({ kind: 'begin', object: cell.identity, message, beside })
    if (beside) (this.#beside ??= new Set()).add(turn)
    else {
      this.#inHand = turn
      cell.display.handling(message.method, since)
    }
    return turn
  }

  /** Ends a turn. */
  leave(turn: Turn): void {
    turn.end()
    this.#cell.host.trace?.({ kind: 'end', object: this.#cell.identity, message: turn.message })
    if (turn.beside) this.#beside!.delete(turn)
    else {
      this.#inHand = undefined
      this.#cell.display.handling(undefined, 0)
    }
  }

  /** The call of a turn is answered when `future` is settled. */
  owe(turn: Turn, future: Future<unknown>): void {
    const owed = (this.#owed ??= new Map<Message, Turn>()).set(turn.message, turn)
    turn.stopWaiting()
    // One that came from another thread learns its outcome only if it is asked; and the caller waits for what this one waits for (S18).
    tieOf(future)?.asked(future, turn)
    whenSettled(future, (outcome) => {
      owed.delete(turn.message)
      if (!turn.answer(outcome)) this.#cell.host.late()
    })
  }

  /** Nobody answers any more what is still open: fails it, and tells its handlers by their signals. */
  giveUp(reason: string): void {
    for (const turn of this) {
      const why = `${reason}; ${turn.message.method} was not answered`
      const error = new ActorDead(this.#cell.name, why, { executed: 'maybe' })
      turn.abort(error)
      turn.answer({ ok: false, error })
      turn.streaming?.close(error)
      turn.giveUp()
    }
  }

  /** The object is to end: streams that it gives may have no end of their own. */
  closeStreams(reason: string): void {
    for (const turn of this) {
      if (turn.streaming === undefined) continue
      const why = `${reason}; the stream of ${turn.message.method} had not ended`
      const error = new ActorDead(this.#cell.name, why, { executed: 'maybe' })
      turn.abort(error)
      turn.streaming.close(error)
    }
  }

  /** The turn in which a message is handled, or in which its answer is owed; undefined where it was not begun, or is answered. */
  of(message: Message): Turn | undefined {
    if (this.#inHand?.message === message) return this.#inHand
    return this.#owed?.get(message) ?? this.#beside?.values().find((turn) => turn.message === message)
  }

  /** Whether the handler has ended, and only the answer is awaited. */
  owes({ message }: Turn): boolean {
    return this.#owed?.has(message) ?? false
  }

  /** All that are open, those that only owe an answer included. */
  *[Symbol.iterator](): Generator<Turn, undefined> {
    if (this.#inHand !== undefined) yield this.#inHand
    yield* this.#beside ?? []
    yield* this.#owed?.values() ?? []
    return undefined
  }
}
