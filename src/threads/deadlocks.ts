/**
 * Waiting in a circle (S18), as this thread deals with it: it looks for circles through its own waits, tells others what keeps the calls
 * that they wait for, and fails the call that has closed a circle.
 *
 *   a wait is 0.5 s old ──▶ searchCircle ──`behind`──▶ the thread of the receiver ──▶ its waits, older ones only ──▶ the next thread …
 *                               ╰─▶ circle: the call is withdrawn where it was not begun, so that it never runs; else given up
 *
 * Only the thread of the receiver knows whether a call is still open, whether it runs, stands behind a handler, or may run beside it; so
 * it is asked, and what it says is exact. It answers on the answer lane, which is read also while it is blocked in get(). One that computes, or
 * is starved, answers later: nobody is accused meanwhile of waiting for what may be answered already.
 */

import type { Cell } from '../core/cell.ts'
import { Deadlock } from '../core/errors.ts'
import { Future, whenSettled } from '../core/future.ts'
import type { Message } from '../core/message.ts'
import type { Turn } from '../core/turn.ts'
import { MAIN_PLACE, type Place } from '../wire/kernel-protocol.ts'
import type { Reply } from '../wire/protocol.ts'
import { searchCircle, type Behind, type Edge } from './circle.ts'
import { SystemCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { CallWait, type Whereabouts } from './waits.ts'

/** A wait as it is told to other threads. */
export interface WaitEdge extends Edge {
  /** The name of whoever waits, and of the handler in which it does: `a`, `a.x`. */
  readonly name: string
  readonly handler: string
  /** Where that stands which it waits for. */
  readonly for: Whereabouts
}

/** What keeps something, and whether it has begun. */
interface BehindHere extends Behind<WaitEdge> {
  readonly isBegun: boolean
}

type Question = Pick<Extract<Reply, { readonly kind: 'behind' }>, 'place' | 'stands' | 'pid' | 'call' | 'since'>

const NOTHING: BehindHere = { waits: [], isUnsure: false, isBegun: false }
const UNSURE: BehindHere = { waits: [], isUnsure: true, isBegun: false }

export class Deadlocks {
  readonly #parts: Parts
  readonly #messageOf: (place: Place, id: number) => Message | 'unread' | undefined

  /** `messageOf` gives the message of an open call of another thread. */
  constructor(parts: Parts, messageOf: (place: Place, id: number) => Message | 'unread' | undefined) {
    this.#parts = parts
    this.#messageOf = messageOf
  }

  /** A wait of this thread is old: is it part of a circle that it has closed? */
  look(wait: CallWait): void {
    const start = this.#edge(wait)
    if (start === undefined) return this.#parts.waits.lookAgain(wait)
    let isBegun = false
    searchCircle(
      start,
      (edge, answer) =>
        this.#ask(edge, start.since, (behind) => {
          if (edge === start) isBegun = behind.isBegun
          answer(behind)
        }),
      (verdict) => {
        if (verdict.kind === 'unsure') this.#parts.waits.lookAgain(wait)
        if (verdict.kind !== 'circle' || !wait.stands) return
        const cycle = [...verdict.circle.map(({ handler }) => handler), start.name]
        const executed = isBegun ? 'maybe' : 'no'
        wait.on.fail(new Deadlock(wait.what, { cycle, executed }), { isBegun })
      },
    )
  }

  /** What keeps something that `place` waits for, and that is for an object of this thread. */
  behind({ place, stands, pid, call, since }: Question): BehindHere {
    // It may have begun, and only what it awaits there could tell; but nothing runs in a thread that stands still.
    if (stands === 'lent') return { ...(this.#blocked(since) ?? NOTHING), isBegun: true }
    const cell = this.#parts.cells.get(pid)
    if (cell === undefined) return NOTHING
    if (stands === 'sent') {
      const message = this.#messageHere(place, call)
      if (message === undefined) return NOTHING
      if (message !== 'unread') return this.#behindMessage(cell, message, since)
      // While this thread stands still it reads no requests; otherwise it will in a moment.
      return this.#blocked(since) ?? UNSURE
    }
    const { room: bound } = cell.identity
    const isKept =
      stands === 'held'
        ? !cell.isOpen
        : bound !== undefined && this.#parts.rooms.isFull({ place: this.#parts.here }, bound)
    if (!isKept) return UNSURE
    const blocked = this.#blocked(since)
    // Other mailboxes than those that let wait refuse or drop: who stands in line for one waits for its thread to take in mail, for no handler.
    if (stands === 'line' && bound?.overflow !== 'wait') return blocked ?? UNSURE
    return blocked ?? this.#turnEdges(cell.turns.inHand, { since, isOwed: false })
  }

  #messageHere(place: Place, call: number): Message | 'unread' | undefined {
    return place === this.#parts.here ? this.#parts.calls.get(call)?.message : this.#messageOf(place, call)
  }

  #behindMessage(cell: Cell, message: Message, since: number): BehindHere {
    const turn = cell.turnBefore(message)
    const isBegun = turn?.message === message
    const isOwed = isBegun && cell.turns.owes(turn)
    // Whoever owes an answer has no code left that would have to run here.
    const behind = (isOwed ? undefined : this.#blocked(since)) ?? this.#turnEdges(turn, { since, isOwed })
    return { ...behind, isBegun }
  }

  /** What keeps all that lives in this thread, while it stands still. */
  #blocked(since: number): BehindHere | undefined {
    const { blocking } = this.#parts.waits
    return blocking === undefined ? undefined : this.#edges([blocking], since)
  }

  #turnEdges(turn: Turn | undefined, how: { readonly since: number; readonly isOwed: boolean }): BehindHere {
    const waits = (turn?.waits ?? []).filter((wait) => wait instanceof CallWait)
    return this.#edges(
      waits.filter(({ isOwed }) => isOwed === how.isOwed),
      how.since,
    )
  }

  #edges(waits: readonly CallWait[], since: number): BehindHere {
    const older = waits.filter((wait) => wait.since <= since)
    const edges = older.map((wait) => this.#edge(wait)).filter((edge) => edge !== undefined)
    return { waits: edges, isUnsure: edges.length < older.length, isBegun: false }
  }

  /** undefined where nobody could follow it: it is not known who is called. */
  #edge(wait: CallWait): WaitEdge | undefined {
    const { here, cells } = this.#parts
    const where = wait.on.whereabouts()
    if (where?.pid === undefined) return undefined
    const name = this.#nameOf(wait.turn)
    const method = wait.turn?.message.method
    return {
      place: here,
      number: wait.number,
      since: wait.since,
      name,
      handler: method === undefined || !cells.has(wait.turn!.scope.pid) ? name : `${name}.${method}`,
      for: where,
    }
  }

  #nameOf(turn: Turn | undefined): string {
    const { here, cells } = this.#parts
    if (turn !== undefined) return cells.get(turn.scope.pid)?.name ?? `object ${turn.scope.pid}`
    return here === MAIN_PLACE ? 'the main program' : `a callback in thread ${here}`
  }

  #ask(edge: WaitEdge, since: number, answer: (behind: BehindHere) => void): void {
    const { here, cells, calls, routes } = this.#parts
    const { kind: stands, call } = edge.for
    const pid = edge.for.pid!
    // Who calls one that has not started does not know where it lives; whoever asks for it may be that very one.
    const place = edge.for.place ?? (cells.has(pid) ? here : undefined)
    if (place === undefined) return answer(UNSURE)
    const question: Question = { place: edge.place, stands, pid, call, since }
    if (place === here) return answer(this.behind(question))
    const future = new Future<unknown>()
    const open = calls.open(new SystemCall(future, { what: 'a question', name: `thread ${place}` }))
    open.place = place
    // A thread that is dead keeps nobody: the calls that went there are failed, or sent once more.
    open.again = () => void calls.answered(open.id, { ok: true, value: NOTHING })
    whenSettled(future, (outcome) => answer(outcome.ok ? (outcome.value as BehindHere) : NOTHING))
    if (!routes.send(place, 'answer', { kind: 'behind', id: open.id, ...question })) open.again()
  }
}
