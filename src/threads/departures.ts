/**
 * A message leaves: to an object in this thread as a message of copies, to another thread as a packet. It is counted, what it brings is held,
 * lent or moved, and its call can be taken back from then on.
 */

import { ActorDead, namingCall } from '../core/errors.ts'
import type { Future } from '../core/future.ts'
import type { Message, Streaming } from '../core/message.ts'
import { encodeHere, Misread } from '../wire/codec.ts'
import type { Location, Place } from '../wire/kernel-protocol.ts'
import type { Request } from '../wire/protocol.ts'
import { sentWithin } from '../wire/within.ts'
import { copiedOutcome, copiedReason } from './copies.ts'
import { letterTo, type Draft } from './draft.ts'
import { deadBefore, givenUpUnbegun } from './future-table.ts'
import type { Answering } from './streaming.ts'
import type { OpenCall } from './open-calls.ts'
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
    const { routes, futures, calls, largeCopies, lending } = this.#parts
    const { kind, from, method, context, call, keeps } = draft
    const packet: Request =
      kind === 'call'
        ? { kind, to: to.pid, from, id: call!.id, method, context, args }
        : { kind, to: to.pid, from, method, context, args }
    const [sent, held] = lending.during(draft, () =>
      futures.collect((met) => {
        const before = (bytes: number): void => {
          if (met.length > 0) futures.hold(met, to)
          largeCopies.ofArguments(to.name, method)?.(bytes)
        }
        const leaving = call === undefined ? { before, keeps } : { before, isStale: () => !calls.isOpen(call) }
        return [routes.send(to.place, 'request', packet, leaving), met]
      }),
    )
    if (!sent) {
      const met = this.#futuresIn(draft, args)
      futures.lost(met, deadBefore(to.name, routes.deathOf(to.place)))
      this.#parts.refuse('receiver dead', letterTo(to, draft))
      if (call !== undefined) this.placeIsDead(call, to, method)
      return
    }
    lending.leaves(draft, to.place)
    if (call !== undefined) {
      const { id } = call
      call.takeBack = (reason) => {
        if (routes.met(to.place) !== undefined)
          routes.send(to.place, 'answer', { kind: 'cancel', id, reason: copiedReason(reason, this.#parts) })
        // One that has not left does not leave any more.
        else futures.releaseEach(held, to.pid, givenUpUnbegun(to.name, method))
      }
      call.withdraw = (error) => {
        call.withdraw = () => {}
        routes.send(to.place, 'answer', { kind: 'withdraw', id, error })
      }
    }
  }

  #sendHere(to: Location, draft: Draft, args: readonly unknown[]): void {
    const { cells, futures, deathOf, calls, drop, largeCopies, lending } = this.#parts
    const { kind, from, method, context, call, keeps } = draft
    const cell = cells.get(to.pid)
    if (cell === undefined) {
      const met = this.#futuresIn(draft, args)
      const death = deathOf(to.pid)
      death?.room?.left()
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
    if (Misread.is(copies)) {
      const error = namingCall(copies.error({ path: 'args', executed: 'no' }), `${to.name}.${method}`)
      loan?.end()
      cell.identity.room?.left()
      futures.lost(met, error)
      drop('not cloneable', letterTo(to, draft), call === undefined ? () => String(error) : undefined)
      if (call !== undefined) calls.answered(call.id, copiedOutcome({ ok: false, error }, this.#parts, call.what))
      return
    }
    if (met.length > 0) futures.hold(met, to)
    const reply: Message['reply'] =
      call && ((outcome, turn) => this.#answerHere(call, { outcome, turn, place: to.place, loan, call }))
    const receipt = this.#receipt
    const message: Message = { kind, method, args: copies, from, context, reply, timer: undefined, receipt, loan }
    if (call !== undefined) {
      call.message = message
      call.takeBack = (reason) => cell.cancel(message, copiedReason(reason, this.#parts))
    }
    // First, since it may be dropped at once.
    this.#parts.counts.sentLocally()
    cell.enqueue(message)
  }

  #answerHere(call: OpenCall, answering: Answering): Streaming | undefined {
    const { calls, lending } = this.#parts
    let { outcome } = answering
    const streaming = lending.answering(answering, () => {
      outcome = copiedOutcome(outcome, this.#parts, call.what)
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
