/**
 * A message leaves: to an object in this thread as a message of copies, to another thread as a packet. It is counted, what it brings is held,
 * lent or moved, and its call can be taken back from then on.
 */

import { ActorDead, namingCall } from '../core/errors.ts'
import type { Future, Outcome } from '../core/future.ts'
import type { Loan, Message, Replier, Streaming } from '../core/message.ts'
import type { Turn } from '../core/turn.ts'
import { encodeHere, Misread } from '../wire/codec.ts'
import type { Location, Place } from '../wire/kernel-protocol.ts'
import type { Request } from '../wire/protocol.ts'
import { areScalars } from '../wire/scalars.ts'
import { sentWithin } from '../wire/within.ts'
import { copiedOutcome, copiedReason } from './copies.ts'
import { letterTo, type Draft } from './draft.ts'
import { deadBefore, givenUpUnbegun } from './future-table.ts'
import type { Answering } from './streaming.ts'
import type { CallWay, OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { SenderReceipt } from './receipts.ts'

export class Departures {
  readonly #parts: Parts
  readonly #receipt: SenderReceipt

  constructor(parts: Parts) {
    this.#parts = parts
    this.#receipt = new SenderReceipt(parts.counts)
  }

  /** Throws NotCloneable; then nothing has left. */
  send(to: Location, draft: Draft, args: readonly unknown[]): void {
    if (draft.call !== undefined) {
      draft.call.to = to.pid
      draft.call.place = to.place
    }
    if (to.place === this.#parts.here) this.#sendHere(to, draft, args)
    else this.#sendAway(to, draft, args)
  }

  #sendAway(to: Location, draft: Draft, args: readonly unknown[]): void {
    const { routes, futures, largeCopies } = this.#parts
    const { kind, from, method, context, call } = draft
    const packet: Request =
      kind !== 'call'
        ? { kind, to: to.pid, from, method, context, args }
        : { kind, to: to.pid, from, id: call!.id, method, context, args }
    // Most bring only primitives, with which nothing is lent, held or moved.
    const isPlain = areScalars(args) && largeCopies.isOff && routes.met(to.place) !== undefined
    const isSent = isPlain ? routes.send(to.place, 'request', packet) : this.#sendWhatItBrings(to, draft, packet)
    if (!isSent) {
      const met = this.#futuresIn(draft, args)
      futures.lost(met, deadBefore(to.name, routes.deathOf(to.place)))
      this.#parts.refuse('receiver dead', letterTo(to, draft))
      if (call !== undefined) this.placeIsDead(call, to, method)
      return
    }
    if (call !== undefined) call.way = this.#away
  }

  /** False where its receiver's thread is dead. */
  #sendWhatItBrings(to: Location, draft: Draft, packet: Request): boolean {
    const { routes, futures, calls, largeCopies, lending } = this.#parts
    const { method, call, keeps } = draft
    const sent = lending.during(draft, () =>
      futures.collect((met) => {
        const before = (bytes: number): void => {
          if (met.length > 0) futures.hold(met, to)
          if (call !== undefined && met.length > 0) call.brought = met
          largeCopies.ofArguments(to.name, method)?.(bytes)
        }
        const leaving = call === undefined ? { before, keeps } : { before, isStale: () => !calls.isOpen(call) }
        return routes.send(to.place, 'request', packet, leaving)
      }),
    )
    if (sent) lending.leaves(draft, to.place)
    return sent
  }

  /** How calls are given up that have gone to another thread. */
  readonly #away: CallWay = {
    takeBack: (call, reason) => {
      const { routes, futures } = this.#parts
      const { id, place, to, what, brought } = call
      if (routes.met(place!) !== undefined)
        routes.send(place!, 'answer', { kind: 'cancel', id, reason: copiedReason(reason, this.#parts) })
      // One that has not left does not leave any more.
      else if (brought !== undefined) futures.releaseEach(brought, to!, givenUpUnbegun(what))
    },
    withdraw: ({ id, place }, error) => void this.#parts.routes.send(place!, 'answer', { kind: 'withdraw', id, error }),
  }

  #sendHere(to: Location, draft: Draft, args: readonly unknown[]): void {
    const { cells, futures, deathOf, calls, drop, largeCopies } = this.#parts
    const { kind, from, method, context, call } = draft
    const cell = cells.get(to.pid)
    if (cell === undefined) {
      const met = this.#futuresIn(draft, args)
      const death = deathOf(to.pid)
      death?.room?.left(1)
      const why = death?.reason ?? 'it has ended'
      futures.lost(met, deadBefore(to.name, why))
      drop('receiver dead', letterTo(to, draft))
      if (call !== undefined)
        calls.answered(call.id, {
          ok: false,
          error: new ActorDead(to.name, `${why}; ${method} was not begun`, { executed: 'no' }),
        })
      return
    }
    const isPlain = areScalars(args) && largeCopies.isOff
    // The array itself is the sender's, of which each observer gets its own.
    const brought = isPlain
      ? { copies: kind === 'notify' ? [...args] : args, loan: undefined }
      : this.#bringHere(to, draft, args)
    if (brought === undefined) return
    const { copies, loan } = brought
    const delivery = call === undefined ? undefined : new LocalCall(this, call, loan)
    const message: Message = {
      kind,
      method,
      args: copies,
      from,
      context,
      reply: delivery,
      own: undefined,
      receipt: this.#receipt,
      loan,
    }
    if (call !== undefined) {
      call.message = message
      call.way = this.#here
    }
    // First, since it may be dropped at once.
    this.#parts.counts.sentLocally()
    cell.enqueue(message)
  }

  /** Copies what a message brings to an object of this thread; undefined where that cannot be made again, which its sender is told. */
  #bringHere(
    to: Location,
    draft: Draft,
    args: readonly unknown[],
  ): { readonly copies: readonly unknown[]; readonly loan: Loan | undefined } | undefined {
    const { cells, futures, calls, drop, largeCopies, lending } = this.#parts
    const { method, call, keeps } = draft
    const copied = largeCopies.ofArguments(to.name, method)
    const [copies, met] = lending.during(draft, () =>
      futures.collect((futuresMet) => {
        const sent = sentWithin(args, { ...this.#parts, keeps, copied }, { path: 'args', executed: 'no' })
        return [sent as unknown[] | Misread, futuresMet] as const
      }),
    )
    const loan = lending.taken(to.place, draft.loan, () => ({
      pid: to.pid,
      call: `${to.name}.${method}`,
      givesBack: call === undefined,
    }))
    lending.leaves(draft, to.place)
    if (!Misread.is(copies)) {
      if (met.length > 0) futures.hold(met, to)
      return { copies, loan }
    }
    const error = namingCall(copies.error({ path: 'args', executed: 'no' }), `${to.name}.${method}`)
    loan?.end()
    cells.get(to.pid)?.identity.room?.left(1)
    futures.lost(met, error)
    drop('not cloneable', letterTo(to, draft), call === undefined ? () => String(error) : undefined)
    if (call !== undefined) calls.answered(call.id, copiedOutcome({ ok: false, error }, this.#parts, call))
    return undefined
  }

  /** How calls are given up that have gone to an object of this thread. */
  readonly #here: CallWay = {
    takeBack: ({ message, to }, reason) =>
      void this.#parts.cells.get(to!)?.cancel(message!, copiedReason(reason, this.#parts)),
  }

  /** A call from this thread to one of its objects is answered. */
  answerHere(call: OpenCall, answering: Answering): Streaming | undefined {
    const { calls, lending } = this.#parts
    let { outcome } = answering
    const streaming = lending.answering(answering, () => {
      outcome = copiedOutcome(outcome, this.#parts, call)
      return outcome.ok
    })
    calls.answered(call.id, outcome)
    return streaming
  }

  /** Those in the arguments of a message that does not leave, of which nothing moves or is lent; throws NotCloneable, as if it left. */
  #futuresIn(draft: Draft, args: readonly unknown[]): readonly Future<unknown>[] {
    const { futures, lending, references } = this.#parts
    const found = futures.collect((met) => {
      const border = { references, place: { path: 'args', executed: 'no' }, moves: true } as const
      lending.during(draft, () => encodeHere(args, border))
      return met
    })
    draft.loan?.end()
    return found
  }

  /** That is where it should have gone. */
  placeIsDead(call: OpenCall, to: { readonly name: string; readonly place: Place }, method: string): void {
    const why = this.#parts.routes.deathOf(to.place)
    this.#parts.calls.answered(call.id, {
      ok: false,
      error: new ActorDead(to.name, `${why}; ${method} was not sent`, { executed: 'no' }),
    })
  }
}

/** The answer of a call within this thread. */
class LocalCall implements Replier {
  readonly #departures: Departures
  readonly #call: OpenCall
  readonly #loan: Loan | undefined

  constructor(departures: Departures, call: OpenCall, loan: Loan | undefined) {
    this.#departures = departures
    this.#call = call
    this.#loan = loan
  }

  answer(outcome: Outcome, turn?: Turn): Streaming | undefined {
    const call = this.#call
    return this.#departures.answerHere(call, { outcome, turn, place: call.place!, loan: this.#loan, call })
  }
}
