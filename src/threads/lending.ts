/**
 * Functions and AbortSignals as arguments (S6): what one thread has lent (lent.ts), what it has borrowed (borrowed.ts), and the calls that go
 * from the one to the other, within a thread by the same way as between two.
 *
 * As they stand in a message: `['function', place, number, loan, lender, name]`, `['signal', place, number, loan]`; one that has aborted
 * already needs no loan: `['aborted', its reason as bytes]`, as bytes since a reason may be nested as deep as any value.
 */

import { ActorDead, MailboxFull, namingCall } from '../core/errors.ts'
import { OUTSIDE } from '../core/address.ts'
import { Future, settleFuture, tieFuture, type FutureKeeper, type FutureTie, type Outcome } from '../core/future.ts'
import type { Cell } from '../core/cell.ts'
import type { Logger } from '../core/logger.ts'
import type { Loan, Streaming } from '../core/message.ts'
import { mayBeLent } from '../wire/classify.ts'
import { decodeOrMisread, encode, Misread } from '../wire/codec.ts'
import { isSignal } from '../wire/abort-signals.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import { discard } from '../wire/movables.ts'
import type { Reply, Request } from '../wire/protocol.ts'
import { closeUnclaimed } from '../wire/transfer.ts'
import { sentWithin } from '../wire/within.ts'
import { WireError } from '../wire/wire-error.ts'
import { ApplicationTie } from './application-tie.ts'
import { Applications, type Application } from './applications.ts'
import {
  BorrowedTable,
  isOpen,
  releasedError,
  shownBorrowed,
  takenBackError,
  type Borrowed,
  type Receiver,
} from './borrowed.ts'
import { limitCall, limitStreams, type StreamLimits } from './call-limits.ts'
import { arrivedReason, copiedGiven, copiedOutcome, copiedReason } from './copies.ts'
import { LentTable, type AnyFunction, type Lender, type LentFunction, type LentLoan } from './lent.ts'
import { formOfStream, type StreamForm } from './stream-forms.ts'
import type { Engine } from './engine.ts'
import { SystemCall, type OpenCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { producerOf } from './producer.ts'
import { currentScope, runInScope } from './scopes.ts'
import { contextOf } from './sender.ts'
import type { ThreadMemory } from './shared-state.ts'
import { mayHoldStreams, type Answering } from './streaming.ts'
import type { UserCode } from './user-code.ts'

/** Something lent, as it stands in a message. */
export type LentReference =
  | readonly ['function', Place, number, number, string, string]
  | readonly ['stream', Place, number, number, string, StreamForm]
  | readonly ['signal', Place, number, number]
  | readonly ['aborted', Uint8Array, ...(readonly unknown[])]

type LendingPacket = Extract<
  Reply | Request,
  { readonly kind: 'apply' | 'gone' | 'keep' | 'letGo' | 'giveBack' | 'abort' }
>

export interface LendingOptions {
  /** Asked for when they are needed: they need this in their turn. */
  readonly parts: () => Parts
  readonly keeper: FutureKeeper
  readonly userCode: UserCode
  readonly block: FutureTie['block']
  readonly plan: () => void
  readonly log: Logger
  readonly engine: Pick<Engine, 'hearsCollector'>
  readonly memory: Pick<ThreadMemory, 'counts'>
}

/** Calls of one function without an answer, at most: as many messages as a mailbox holds. */
const MOST_OPEN = 65_536

export class Lending {
  readonly #options: LendingOptions
  readonly #lent: LentTable
  readonly #borrowed: BorrowedTable
  readonly #applications: Applications
  /** Which function each open call here is for. */
  readonly #applied = new Map<number, Borrowed>()

  constructor(options: LendingOptions) {
    this.#options = options
    this.#lent = new LentTable({
      counts: options.memory.counts,
      log: options.log,
      nameOf: (pid) => options.parts().cells.get(pid)?.name ?? `object ${pid}`,
      abort: (place, signal, reason) => this.#tellAbort(place, signal, reason),
    })
    this.#borrowed = new BorrowedTable({
      hearsCollector: options.engine.hearsCollector,
      send: (place, reply) => this.#send(place, reply),
      apply: (borrowed, args) => this.#apply(borrowed, args),
      runAs: (pid, run) => {
        const cell = options.parts().cells.get(pid)
        if (cell === undefined) run()
        else runInScope(cell.turns, run, cell, [])
      },
    })
    this.#applications = new Applications({
      plan: options.plan,
      isOpen: (entry) => this.#lent.isOpen(entry),
      now: () => options.parts().clock.now(),
      run: (entry, args) => this.#run(entry, args),
      mark: ({ place, id }) => {
        const { begun, here } = options.parts()
        if (place === here) return () => {}
        const mark = begun.mark(place, id)
        return () => begun.unmark(mark)
      },
      answer: (application, outcome) => this.#answer(application, outcome),
    })
  }

  // ── While messages are written, read and copied ───────────────────────────────────────────────────────────────────────────

  /** Lets the message of `lender` lend what stands in its arguments, which `write` writes. */
  during<T>(lender: Lender, write: () => T): T {
    try {
      return this.#lent.during(lender, write)
    } catch (error) {
      if (lender.loan !== undefined) this.#borrowed.forget({ place: this.#options.parts().here, loan: lender.loan.id })
      throw error
    }
  }

  /** Lets nothing be lent by what `write` writes: it is no part of the message that may be written just now. */
  alone<T>(write: () => T): T {
    return this.#lent.during(undefined, write)
  }

  /** A copy of what code here gives a Future (copies.ts). */
  given(outcome: Outcome, how: { readonly keeps: boolean }): Outcome {
    return this.alone(() => copiedGiven(outcome, this.#options.parts(), how.keeps))
  }

  /**
   * Lets an answer bring along the streams in it, which `write` writes, or copies, for a thread: `true` where it has. Gives them, if there
   * are any: until the last has ended, what the call has lent to its handler is needed, too.
   */
  answering(answering: Answering, write: () => boolean): Streaming | undefined {
    const { outcome, loan } = answering
    let streaming: Streaming | undefined
    if (!mayHoldStreams(outcome)) write()
    else streaming = this.#answering({ call: undefined, answers: answering }, answering, write)
    if (streaming === undefined) loan?.end()
    else streaming.whenOver(() => loan?.end())
    return streaming
  }

  #answering(lender: Lender, { place, call }: Answering, write: () => boolean): Streaming | undefined {
    let isWritten = false
    try {
      isWritten = this.during(lender, write)
    } finally {
      if (!isWritten) lender.loan?.end()
    }
    const { loan, streams } = lender
    if (loan === undefined) return undefined
    const { calls, here } = this.#options.parts()
    if (!isWritten) this.#borrowed.forget({ place: here, loan: loan.id })
    else {
      this.leaves(lender, place)
      if (call !== undefined) this.answered(calls.isOpen(call) ? call : undefined, here, loan)
    }
    return isWritten ? streams : undefined
  }

  /** The message of `lender` leaves for a thread. */
  leaves({ loan }: Lender, place: Place): void {
    if (loan !== undefined) this.#lent.leaves(loan, place)
  }

  /** The reference for what is lent; undefined for anything else, and where nothing may be. */
  write(object: object): LentReference | undefined {
    const { here, references } = this.#options.parts()
    if (typeof object === 'function') {
      const entry = this.#lendFunction(object as AnyFunction)
      return entry && ['function', here, entry.id, entry.loan.id, entry.owner, entry.name]
    }
    const form = this.#formOf(object)
    if (form !== undefined) {
      const entry = this.#lendStream(object as AsyncIterable<unknown>)
      return ['stream', here, entry.id, entry.loan.id, entry.owner, form]
    }
    if (this.#lent.lends !== 'all' || !isSignal(object)) return undefined
    if (object.aborted) {
      const { bytes, attachments } = encode(this.#reasonOf(object), references, 'reason')
      return ['aborted', bytes, ...attachments]
    }
    const entry = this.#lent.lendSignal(object)!
    return ['signal', here, entry.id, entry.loan.id]
  }

  /** `passesOn`: a message of this thread, which has not left, is read to be written again: what it lends arrives nowhere yet. */
  read(reference: LentReference, passesOn: boolean): object {
    const { here, references } = this.#options.parts()
    if (reference[0] === 'aborted') {
      const [, bytes, ...attachments] = reference
      return AbortSignal.abort(arrivedReason(decodeOrMisread({ bytes, attachments }, references)))
    }
    const [, place, id, loan] = reference
    if (passesOn && place === here) {
      const thing = this.#lent.thing(id)
      if (thing === undefined) throw new WireError(`nothing is lent under the number ${id}`)
      return thing
    }
    if (reference[0] === 'signal') return this.#borrowed.twin({ place, id, loan })
    if (reference[0] === 'stream') {
      const [, , , , owner, form] = reference
      return this.#borrowed.stream({ place, id, loan, owner, name: 'stream' }, form)
    }
    const [, , , , owner, name] = reference
    return this.#borrowed.stub({ place, id, loan, owner, name })
  }

  /** The same for a copy within this thread. */
  pass(object: object): object | undefined {
    const { here } = this.#options.parts()
    if (typeof object === 'function') {
      const entry = this.#lendFunction(object as AnyFunction)
      return entry && this.#borrowed.stub({ ...entry, place: here, loan: entry.loan.id })
    }
    const form = this.#formOf(object)
    if (form !== undefined) {
      const entry = this.#lendStream(object as AsyncIterable<unknown>)
      return this.#borrowed.stream({ ...entry, place: here, loan: entry.loan.id }, form)
    }
    if (this.#lent.lends !== 'all' || !isSignal(object)) return undefined
    if (object.aborted) return AbortSignal.abort(this.#reasonOf(object))
    const entry = this.#lent.lendSignal(object)!
    return this.#borrowed.twin({ place: here, id: entry.id, loan: entry.loan.id })
  }

  /**
   * What a message has brought that was read just now, from `place`, or copied here, with its `loan`; `receiver` is asked only if there is anything.
   */
  taken(place: Place, loan: LentLoan | undefined, receiver: () => Receiver): Loan | undefined {
    // Code of the user's may run while another message is copied, and send one that brings nothing.
    if (place === this.#options.parts().here && loan === undefined) return undefined
    return this.#borrowed.take({ place, loan: loan?.id }, receiver)
  }

  /** Whether a message that was read just now, or copied, may have brought anything. */
  get hasArrivals(): boolean {
    return this.#borrowed.hasArrivals
  }

  /** The answer of a call has been read or copied: takes the streams that it has brought, if any; undefined: nobody waits for it any more. */
  answered(open: OpenCall | undefined, place: Place, loan?: LentLoan): void {
    // One that was asked of a Future stays open where the asker's own is cancelled.
    const call = open?.future.isReady === true ? undefined : open
    let release: (() => void) | undefined
    let limits: StreamLimits | undefined
    const taken = this.#borrowed.take({ place, loan: loan?.id }, () => {
      if (call === undefined) return { pid: OUTSIDE, call: 'a call', givesBack: true }
      // What the call has lent is needed by the code of its handler until that has given all of its streams.
      release = call.loan?.hold()
      return {
        pid: call.by?.pid ?? OUTSIDE,
        reader: call.by?.owner,
        call: call.what,
        givesBack: true,
        whenRead: () => {
          release?.()
          limits?.end()
        },
      }
    })
    if (taken === undefined) return
    if (call === undefined) return taken.end()
    if (call.by?.owner.isOver === true) this.#borrowed.readerOver(call.by.owner)
    const { readings } = taken
    if (call.deadline === undefined && call.signal === undefined) return
    const limited = limitStreams(this.#options.parts(), call, (error) => {
      for (const reading of readings) reading.fail(error)
    })
    for (const reading of readings) reading.limit(() => limited.late())
    limits = limited
  }

  /** Nobody will read the streams in what a call has been answered with. */
  unread(value: unknown, error: unknown): void {
    this.#borrowed.unread(value, error)
  }

  /** A message could not be read. */
  unreadable(): void {
    this.#borrowed.forget()
  }

  // ── For the host ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  receive(place: Place, packet: LendingPacket): void {
    switch (packet.kind) {
      case 'apply':
        return this.#applies(place, packet, undefined)
      case 'gone':
        return this.#gone(packet.id)
      case 'keep':
        return this.#lent.keep(packet.lent)
      case 'letGo':
        return this.#applications.inOrder(() => this.#lent.letGo(packet.lent))
      case 'giveBack':
        return this.#applications.inOrder(() => this.#lent.givenBack(packet.loan))
      case 'abort':
        return this.#borrowed.aborted(place, packet.signal, arrivedReason(packet.reason))
      default:
        throw new TypeError(`unknown packet: ${JSON.stringify(packet satisfies never)}`)
    }
  }

  get isIdle(): boolean {
    return this.#applications.isIdle
  }

  /** Runs calls of what this thread has lent, until `isOver()`. */
  turn(isOver: () => boolean): void {
    if (!this.#applications.isIdle) this.#applications.turn(isOver)
  }

  /** An incarnation of an object of this thread is over. */
  incarnationOver(cell: Cell, reason: string): void {
    this.#lent.ownerOver(cell, reason)
    this.#borrowed.keeperOver(cell.pid)
    this.#borrowed.readerOver(cell)
  }

  /** That thread is dead, and all that it had sent has been read. */
  placeDied(place: Place, reason: string): void {
    this.#applications.inOrder(() => this.#lent.placeDied(place))
    this.#borrowed.placeDied(place, reason)
  }

  close(): void {
    this.#applications.close()
    this.#lent.close()
  }

  // ── Calls of what was borrowed ────────────────────────────────────────────────────────────────────────────────────────────

  #apply(borrowed: Borrowed, args: readonly unknown[]): Future<unknown> {
    const parts = this.#options.parts()
    const { calls, clock, here, routes } = parts
    const { place, id: lent, owner, name } = borrowed
    const future = new Future<unknown>()
    const fail = (error: unknown): Future<unknown> => {
      settleFuture(future, { ok: false, error })
      return future
    }
    if (!isOpen(borrowed)) return fail(releasedError(borrowed))
    if (borrowed.open >= MOST_OPEN)
      return fail(new MailboxFull(owner, { method: name, capacity: MOST_OPEN, overflow: 'lent' }))
    const what = shownBorrowed(borrowed)
    // A stream may outlive the handler that happens to read it, and pulls ahead for the next one: what limits it is its own call.
    const deadline = borrowed.reading === undefined ? contextOf(clock, currentScope(), undefined).deadline : undefined
    const call = calls.open(new SystemCall(future, { what, name: owner, deadline }))
    limitCall(parts, call)
    tieFuture(future, new ApplicationTie(this.#options.parts, call, this.#options.block), this.#options.keeper)
    call.place = place
    borrowed.open++
    this.#applied.set(call.id, borrowed)
    call.cleanUp = () => {
      borrowed.open--
      this.#applied.delete(call.id)
    }
    const lender: Lender = { call, loan: undefined }
    const copied = parts.largeCopies.ofArguments(owner, name)
    try {
      const isSent = this.during(lender, () => {
        const packet = { kind: 'apply', id: call.id, lent, deadline, args } as const
        if (place !== here) return routes.send(place, 'answer', packet, { before: copied })
        const copies = sentWithin(args, { ...parts, copied }, { path: 'args', executed: 'no' })
        this.#applies(here, { ...packet, args: copies }, lender.loan)
        return true
      })
      this.leaves(lender, place)
      if (!isSent) {
        const death = `${routes.deathOf(place)}; its function ${name} was not called`
        calls.answered(call.id, { ok: false, error: new ActorDead(owner, death, { executed: 'no' }) })
      }
    } catch (error) {
      calls.answered(call.id, { ok: false, error: namingCall(error, what) })
    }
    return future
  }

  #gone(id: number): void {
    const { calls } = this.#options.parts()
    const borrowed = this.#applied.get(id)
    // One that was cancelled here is late, as any answer is.
    const error = borrowed === undefined ? undefined : takenBackError(borrowed)
    calls.answered(id, { ok: false, error })
  }

  // ── Calls of what was lent ────────────────────────────────────────────────────────────────────────────────────────────────

  #applies(place: Place, packet: Extract<Reply, { readonly kind: 'apply' }>, lent: LentLoan | undefined): void {
    const { id, deadline, args } = packet
    const entry = this.#lent.functionOf(packet.lent)
    const loan = this.taken(place, lent, () => ({
      pid: entry?.scope?.pid ?? OUTSIDE,
      call: entry === undefined ? 'a function' : shownLent(entry),
      givesBack: false,
    }))
    if (entry !== undefined && !Misread.is(args))
      return this.#applications.add({ entry, place, id, deadline, args: args as readonly unknown[], loan })
    loan?.end()
    if (entry === undefined || !Misread.is(args)) {
      discard(args)
      return this.#send(place, { kind: 'gone', id })
    }
    const error = namingCall(args.error({ path: 'args', executed: 'no' }), shownLent(entry))
    this.#settle({ place, id, entry }, { ok: false, error })
  }

  #run({ run, scope, context }: LentFunction, args: readonly unknown[]): unknown {
    // Without `this`: it is no method of anybody there.
    const inContext = (): unknown => context.runInAsyncScope(run, undefined, ...args)
    return scope === undefined ? inContext() : this.#options.userCode.runLent(scope, inContext)
  }

  #answer(application: Application, outcome: Outcome | undefined): void {
    const { place, id } = application
    if (outcome === undefined) this.#send(place, { kind: 'gone', id })
    else this.#settle(application, outcome)
  }

  #settle({ place, id, entry }: Pick<Application, 'place' | 'id' | 'entry'>, outcome: Outcome): void {
    const parts = this.#options.parts()
    const what = shownLent(entry)
    if (place === parts.here) {
      parts.calls.answered(id, copiedOutcome(outcome, parts, { what }))
      return
    }
    const before = parts.largeCopies.ofResult(() => what)
    try {
      if (!outcome.ok) this.#send(place, { kind: 'error', id, error: outcome.error })
      else if (!parts.routes.send(place, 'answer', { kind: 'value', id, value: outcome.value }, { before }))
        closeUnclaimed(outcome.value)
    } catch (error) {
      this.#send(place, { kind: 'error', id, error: namingCall(error, what) })
    }
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #lendFunction(run: AnyFunction): LentFunction | undefined {
    return this.#lent.lends === 'all' && mayBeLent(run) ? this.#lent.lendFunction(run) : undefined
  }

  #formOf(object: object): StreamForm | undefined {
    return this.#lent.lends === 'nothing' ? undefined : formOfStream(object)
  }

  #lendStream(source: AsyncIterable<unknown>): LentFunction {
    const { givesAway: isOwn, streams } = this.#lent
    const run = this.#run.bind(this)
    const soon = (flush: () => void): void => this.#applications.soon(flush)
    return this.#lent.lendStream(source, (entryOf) =>
      producerOf(source, { entryOf, isOwn, streams, parts: this.#options.parts(), log: this.#options.log, run, soon }),
    )
  }

  /** A copy; a text where it cannot travel. */
  #reasonOf({ reason }: AbortSignal): unknown {
    return this.alone(() => copiedReason(reason, this.#options.parts()))
  }

  /** To a dead thread nothing need be sent. */
  #send(place: Place, reply: Reply): void {
    const { here, routes } = this.#options.parts()
    if (place !== here) return void routes.send(place, 'answer', reply)
    if (reply.kind === 'gone' || reply.kind === 'keep' || reply.kind === 'letGo' || reply.kind === 'giveBack')
      this.receive(here, reply)
  }

  #tellAbort(place: Place, signal: number, reason: unknown): void {
    const parts = this.#options.parts()
    const copy = copiedReason(reason, parts)
    if (place === parts.here) this.#borrowed.aborted(place, signal, copy)
    else parts.routes.send(place, 'request', { kind: 'abort', signal, reason: copy })
  }
}

/** Which function it is, in words. */
function shownLent({ owner, name }: LentFunction): string {
  return `${owner}'s function ${name}`
}
