/**
 * What objects of this thread send: calls, tells, notifications, observe. Here it is known to whom, and what becomes of it until it leaves
 * (departures.ts): to a name whose place is not known yet it does as soon as that is, to a full mailbox once there is room, in order.
 *
 *   copied or written when it is sent, never later (S5): what the sender changes afterwards is not seen
 */

import { OUTSIDE } from '../core/address.ts'
import { AbortError, type Deadlock, MailboxFull, namingCall } from '../core/errors.ts'
import type { Cell } from '../core/cell.ts'
import { answerFor, Future, giveUpFuture, settleFuture, tieFuture, tieOf, whenSettled } from '../core/future.ts'
import { listed } from '../core/listed.ts'
import type { CallOptions, Manner } from '../core/remote.ts'
import type { Bound } from '../core/mailbox.ts'
import type { Location, Reads } from '../wire/kernel-protocol.ts'
import type { Request } from '../wire/protocol.ts'
import { abortedBefore, abortWith, limitCall, limitedBy } from './call-limits.ts'
import { Departures } from './departures.ts'
import type { HeldSend, NamedTarget } from './directory.ts'
import { dropReasonOf, letterTo, type Draft, type Written } from './draft.ts'
import { deadBefore } from './future-table.ts'
import { HeldMessage } from './held-message.ts'
import { currentScope } from './scopes.ts'
import { contextOf, tellContextOf } from './sender.ts'
import { RoomTie } from './room-tie.ts'
import { plainBound } from './location.ts'
import { fullError } from './rooms.ts'
import type { Observation } from './observing.ts'
import { ObjectCall, type Calling } from './object-call.ts'
import { SystemCall, type OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { systemTie } from './system-tie.ts'
import { tellSent } from './tell-trace.ts'
import type { Whereabouts } from './waits.ts'

const ACCEPTED = new Future<void>()
settleFuture(ACCEPTED, { ok: true, value: undefined })

export class Outbound {
  readonly #parts: Parts
  readonly #calling: Calling
  readonly #departures: Departures

  constructor(parts: Parts, how: Omit<Calling, 'parts'>) {
    this.#parts = parts
    this.#calling = { parts, ...how }
    this.#departures = new Departures(parts)
  }

  /** What calling a method of a Remote does. */
  send(target: NamedTarget, method: string, args: readonly unknown[], manner: Manner): unknown {
    if (manner === 'tell') return this.#tell(target, method, args)
    return this.#call(target, method, args, manner)
  }

  #call(
    target: NamedTarget,
    method: string,
    args: readonly unknown[],
    options: CallOptions | undefined,
  ): Future<unknown> {
    const parts = this.#parts
    const { calls, clock } = parts
    const call = new ObjectCall(this.#calling, target, method)
    const { future } = call
    const scope = currentScope()
    const from = scope?.pid ?? OUTSIDE
    call.by = scope
    const location = target.located
    const timeout = options?.timeout ?? location?.callTimeout
    const context = contextOf(clock, scope, timeout)
    if (options?.signal !== undefined) {
      const aborted = abortedBefore(call.what, options.signal)
      if (aborted !== undefined) {
        parts.refuse('cancelled', letterTo(target, { kind: 'call', method, from }))
        giveUpFuture(future, aborted)
        return future
      }
    }
    calls.open(call)
    if (context.deadline !== undefined) {
      call.deadline = context.deadline
      limitCall(parts, call)
    }
    if (options?.signal !== undefined) abortWith(parts, call, options.signal)
    const unlimitedSince = timeout === undefined && location === undefined ? clock.now() : undefined
    try {
      void this.#dispatch(target, { kind: 'call', from, method, context, call, unlimitedSince, loan: undefined }, args)
    } catch (error) {
      calls.answered(call.id, { ok: false, error })
    }
    return future
  }

  /** Gives what settles when the message was accepted: the same for all that are at once. */
  #tell(target: NamedTarget, method: string, args: readonly unknown[]): Future<void> {
    const scope = currentScope()
    const from = scope?.pid ?? OUTSIDE
    const context = tellContextOf(scope)
    const draft: Draft = {
      kind: 'tell',
      from,
      method,
      context,
      call: undefined,
      unlimitedSince: undefined,
      loan: undefined,
    }
    return this.#dispatch(target, draft, args) ?? ACCEPTED
  }

  /** Tells all observers of `cell`; never throws to it (S21). */
  notify(cell: Cell, observations: Iterable<Observation>, method: string, args: readonly unknown[]): void {
    const observers: NamedTarget[] = []
    for (const { target, observer } of observations)
      if (observer.reads?.only?.includes(method) !== false) observers.push(target)
    if (observers.length === 0) return
    const context = tellContextOf(currentScope())
    const missed: string[] = []
    let reason: unknown
    for (let i = 0; i < observers.length; i++) {
      const observer = observers[i]!
      this.#parts.counts.sent()
      const draft: Draft = {
        kind: 'notify',
        from: cell.pid,
        method,
        context,
        call: undefined,
        unlimitedSince: undefined,
        // What moves can go to one only; what is lent each gives back for itself.
        keeps: i < observers.length - 1,
        loan: undefined,
      }
      try {
        void this.#sendOrHold(observer, draft, args)
      } catch (error) {
        draft.loan?.end()
        this.#parts.refuse(dropReasonOf(error), letterTo(observer, draft))
        if (error instanceof MailboxFull) {
          this.#parts.futures.dropped(args, () => error)
          continue
        }
        namingCall(error, `${cell.name}.notify.${method}`)
        reason ??= error
        missed.push(observer.name)
      }
    }
    if (missed.length > 0)
      cell.log.error({ err: reason, method }, `${cell.name}: notify.${method} was not sent to ${listed(missed)}`)
  }

  /** A call that is settled once an object has ended for good, in whatever thread, and all that it had notified is here. */
  untilEnded(target: NamedTarget): OpenCall {
    const { calls } = this.#parts
    const future = new Future<void>()
    const what = `the end of ${target.name}`
    tieFuture(future, systemTie(what), this.#calling.keeper)
    answerFor(future)
    const call = calls.open(new SystemCall(future, { what, name: target.name }))
    // Where its thread dies it may go on in another one; the kernel tells that one who observes it (S32).
    call.again = () =>
      target.whenLocated({
        go: ({ place }) => (call.place = place),
        fail: (error: unknown) => calls.answered(call.id, { ok: false, error }),
      })
    call.again()
    return call
  }

  /** Begins or ends to observe; settles when the other has noted it. */
  observe(cell: Cell, target: NamedTarget, on: boolean, reads?: Reads): Future<void> {
    const future = new Future<void>()
    const parts = this.#parts
    const what = `${target.name} (to be observed by ${cell.name})`
    // Not a CallTie: the other's host answers, so it may be awaited before the other has started.
    tieFuture(future, systemTie(what, this.#calling.block), this.#calling.keeper)
    const call = parts.calls.open(new SystemCall(future, { what, name: target.name }))
    const methods = [...(cell.traits?.methods.keys() ?? [])]
    const send: HeldSend = {
      go: (location) => {
        if (cell.isOver) return send.fail(new AbortError(`${what}: ${cell.name} has ended`, { executed: 'no' }))
        call.place = location.place
        const packet: Request = {
          kind: 'observe',
          to: location.pid,
          from: cell.pid,
          id: call.id,
          on,
          name: cell.name,
          methods,
          bound: plainBound(cell.identity.room),
          reads,
        }
        if (location.place === parts.here) this.#observeHere(packet)
        else if (!parts.routes.send(location.place, 'request', packet))
          this.#departures.placeIsDead(call, location, 'observe')
      },
      fail: (error: unknown) => void parts.calls.answered(call.id, { ok: false, error }),
    }
    // It is no message to the object, and harmless twice: so where a thread dies with it, it is done in the next one.
    call.again = () => target.whenLocated(send)
    target.whenLocated(send)
    return future
  }

  /** Set by the host: observing within this thread is what an `observe` packet from elsewhere does. */
  #observeHere: (packet: Extract<Request, { readonly kind: 'observe' }>) => void = () => {}
  whenObservedHere(handle: (packet: Extract<Request, { readonly kind: 'observe' }>) => void): void {
    this.#observeHere = handle
  }

  #dispatch(target: NamedTarget, draft: Draft, args: readonly unknown[]): Future<void> | undefined {
    try {
      return this.#sendOrHold(target, draft, args)
    } catch (error) {
      draft.loan?.end()
      this.#parts.refuse(dropReasonOf(error), letterTo(target, draft))
      throw namingCall(error, `${target.name}.${draft.method}`)
    }
  }

  #sendOrHold(target: NamedTarget, draft: Draft, args: readonly unknown[]): Future<void> | undefined {
    const { trace } = this.#parts
    if (trace !== undefined) tellSent(trace, target.name, draft, args)
    const { located } = target
    if (located !== undefined) return this.#sendTo(located, draft, args)
    const message = new HeldMessage(this.#parts, target, { draft, args })
    const accepted = new Future<void>()
    let where = (): Whereabouts => ({ kind: 'held', place: undefined, pid: target.pid, call: 0 })
    const fail = (error: unknown, lost = error): void => {
      if (message.isStale) return
      message.notSent(error, lost)
      settleFuture(accepted, { ok: false, error })
    }
    let giveUp: (error: Deadlock) => void = fail
    this.#tieToRoom(accepted, `${target.name}.${draft.method}`, {
      whereabouts: () => where(),
      fail: (error) => giveUp(error),
    })
    target.whenLocated({
      go: (location) => {
        if (message.isStale) return
        try {
          const limited = limitedBy(location, draft, this.#parts)
          const inLine = message.send((sent) => this.#sendTo(location, limited, sent)) ?? ACCEPTED
          const tie = tieOf(inLine)
          if (tie instanceof RoomTie) {
            where = () => tie.whereabouts()
            giveUp = (error) => tie.fail(error)
          }
          whenSettled(inLine, (outcome) => settleFuture(accepted, outcome))
        } catch (error) {
          fail(error)
        }
      },
      fail: (error) => fail(error, deadBefore(target.name, messageOf(error))),
    })
    message.waits()
    return accepted
  }

  /** Sends a message to where its receiver lives, once there is room for it; throws MailboxFull, NotCloneable. */
  #sendTo(to: Location, draft: Draft, args: readonly unknown[]): Future<void> | undefined {
    const { rooms } = this.#parts
    const { bound } = to
    if (bound === undefined) {
      this.#departures.send(to, draft, args)
      return undefined
    }
    const entry = rooms.enter(to, bound)
    if (entry === 'full') return this.#full(to, bound, { draft, args })
    if (entry === 'wait') return this.#waitForRoom(to, bound, { draft, args })
    try {
      this.#departures.send(to, draft, args)
    } catch (error) {
      rooms.leave(to, bound)
      throw error
    }
    return undefined
  }

  /** There is no room, nor will this message wait for any: its sender is told, or it is dropped. */
  #full(to: Location, bound: Bound, { draft, args }: Written): undefined {
    const error = (): MailboxFull => fullError(to, bound, draft.method)
    if (bound.overflow !== 'drop-newest' || draft.call !== undefined) throw error()
    this.#parts.refuse('mailbox full', letterTo(to, draft))
    this.#parts.futures.dropped(args, error)
    draft.loan?.end()
  }

  /** Gives what settles when there was room for it; nothing for a tell that may be dropped, since its sender is not to wait. */
  #waitForRoom(to: Location, bound: Bound, { draft, args }: Written): Future<void> | undefined {
    const message = new HeldMessage(this.#parts, to, { draft, args })
    const { method } = draft
    const accepted = new Future<void>()
    const fail = (error: unknown): void => {
      if (message.isStale) return
      message.notSent(error)
      settleFuture(accepted, { ok: false, error })
    }
    this.#tieToRoom(accepted, `${to.name}.${method}`, {
      whereabouts: () => ({ kind: 'line', place: to.place, pid: to.pid, call: 0 }),
      fail,
    })
    this.#parts.rooms.wait(to, bound, {
      method,
      isStale: () => message.isStale,
      go: () => {
        message.send((sent) => this.#departures.send(to, draft, sent))
        settleFuture(accepted, { ok: true, value: undefined })
      },
      fail,
    })
    message.waits()
    const mayDrop = bound.overflow === 'drop-newest' || bound.overflow === 'drop-oldest'
    return mayDrop ? undefined : accepted
  }

  #tieToRoom(
    accepted: Future<void>,
    what: string,
    how: { readonly whereabouts: () => Whereabouts; readonly fail: (error: Deadlock) => void },
  ): void {
    const tie = new RoomTie(accepted, { what, waits: this.#parts.waits, block: this.#calling.block, ...how })
    tieFuture(accepted, tie, this.#calling.keeper)
    // A failure is told or counted in any case, by #notSent.
    answerFor(accepted)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
