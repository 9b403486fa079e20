/**
 * Futures that have left this thread, and those that came from others: how a Future travels (PyWorks' row 13, S10).
 *
 *   owner's thread                                      holder's thread
 *   Future #7 ── passed as an argument ───────────────▶ its twin
 *      ▲ ◀──────────────── `settle` ─────────────────── twin.set(42)
 *      │ ◀──────────────── `ask` ────────────────────── await twin
 *      │ ─────────── `value` or `error` ──────────────▶
 *      │ ◀──────────────── `hold` ───────────────────── passed on to another object
 *
 * A Future made by hand is tied to the objects that hold it: those it was passed to, and whomever they passed it on to. When the last
 * of them has died (or was restarted), it fails with ActorDead, 'maybe'. One whose message was dropped does not hold it (any more). A twin that is passed on is announced to the owner *before*
 * the message that carries it leaves, on a road that is read to its end after a death: so the owner never sees the last holder go
 * while another one is on its way.
 *
 * The Future of a call is not tied to them; but the streams that it may bring are, while nobody has asked for it: whoever has passed it on
 * counts on them to be read elsewhere, and what nobody reads would hold the object that gives it.
 */

import { AbortError, ActorDead, CannotBlockHere } from '../core/errors.ts'
import {
  answerFor,
  Future,
  giveUpFuture,
  noteSettled,
  isFuture,
  outcomeOf,
  replaceOutcome,
  settleFuture,
  tieFuture,
  tieOf,
  whenSettled,
  type FutureKeeper,
  wasAsked,
  wasGivenUp,
  type FutureTie,
  type Outcome,
} from '../core/future.ts'
import type { Scope } from '../core/scope.ts'
import type { Trace } from '../core/trace.ts'
import type { Turn, Wait } from '../core/turn.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import { targetOf } from '../core/remote.ts'
import { listed } from '../core/listed.ts'
import { isSignal } from '../wire/abort-signals.ts'
import { Misread } from '../wire/codec.ts'
import { copyValue } from '../wire/copy.ts'
import { Fifo } from '../wire/fifo.ts'
import type { Reply } from '../wire/protocol.ts'
import { movesOn, staysHere } from '../wire/transfer.ts'
import type { Lending } from './lending.ts'
import { SystemCall } from './open-calls.ts'
import type { Parts } from './parts.ts'
import { tellWait } from './tell-trace.ts'
import { TwinTie } from './twin-tie.ts'

/** An object that holds Futures of this thread. */
export interface Holder {
  readonly pid: number
  readonly place: Place
  readonly name: string
}

export interface FutureTableOptions {
  readonly here: Place
  readonly keeper: FutureKeeper
  /** Sends to the owner of a Future, or to one who asks; false if that thread is dead. */
  readonly send: (place: Place, reply: Reply) => boolean
  /** Asks the owner for the outcome. */
  readonly ask: (place: Place, asked: Asked) => void
  /** For the streams in a value, and for copies that lend nothing. */
  readonly lending: Pick<Lending, 'alone' | 'answering' | 'given' | 'unread'>
  readonly watch: (pid: number, place: Place, told: (reason: string) => void) => void
  readonly block: FutureTie['block']
  /** Code here is about to wait for one that was made by hand. */
  readonly askedByHand: (future: Future<unknown>) => Wait | undefined
  readonly trace: Trace | undefined
  /** One that has an outcome, and was held by `holders`, was given another: in a thread that could not know of the first one. */
  readonly settledAgain: (holders: string, outcome: Outcome) => void
}

/** What the owner of a Future is asked for: the outcome of `owned` there. It settles `future` here, for the code `by`. */
export interface Asked {
  readonly owned: number
  readonly future: Future<unknown>
  readonly by: Scope | undefined
}

/** A Future as it stands in a message: whose it is, its number there, and whether it may be set, as one that was made by hand. */
export type FutureReference = readonly ['future', Place, number, boolean]

/** Settled Futures that the owner's thread remembers for those who ask late. */
const SETTLED_KEPT = 1024

/** How an object holds a Future. */
interface Holding {
  readonly holder: Holder | undefined
  /**
   * Messages that brought it and were not dropped. Below 0 where it is known that one was dropped before it is known that it brought the
   * Future: that comes from somewhere else, and on another road.
   */
  messages: number
  /** Why the last one was dropped. */
  error: unknown
}

interface OwnedFuture {
  readonly id: number
  readonly future: Future<unknown>
  /** Objects that may still answer it, by pid. */
  readonly holders: Map<number, Holding>
  /** Who had held it when it was settled; undefined before, and once a second outcome was told of. */
  heldBy: string | undefined
  /** Whether it stands in bytes, so that others may ask for it. */
  isWritten: boolean
  /** Whether code of this thread has what it was given; of a call, had asked for that before others did. */
  isAskedHere: boolean
}

export class FutureTable {
  readonly #options: FutureTableOptions
  readonly #owned = new Map<number, OwnedFuture>()
  readonly #idOf = new WeakMap<Future<unknown>, number>()
  readonly #twins = new WeakMap<Future<unknown>, TwinTie>()
  readonly #watched = new Set<number>()
  readonly #settledIds = new Fifo<number>()
  #lastId = 0
  /** Futures met while a message is written. */
  #met: Future<unknown>[] | undefined

  constructor(options: FutureTableOptions) {
    this.#options = options
  }

  /** Futures of this thread that others hold and that have no outcome yet. */
  get size(): number {
    return this.#owned.size - this.#settledIds.size
  }

  /** Runs `write`, to which `met` grows by each Future that stands in what it writes. */
  collect<T>(write: (met: readonly Future<unknown>[]) => T): T {
    const before = this.#met
    const met: Future<unknown>[] = []
    this.#met = met
    try {
      return write(met)
    } finally {
      this.#met = before
    }
  }

  /** Notes that a Future stands in what is being written, or copied. Throws where it was given what cannot travel. */
  meet(future: Future<unknown>): void {
    this.#met?.push(future)
    const twin = this.#twins.get(future)
    if (twin !== undefined) twin.passesOn(future)
    else if (tieOf(future) === undefined) this.#own(future)
  }

  /** `holder` gets these Futures with a message that is about to leave. */
  hold(futures: readonly Future<unknown>[], holder: Holder): void {
    for (const future of new Set(futures)) {
      const twin = this.#twins.get(future)
      if (twin !== undefined)
        this.#options.send(twin.place, {
          kind: 'hold',
          future: twin.id,
          pid: holder.pid,
          place: holder.place,
          name: holder.name,
        })
      else if (isTied(future)) this.#holdOwned(this.#own(future), holder)
    }
  }

  /** The message that should have taken these to somebody did not leave: those that nobody else holds will never be answered. */
  lost(futures: readonly Future<unknown>[], error: unknown): void {
    for (const future of futures) {
      const id = this.#idOf.get(future)
      const owned = id === undefined ? undefined : this.#owned.get(id)
      if (this.#twins.has(future) || (owned !== undefined && isHeld(owned))) continue
      this.#nobodyAnswers(future, error)
    }
  }

  /** The object `pid` of this thread does not handle a message with these arguments: it holds no Future because of it. */
  release(args: unknown, pid: number, errorOf: () => unknown): void {
    const futures = this.#futuresIn(args)
    if (futures.length > 0) this.releaseEach(futures, pid, errorOf())
  }

  /** A message with these arguments was dropped by its sender, who is not told: what stands in it and nobody holds will never be answered. */
  dropped(args: readonly unknown[], errorOf: () => unknown): void {
    const futures = this.#futuresIn(args)
    if (futures.length > 0) this.lost(futures, errorOf())
  }

  /** The same, of Futures that stood in a message to it. */
  releaseEach(futures: readonly Future<unknown>[], pid: number, error: unknown): void {
    const seen = new Set<string>()
    for (const future of futures) {
      const twin = this.#twins.get(future)
      const [place, id] = twin === undefined ? [this.#options.here, this.#idOf.get(future)] : [twin.place, twin.id]
      const key = `${place} ${id}`
      // One that has no number was never held; several twins may stand for the same one.
      if (id === undefined || seen.has(key)) continue
      seen.add(key)
      if (twin === undefined) this.released(id, pid, error)
      else this.#options.send(place, { kind: 'release', future: id, pid, error })
    }
  }

  #futuresIn(args: unknown): readonly Future<unknown>[] {
    if (Misread.is(args)) return args.references.filter(isFuture)
    // Most have none that could be one.
    if (Array.isArray(args) && args.every((arg) => typeof arg !== 'object' || arg === null)) return []
    return this.collect((met) => {
      const look = (object: object): object | undefined => {
        // What was lent holds none, and must not end the search.
        if (isFuture(object)) this.#met?.push(object)
        else if (targetOf(object) === undefined && typeof object !== 'function' && !isSignal(object)) return undefined
        return object
      }
      try {
        copyValue(args, { passOn: look, place: { path: 'args', executed: 'no' } })
      } catch {
        // It has come by such a copy, so this cannot be; a message is dropped all the same.
      }
      return met
    })
  }

  // ── As it stands in a message ─────────────────────────────────────────────────────────────────────────────────────────────

  write(future: Future<unknown>): FutureReference {
    const twin = this.#twins.get(future)
    const { place, id } = twin ?? { place: this.#options.here, id: this.#own(future, true).id }
    this.meet(future)
    return ['future', place, id, tieOf(future)!.settable]
  }

  read([, place, id, settable]: FutureReference): Future<unknown> {
    if (place === this.#options.here) {
      const owned = this.#owned.get(id)
      if (owned !== undefined) return owned.future
    }
    const future = new Future<unknown>()
    const tie = new TwinTie(this.#options, { place, id, settable })
    this.#twins.set(future, tie)
    tieFuture(future, tie, this.#options.keeper)
    // What fails here fails at its owner, too, and there it is known whether anybody asks for it (S16).
    answerFor(future)
    return future
  }

  // ── What holders say ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** A holder has given the outcome. */
  settle(id: number, outcome: Outcome): void {
    const owned = this.#owned.get(id)
    if (owned === undefined) return this.#options.keeper.late()
    if (!owned.isAskedHere && outcome.ok) movesOn(outcome.value)
    // Where it was given up, settleFuture counts what is late.
    if (settleFuture(owned.future, outcome) || wasGivenUp(owned.future)) return
    this.#options.keeper.late()
    const { heldBy } = owned
    if (heldBy !== undefined) this.#options.settledAgain(heldBy, outcome)
    owned.heldBy = undefined
  }

  /** A holder in `place` waits for the outcome. */
  ask(place: Place, id: number, askId: number): void {
    const owned = this.#owned.get(id)
    if (owned !== undefined && !isByHand(owned.future)) owned.isAskedHere ||= wasAsked(owned.future)
    const answer = (outcome: Outcome): void => {
      const { lending, send } = this.#options
      const isAskedHere = owned?.isAskedHere
      const reply: Reply = outcome.ok
        ? { kind: 'value', id: askId, value: outcome.value }
        : { kind: 'error', id: askId, error: outcome.error }
      try {
        lending.answering({ turn: undefined, isAskedHere, outcome, place, loan: undefined }, () => {
          const isSent = send(place, reply)
          if (!isSent && outcome.ok && isAskedHere !== true)
            lending.unread(
              outcome.value,
              new ActorDead('whoever has asked for it', 'its thread has died', { executed: 'maybe' }),
            )
          return isSent
        })
      } catch (error) {
        // It is for the one who asks: whoever has settled it, and the others who ask, are not concerned.
        send(place, { kind: 'error', id: askId, error })
      }
    }
    if (owned !== undefined) whenSettled(owned.future, answer)
    else answer({ ok: false, error: new ActorDead('this Future', 'its owner has forgotten it', { executed: 'maybe' }) })
  }

  /** A holder has passed it on. */
  passedOn(id: number, holder: Holder): void {
    const owned = this.#owned.get(id)
    if (owned !== undefined) this.#holdOwned(owned, holder)
  }

  /** A message that brought it to the object `pid` was dropped. */
  released(id: number, pid: number, error: unknown): void {
    const owned = this.#owned.get(id)
    if (owned === undefined || !isTied(owned.future)) return
    const holding = owned.holders.get(pid) ?? { holder: undefined, messages: 0, error }
    holding.messages--
    holding.error = error
    owned.holders.set(pid, holding)
    this.#countedOut(owned, pid)
  }

  /** All objects are gone: nobody is left to answer. */
  failAll(error: unknown): void {
    for (const { future } of [...this.#owned.values()]) settleFuture(future, { ok: false, error })
  }

  #own(future: Future<unknown>, isWritten = false): OwnedFuture {
    const known = this.#idOf.get(future)
    const before = known === undefined ? undefined : this.#owned.get(known)
    if (before !== undefined) {
      before.isWritten ||= isWritten
      return before
    }
    const id = ++this.#lastId
    const isAskedHere = wasAsked(future)
    const owned: OwnedFuture = { id, future, holders: new Map(), heldBy: undefined, isWritten, isAskedHere }
    if (tieOf(future) === undefined) {
      const tie = new OwnerTie(this.#options, owned)
      const outcome = outcomeOf(future)
      if (outcome !== undefined) replaceOutcome(future, tie.settledHere(outcome))
      tieFuture(future, tie, this.#options.keeper)
    }
    this.#idOf.set(future, id)
    this.#owned.set(id, owned)
    noteSettled(future, () => this.#settled(owned))
    return owned
  }

  /** A twin that was passed on may ask late, so settled Futures stay for a while; it is told if it comes too late. */
  #settled(owned: OwnedFuture): void {
    owned.heldBy = namesOf(owned.holders)
    if (isByHand(owned.future)) owned.holders.clear()
    if (!owned.isWritten && !isTied(owned.future)) return void this.#owned.delete(owned.id)
    this.#settledIds.push(owned.id)
    if (this.#settledIds.size > SETTLED_KEPT) this.#owned.delete(this.#settledIds.take()!)
  }

  #holdOwned(owned: OwnedFuture, holder: Holder): void {
    if (!isTied(owned.future)) return
    const before = owned.holders.get(holder.pid)
    const holding: Holding = { holder, messages: (before?.messages ?? 0) + 1, error: before?.error }
    owned.holders.set(holder.pid, holding)
    if (holding.messages === 0) return this.#countedOut(owned, holder.pid)
    if (this.#watched.has(holder.pid)) return
    this.#watched.add(holder.pid)
    this.#options.watch(holder.pid, holder.place, (reason) => {
      this.#watched.delete(holder.pid)
      this.#holderDied(holder, reason)
    })
  }

  #holderDied(holder: Holder, reason: string): void {
    for (const owned of [...this.#owned.values()]) {
      if (!owned.holders.delete(holder.pid) || isHeld(owned)) continue
      const what = isByHand(owned.future) ? 'a Future that it should have answered' : 'the Future of a stream, unread'
      const why = `${reason}; it was the last to hold ${what}`
      this.#nobodyAnswers(owned.future, new ActorDead(holder.name, why, { executed: 'maybe' }))
    }
  }

  /** As many messages with it were dropped as had brought it to that object, which then does not hold it. */
  #countedOut(owned: OwnedFuture, pid: number): void {
    const { messages, error } = owned.holders.get(pid)!
    if (messages !== 0) return
    owned.holders.delete(pid)
    if (!isHeld(owned)) this.#nobodyAnswers(owned.future, error)
  }

  #nobodyAnswers(future: Future<unknown>, error: unknown): void {
    if (!isTied(future)) return
    if (isByHand(future)) return giveUpFuture(future, error)
    noteSettled(future, (outcome) => {
      const owned = this.#owned.get(this.#idOf.get(future) ?? 0)
      // It may have been passed on again, or asked for, meanwhile.
      if (outcome.ok && isTied(future) && (owned === undefined || !isHeld(owned)))
        this.#options.lending.unread(outcome.value, error)
    })
  }
}

/** Asks the owner of a Future in another thread for its outcome, which settles `future` here. */
export function askOwner(
  { calls, routes }: Pick<Parts, 'calls' | 'routes'>,
  place: Place,
  { owned, future, by }: Asked,
): void {
  const call = calls.open(new SystemCall(future, { what: 'a Future', name: 'its owner' }))
  call.place = place
  call.by = by
  if (routes.send(place, 'answer', { kind: 'ask', future: owned, id: call.id })) return
  const error = new ActorDead('the owner of a Future', 'its thread has died', { executed: 'maybe' })
  calls.answered(call.id, { ok: false, error })
}

/** Whether it matters who holds a Future: one that was made by hand, and has no outcome; one of a call, which nobody has asked for. */
function isTied(future: Future<unknown>): boolean {
  return isByHand(future) ? !future.isReady : !wasAsked(future)
}

function isByHand(future: Future<unknown>): boolean {
  return tieOf(future)?.settable !== false
}

function isHeld({ holders }: OwnedFuture): boolean {
  return holders.values().some(({ messages }) => messages > 0)
}

function namesOf(holders: ReadonlyMap<number, Holding>): string {
  return listed([...holders.values()].flatMap(({ holder }) => holder?.name ?? []))
}

/** The error for a Future that came with a call (`what`) which was cancelled, or whose time was over, before it had begun. */
export function givenUpUnbegun(what: string): AbortError {
  return new AbortError(`${what} was given up by its caller before it began; ${NEVER_GOT}`, { executed: 'no' })
}

/** The error for a Future in a message to one that is dead. */
export function deadBefore(name: string, why: string): ActorDead {
  return new ActorDead(name, `${why}; ${NEVER_GOT}`, { executed: 'no' })
}

const NEVER_GOT = 'it never got a Future that it should have had'

/** A Future made by hand in this thread and passed to others. */
class OwnerTie implements FutureTie {
  readonly settable = true
  readonly #options: FutureTableOptions
  readonly #owned: OwnedFuture

  constructor(options: FutureTableOptions, owned: OwnedFuture) {
    this.#options = options
    this.#owned = owned
  }

  get what(): string {
    return `the Future that ${namesOf(this.#owned.holders) || 'nobody'} holds`
  }

  asked(future: Future<unknown>, by?: Turn): Wait | undefined {
    const { trace } = this.#options
    if (trace !== undefined) tellWait(trace, future, this.what)
    if (!this.#owned.isAskedHere) {
      this.#owned.isAskedHere = true
      const outcome = outcomeOf(future)
      if (outcome?.ok === true) staysHere(outcome.value)
    }
    return future.isReady || by !== undefined ? undefined : this.#options.askedByHand(future)
  }

  block(future: Future<unknown>, ms: number | undefined): void {
    if (!this.#owned.holders.values().some(({ holder }) => holder !== undefined && holder.place !== this.#options.here))
      throw new CannotBlockHere(`${this.what}: get() would block the thread of everybody who could answer it; await it`)
    this.#options.block(future, ms)
  }

  settledHere(outcome: Outcome): Outcome {
    const given = this.#options.lending.given(outcome, { keeps: false })
    if (!this.#owned.isAskedHere && given.ok) movesOn(given.value)
    return given
  }

  cancelled(): void {}
}
