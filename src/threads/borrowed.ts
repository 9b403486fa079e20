/**
 * What this thread has borrowed (S6): stand-ins for functions, and twins of AbortSignals, that messages have brought. The other side, and
 * the picture of both, is lent.ts.
 *
 *   read from a message ──arrived()──▶ lent ──the message is done with──▶ ended
 *                                       ╰──keep()──▶ another stand-in ──given back──▶ let go
 *
 * Invariant: what a message has brought is collected while it is read, and taken by whoever receives it, before anything else is read.
 * A stand-in that is `lent` may be called; what its lender has taken back meanwhile it learns from the answer (`gone`).
 *
 * A signal's twin stands in #twins for as long as its message is handled, and never aborts afterwards. Nothing here holds a stand-in: one
 * that is kept and that nobody refers to any more is given back when the garbage collector says so.
 */

import { ActorDead, Released } from '../core/errors.ts'
import { asKept, LET_GO, whenKept, type Kept } from '../core/keep.ts'
import { OUTSIDE } from '../core/address.ts'
import type { Loan } from '../core/message.ts'
import type { ScopeOwner } from '../core/scope.ts'
import { answerFor, type Future } from '../core/future.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import type { Reply } from '../wire/protocol.ts'
import { reachable } from '../wire/reachable.ts'
import { Groups } from './groups.ts'
import type { Batch } from './outflow.ts'
import { Reading } from './reading.ts'
import { currentScope } from './scopes.ts'
import { inForm, type StreamForm } from './stream-forms.ts'

/** A function that was borrowed. */
export interface Borrowed {
  readonly place: Place
  /** Its number there, and that of the loan it came with. */
  readonly id: number
  readonly loan: number
  readonly owner: string
  readonly name: string
  /** The object it was lent to, and by which call; set when its message is taken. */
  pid: number
  call: string
  /** Of a stream in an answer: whose code has begun to read it; before that, has called for it. */
  reader?: ScopeOwner | undefined
  state: 'lent' | 'kept' | 'ended' | 'let go'
  /** Its calls that have no answer yet. */
  open: number
  /** Where it is a stream. */
  readonly reading?: Reading
}

/** A signal that follows one of another thread, or of another object. */
interface Twin {
  readonly place: Place
  readonly id: number
  readonly loan: number
  readonly controller: AbortController
  pid: number
}

/** Where a message came from, and under which number it has lent what it brings, if that is known. */
export interface Arrival {
  readonly place: Place
  readonly loan: number | undefined
}

/** Who has got a message, and by which call. */
export interface Receiver {
  /** OUTSIDE for code that belongs to no object. */
  readonly pid: number
  readonly call: string
  /** Whether no answer tells the lender that the message is done with. */
  readonly givesBack: boolean
  /** It is an answer: what it has brought, streams, is given back when none of them is read any more, and this called. */
  readonly whenRead?: () => void
  /** Whose code has called for it. */
  readonly reader?: ScopeOwner | undefined
}

/** What a message has brought. */
export interface BorrowedLoan extends Loan {
  /** The streams among it. */
  readonly readings: readonly Reading[]
}

export interface BorrowedOptions {
  /** Whether the garbage collector's notices are heard: a simulation, which a seed repeats, cannot have them. */
  readonly hearsCollector: boolean
  readonly send: (place: Place, reply: Reply) => void
  readonly apply: (borrowed: Borrowed, args: readonly unknown[]) => Future<unknown>
  /** Runs code, which is no handler, as the object's. */
  readonly runAs: (pid: number, run: () => void) => void
}

const NOBODY: Receiver = { pid: OUTSIDE, call: '', givesBack: false }

export class BorrowedTable {
  readonly #options: BorrowedOptions
  readonly #twins = new Map<Place, Map<number, Twin>>()
  /** What is kept, by the object that keeps it. */
  readonly #kept = new Groups<number, Borrowed>()
  /** Streams that answers have brought, by their readers. */
  readonly #read = new Groups<ScopeOwner | undefined, Borrowed>()
  readonly #readingOf = new WeakMap<object, Reading>()
  readonly #collector: FinalizationRegistry<() => void> | undefined
  #arrived: (Borrowed | Twin)[] | undefined

  constructor(options: BorrowedOptions) {
    this.#options = options
    if (options.hearsCollector) this.#collector = new FinalizationRegistry((giveBack) => giveBack())
  }

  // ── While a message is read ───────────────────────────────────────────────────────────────────────────────────────────────

  /** The stand-in for a function. */
  stub(of: Pick<Borrowed, 'place' | 'id' | 'loan' | 'owner' | 'name'>): object {
    const borrowed: Borrowed = { ...of, pid: 0, call: '', state: 'lent', open: 0 }
    this.#arrives(borrowed)
    return this.#stubOf(borrowed)
  }

  /** The reader's end of a stream. */
  stream(of: Pick<Borrowed, 'place' | 'id' | 'loan' | 'owner' | 'name'>, form: StreamForm): object {
    const reading = new Reading()
    const borrowed: Borrowed = { ...of, pid: 0, call: '', state: 'lent', open: 0, reading }
    this.#arrives(borrowed)
    const { apply } = this.#options
    const inflow = reading.begin({
      begins: () => this.#begins(borrowed, currentScope()?.owner),
      pull: (most) => apply(borrowed, [most]) as Future<Batch>,
      // One that is lent no longer was closed with its loan.
      leave: () => void (isOpen(borrowed) && answerFor(apply(borrowed, [0]))),
    })
    this.#collector?.register(inflow, () => reading.close())
    const stream = inForm(form, inflow)
    this.#readingOf.set(stream, reading)
    return stream
  }

  /** The twin of a signal. */
  twin(of: Pick<Twin, 'place' | 'id' | 'loan'>): AbortSignal {
    const controller = new AbortController()
    this.#arrives({ ...of, controller, pid: 0 })
    return controller.signal
  }

  /** Whether anything was read, or copied, that no message has taken yet. */
  get hasArrivals(): boolean {
    return this.#arrived !== undefined
  }

  /** Takes what a message from there has brought; one of this thread by its loan, since others may be on their way. */
  take({ place, loan }: Arrival, receiver: () => Receiver): BorrowedLoan | undefined {
    if (this.#arrived === undefined) return undefined
    const isOwn = (one: Borrowed | Twin): boolean => one.place === place && (loan === undefined || one.loan === loan)
    const own = this.#arrived.filter(isOwn)
    const [first] = own
    if (first === undefined) return undefined
    const others = this.#arrived.filter((one) => !isOwn(one))
    this.#arrived = others.length === 0 ? undefined : others
    const { pid, call, givesBack, whenRead, reader } = receiver()
    for (const one of own) {
      one.pid = pid
      if ('controller' in one) this.#twinsOf(place).set(one.id, one)
      else Object.assign(one, { call, reader })
    }
    let isOver = false
    const end = (): void => {
      if (isOver) return
      isOver = true
      for (const one of own)
        if ('controller' in one) this.#unfollow(one)
        else one.state = 'ended'
      if (givesBack) this.#options.send(place, { kind: 'giveBack', loan: first.loan })
    }
    if (whenRead !== undefined)
      this.#whenRead(own, () => {
        end()
        whenRead()
      })
    return { end, readings: own.flatMap((one) => readingOf(one) ?? []) }
  }

  /** Calls `then` once none of the streams among these is read any more. */
  #whenRead(own: readonly (Borrowed | Twin)[], then: () => void): void {
    const streams = own.filter((one): one is Borrowed => readingOf(one) !== undefined)
    let open = streams.length
    for (const stream of streams) {
      this.#read.add(stream.reader, stream)
      stream.reading!.whenClosed(() => {
        this.#read.delete(stream.reader, stream)
        if (--open === 0) then()
      })
    }
  }

  /** A stream of an answer is read from now on: not by who has called for it, where that one has passed its Future on. */
  #begins(stream: Borrowed, reader: ScopeOwner | undefined): void {
    if (!this.#read.delete(stream.reader, stream)) return
    stream.reader = reader
    this.#read.add(reader, stream)
    if (reader?.isOver === true) this.readerOver(reader)
  }

  /** A message could not be read to its end; or, of a loan here, not be copied. */
  forget(arrival?: Arrival): void {
    if (arrival === undefined) this.#arrived = undefined
    else this.take(arrival, () => NOBODY)?.end()
  }

  // ── What happens to lenders, and to who keeps something ───────────────────────────────────────────────────────────────────

  aborted(place: Place, id: number, reason: unknown): void {
    const twin = this.#twins.get(place)?.get(id)
    if (twin !== undefined) this.#options.runAs(twin.pid, () => twin.controller.abort(reason))
  }

  /** That thread is dead: nobody is left to abort its signals, so they do, as the signal of a call from there does. */
  placeDied(place: Place, reason: string): void {
    for (const { id } of [...(this.#twins.get(place)?.values() ?? [])])
      this.aborted(place, id, new ActorDead('whoever has lent this AbortSignal', reason, { executed: 'maybe' }))
    this.#twins.delete(place)
    for (const [pid, one] of this.#kept.entries()) if (one.place === place) this.#kept.delete(pid, one)
  }

  /** An incarnation of an object of this thread is over, and reads nothing. Others may hold its streams, where it has passed their Futures on. */
  readerOver(reader: ScopeOwner): void {
    for (const { reading } of this.#read.of(reader)) {
      const why = 'its incarnation is over that had called for this stream, or had begun to read it'
      reading!.abandon(new ActorDead(reader.name, why, { executed: 'maybe' }))
    }
  }

  /** Nobody will read the streams in a value that an answer has brought; whoever does all the same gets the error. */
  unread(value: unknown, error: unknown): void {
    for (const thing of reachable(value)) this.#readingOf.get(thing)?.abandon(error)
  }

  /** The same: it keeps nothing. */
  keeperOver(pid: number): void {
    for (const borrowed of this.#kept.of(pid)) this.#giveBack(borrowed)
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #arrives(one: Borrowed | Twin): void {
    if (this.#arrived === undefined) this.#arrived = [one]
    else this.#arrived.push(one)
  }

  #stubOf(borrowed: Borrowed): (...args: never[]) => unknown {
    const stub = (...args: never[]): unknown => this.#options.apply(borrowed, args)
    Object.defineProperty(stub, 'name', { value: borrowed.name, configurable: true })
    whenKept(stub, () => this.#keep(borrowed))
    return stub
  }

  #keep(borrowed: Borrowed): Kept<(...args: never[]) => unknown> {
    if (!isOpen(borrowed)) throw releasedError(borrowed)
    const { place, id, pid } = borrowed
    const mine: Borrowed = { ...borrowed, state: 'kept', open: 0 }
    this.#options.send(place, { kind: 'keep', lent: id })
    this.#kept.add(pid, mine)
    const kept = asKept(this.#stubOf(mine), () => this.#giveBack(mine))
    this.#collector?.register(kept, () => this.#giveBack(mine))
    return kept
  }

  #giveBack(borrowed: Borrowed): void {
    if (borrowed.state !== 'kept') return
    borrowed.state = 'let go'
    this.#kept.delete(borrowed.pid, borrowed)
    this.#options.send(borrowed.place, { kind: 'letGo', lent: borrowed.id })
  }

  #twinsOf(place: Place): Map<number, Twin> {
    let twins = this.#twins.get(place)
    if (twins === undefined) this.#twins.set(place, (twins = new Map()))
    return twins
  }

  #unfollow({ place, id }: Twin): void {
    const twins = this.#twins.get(place)
    if (twins?.delete(id) === true && twins.size === 0) this.#twins.delete(place)
  }
}

function readingOf(one: Borrowed | Twin): Reading | undefined {
  return 'reading' in one ? one.reading : undefined
}

/** Whether it may be called, and kept, as far as this thread knows. */
export function isOpen({ state }: Borrowed): boolean {
  return state === 'lent' || state === 'kept'
}

/** Which function or stream it is, in words. */
export function shownBorrowed({ call, reading, name, owner }: Borrowed): string {
  return `${call}: the ${reading === undefined ? `function ${name}` : 'stream'}, which ${owner} has lent,`
}

const KEEP =
  'keep it before that (const kept = keep(it)), and give it back when it is not needed (kept[Symbol.dispose]())'

/** The error for a use of one that has been given back here. */
export function releasedError(borrowed: Borrowed): Released {
  if (borrowed.state === 'let go') return released(borrowed, LET_GO)
  const { call, reading } = borrowed
  const cure =
    reading === undefined
      ? `await what it returns before the method returns, or ${KEEP}`
      : 'read it to its end before the method returns'
  return released(borrowed, `it was lent until ${call} was done, and that is; ${cure}`)
}

/** The error for a use of one that its lender has taken back. */
export function takenBackError(borrowed: Borrowed): Released {
  return released(
    borrowed,
    borrowed.reading === undefined
      ? `${borrowed.call} was given up by its caller, which has taken it back; stop when this.signal aborts`
      : 'whoever gives it has closed it',
  )
}

function released(borrowed: Borrowed, why: string): Released {
  const to = borrowed.reading === undefined ? 'be called' : 'be read'
  return new Released(borrowed.owner, { what: shownBorrowed(borrowed), to, why })
}
