/**
 * What this thread has lent (S6): functions and AbortSignals that stood in the arguments of a message, and that others use by reference.
 *
 *   lender's thread                                      borrower's thread (borrowed.ts)
 *   fn #7 ── a message, its loan #3 ───────────────────▶ its stand-in
 *     ▲ ◀──────────────── `apply` ────────────────────── stand-in(1)
 *     │ ───────── `value`, `error` or `gone` ──────────▶
 *     │ ◀──────────────── `keep` ─────────────────────── keep(stand-in)
 *     │ ◀── the answer of the call, or a `giveBack` ──── the message is done with: the loan is over
 *     │ ◀──────────────── `letGo` ────────────────────── what was kept is given back
 *   signal #8 ── `abort` ──────────────────────────────▶ its twin aborts
 *
 * Invariant: an entry stands in #entries from when it is written into a message until that message's loan is over *and* nobody keeps it.
 * A loan is over when its call is settled, for whatever reason; when its message is refused, dropped, or done with; when the thread that it
 * went to has died. `keep` comes on the same lane as the answer, before it, so no entry is let go that somebody has asked to keep.
 *
 * A loan belongs to one message, to one thread: a function in two messages has two entries, and a notification a loan for each observer.
 */

import { AsyncResource } from 'node:async_hooks'
import { ActorDead } from '../core/errors.ts'
import { nameOfFunction } from '../core/keep.ts'
import type { Logger } from '../core/logger.ts'
import type { Scope, ScopeOwner } from '../core/scope.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import type { Counts } from './counts.ts'
import type { Outflow } from './outflow.ts'
import { OpenStreams, type Answer } from './streaming.ts'
import { currentScope, runInScope, runOutsideScopes } from './scopes.ts'
import type { CallLoan, OpenCall } from './open-calls.ts'

export type AnyFunction = (...args: unknown[]) => unknown

/** Whoever writes a message, and has its loan once it has lent something. */
export interface Lender {
  readonly call: OpenCall | undefined
  loan?: LentLoan | undefined
  /** What it answers: an answer lends streams only, since a reader who leaves tells when they are not needed any more. */
  readonly answers?: Answer | undefined
  streams?: OpenStreams | undefined
}

interface Entry {
  readonly id: number
  readonly loan: LentLoan
  /** The thing itself. */
  readonly what: object
  /** How often it is kept beyond its loan. */
  kept: number
}

/** A function that others may call. */
export interface LentFunction extends Entry {
  readonly kind: 'function'
  readonly run: AnyFunction
  readonly context: AsyncResource
  readonly name: string
  /** Whose code had lent it; undefined for code outside any object. */
  readonly scope: Scope | undefined
  readonly owner: string
  /** Its calls that are running: what answers each of them. */
  readonly running: Set<(error: unknown) => void>
  /** Where it is what a stream is pulled by. */
  readonly outflow: Outflow | undefined
  /** Why nobody can call it any more. */
  death: string | undefined
}

/** An AbortSignal that others follow. */
export interface LentSignal extends Entry {
  readonly kind: 'signal'
  readonly signal: AbortSignal
  readonly scope: Scope | undefined
  hasAborted: boolean
}

type LentThing = LentFunction | LentSignal

/** What one message has lent. */
export class LentLoan implements CallLoan {
  readonly id: number
  /** By what was lent, so that a message that is written again (held-message.ts) lends nothing twice. */
  readonly things = new Map<object, LentThing>()
  /** Where its message went; undefined until it has left. */
  place: Place | undefined
  /** In which its functions run: that of whoever has lent them: the object, its turn, and the user's own AsyncLocalStorages (S40). */
  context: AsyncResource | undefined
  readonly #whenOver: (loan: LentLoan) => void
  #isOver = false
  /** Whether its message is done with, though it may be held. */
  #ends = false
  #holds = 0
  #waiting = 0
  #heldBack: (() => void)[] = []

  constructor(id: number, whenOver: (loan: LentLoan) => void) {
    this.id = id
    this.#whenOver = whenOver
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get hasFunctions(): boolean {
    return this.context !== undefined
  }

  /** It is not over before this hold on it ends, too; gives what ends it. */
  hold(): () => void {
    this.#holds++
    return () => {
      this.#holds--
      if (this.#ends) this.end()
    }
  }

  /** It ends, whoever holds it: nobody is left to use it. */
  cut(): void {
    this.#holds = 0
    this.end()
  }

  end(): void {
    this.#ends = true
    if (this.#isOver || this.#holds > 0) return
    this.#isOver = true
    this.#whenOver(this)
  }

  // What a handler calls before it answers shall have begun when its caller goes on, as a direct call would have.

  /** A call of one of its functions waits to be begun. */
  waits(): void {
    this.#waiting++
  }

  /** It does so no longer. */
  begun(): void {
    if (--this.#waiting > 0) return
    for (const go of this.#heldBack.splice(0)) go()
  }

  holdsBack(go: () => void): boolean {
    if (this.#waiting === 0) return false
    this.#heldBack.push(go)
    return true
  }
}

export interface LentOptions {
  readonly counts: Counts
  readonly log: Logger
  readonly nameOf: (pid: number) => string
  /** Tells the borrower of a signal that it has aborted. */
  readonly abort: (place: Place, signal: number, reason: unknown) => void
}

/** Where the log warns first of how much is lent; then at each doubling. */
const FIRST_WARNING = 10_000

export class LentTable {
  readonly #options: LentOptions
  readonly #entries = new Map<number, LentThing>()
  readonly #loans = new Map<number, LentLoan>()
  /** One listener for each signal, however often it is lent. */
  readonly #followed = new Map<AbortSignal, { readonly entries: Set<LentSignal>; readonly listener: () => void }>()
  /** Who writes a message now: only what stands in its arguments may be lent. */
  #lender: Lender | undefined
  #lastId = 0
  #lastLoan = 0
  #nextWarning = FIRST_WARNING

  constructor(options: LentOptions) {
    this.#options = options
  }

  /** Lets what `write` writes be lent by the message of `lender`; undefined: by none. */
  during<T>(lender: Lender | undefined, write: () => T): T {
    const before = this.#lender
    this.#lender = lender
    try {
      return write()
    } finally {
      this.#lender = before
    }
  }

  /** Lends a function, for the message that is being written; undefined where that is none of arguments. */
  lendFunction(run: AnyFunction): LentFunction | undefined {
    const loan = this.#loan()
    const known = loan?.things.get(run)
    if (loan === undefined || known !== undefined) return known as LentFunction | undefined
    return this.#add(run, this.#callable(run, loan, { run, name: nameOfFunction(run) }))
  }

  /** Lends a stream, for the message or answer that is being written; `outflowOf` makes the end of it that stays here. */
  lendStream(source: object, outflowOf: (entry: () => LentFunction) => Outflow): LentFunction {
    const loan = this.#loan()!
    const known = loan.things.get(source)
    if (known !== undefined) return known as LentFunction
    const { streams } = this
    const outflow = outflowOf(() => entry)
    streams?.add(outflow)
    const pull = (most: unknown): unknown => {
      if (most !== 0) return outflow.pull(most as number)
      // Its reader has left.
      return streams === undefined ? outflow.close() : streams.left(outflow)
    }
    const entry: LentFunction = this.#callable(source, loan, { run: pull, name: 'stream', outflow })
    return this.#add(source, entry)
  }

  #callable(
    what: object,
    loan: LentLoan,
    { run, name, outflow }: { readonly run: AnyFunction; readonly name: string; readonly outflow?: Outflow },
  ): LentFunction {
    const answers = this.#lender?.answers
    const scope = answers === undefined ? currentScope() : answers.turn?.scope
    const context = (loan.context ??= makeContext(answers))
    const owner = scope === undefined ? 'the program' : this.#options.nameOf(scope.pid)
    const id = ++this.#lastId
    const running = new Set<(error: unknown) => void>()
    return {
      kind: 'function',
      id,
      loan,
      what,
      kept: 0,
      run,
      context,
      name,
      scope,
      owner,
      running,
      outflow,
      death: undefined,
    }
  }

  /** Lends a signal that has not aborted. */
  lendSignal(signal: AbortSignal): LentSignal | undefined {
    const loan = this.#loan()
    const known = loan?.things.get(signal)
    if (loan === undefined || known !== undefined) return known as LentSignal | undefined
    const id = ++this.#lastId
    const entry: LentSignal = {
      kind: 'signal',
      id,
      loan,
      what: signal,
      kept: 0,
      signal,
      scope: currentScope(),
      hasAborted: false,
    }
    this.#follow(entry)
    return this.#add(signal, entry)
  }

  /** What may be lent now. */
  get lends(): 'all' | 'streams' | 'nothing' {
    if (this.#lender === undefined) return 'nothing'
    return this.#lender.answers === undefined ? 'all' : 'streams'
  }

  /** Whether nobody here has the streams any more that are lent now. */
  get givesAway(): boolean {
    const answers = this.#lender?.answers
    return answers !== undefined && answers.isAskedHere !== true
  }

  /** The streams of the turn whose answer is being written; undefined for what is no answer of one. */
  get streams(): OpenStreams | undefined {
    const lender = this.#lender
    const turn = lender?.answers?.turn
    return turn === undefined ? undefined : (lender!.streams ??= new OpenStreams(turn))
  }

  /** The message of a loan leaves for a thread. */
  leaves(loan: LentLoan, place: Place): void {
    loan.place = place
    // While it was written, by code of the user's that ran meanwhile.
    for (const thing of loan.things.values()) if (thing.kind === 'signal' && thing.signal.aborted) this.#aborted(thing)
  }

  /** What was lent under a number, for a message of this thread that is read again before it leaves. */
  thing(id: number): object | undefined {
    return this.#entries.get(id)?.what
  }

  functionOf(id: number): LentFunction | undefined {
    const entry = this.#entries.get(id)
    return entry?.kind === 'function' ? entry : undefined
  }

  isOpen({ id }: LentFunction): boolean {
    return this.#entries.has(id)
  }

  // ── What borrowers say, and what becomes of them ──────────────────────────────────────────────────────────────────────────

  keep(id: number): void {
    const entry = this.#entries.get(id)
    if (entry !== undefined) entry.kept++
  }

  letGo(id: number): void {
    const entry = this.#entries.get(id)
    if (entry === undefined || entry.kept === 0) return
    entry.kept--
    this.#dropUnheld(entry)
  }

  givenBack(loan: number): void {
    this.#loans.get(loan)?.end()
  }

  /** That thread is dead, and borrows nothing any more. */
  placeDied(place: Place): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.loan.place !== place) continue
      entry.kept = 0
      entry.loan.cut()
      this.#dropUnheld(entry)
    }
  }

  /** An incarnation of an object of this thread is over: nobody reaches it through what its code has lent. */
  ownerOver(owner: ScopeOwner, reason: string): void {
    if (this.#entries.size === 0) return
    for (const entry of [...this.#entries.values()]) {
      if (entry.scope?.owner !== owner) continue
      if (entry.kind === 'signal') {
        this.#aborted(entry, new ActorDead(this.#options.nameOf(entry.scope.pid), reason, { executed: 'maybe' }))
        continue
      }
      entry.death ??= reason
      entry.outflow?.close()
      for (const fail of [...entry.running])
        fail(
          new ActorDead(entry.owner, `${reason}; its function ${entry.name} had not returned`, { executed: 'maybe' }),
        )
    }
  }

  /** The system has stopped. */
  close(): void {
    for (const entry of [...this.#entries.values()]) this.#drop(entry)
    this.#loans.clear()
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #loan(): LentLoan | undefined {
    const lender = this.#lender
    if (lender === undefined) return undefined
    if (lender.loan === undefined) {
      const loan = new LentLoan(++this.#lastLoan, (over) => this.#loanOver(over))
      lender.loan = loan
      if (lender.call !== undefined) lender.call.loan = loan
      this.#loans.set(loan.id, loan)
    }
    return lender.loan
  }

  #loanOver(loan: LentLoan): void {
    this.#loans.delete(loan.id)
    for (const entry of loan.things.values()) this.#dropUnheld(entry)
  }

  #add<T extends LentThing>(what: object, entry: T): T {
    entry.loan.things.set(what, entry)
    this.#entries.set(entry.id, entry)
    const { size } = this.#entries
    this.#options.counts.lent(size)
    if (size >= this.#nextWarning) {
      this.#nextWarning *= 2
      this.#options.log.warn(
        { lent: size },
        `this thread has lent ${size} functions and AbortSignals that others hold; is something kept (keep()) that is never given back?`,
      )
    }
    return entry
  }

  #dropUnheld(entry: LentThing): void {
    if (entry.loan.isOver && entry.kept === 0) this.#drop(entry)
  }

  #drop(entry: LentThing): void {
    if (!this.#entries.delete(entry.id)) return
    this.#options.counts.lent(this.#entries.size)
    if (entry.kind === 'signal') this.#unfollow(entry)
    else entry.outflow?.close()
  }

  #follow(entry: LentSignal): void {
    const { signal } = entry
    let followed = this.#followed.get(signal)
    if (followed === undefined) {
      const entries = new Set<LentSignal>()
      const listener = (): void => {
        for (const each of [...entries]) this.#aborted(each)
      }
      this.#followed.set(signal, (followed = { entries, listener }))
      signal.addEventListener('abort', listener, { once: true })
    }
    followed.entries.add(entry)
  }

  #unfollow(entry: LentSignal): void {
    const { signal } = entry
    const followed = this.#followed.get(signal)
    if (followed?.entries.delete(entry) !== true || followed.entries.size > 0) return
    signal.removeEventListener('abort', followed.listener)
    this.#followed.delete(signal)
  }

  /** Tells the borrower, once; one whose message has not left is told when it leaves, if it does. */
  #aborted(entry: LentSignal, reason: unknown = entry.signal.reason): void {
    const { place } = entry.loan
    if (place === undefined || entry.hasAborted) return
    entry.hasAborted = true
    this.#options.abort(place, entry.id, reason)
  }
}

/** In which what is lent runs: that of whoever lends it. A turn answers outside its own code, and a Future outside any. */
function makeContext(answers: Answer | undefined): AsyncResource {
  const make = (): AsyncResource => new AsyncResource('tsworks.lent', { requireManualDestroy: true })
  if (answers === undefined) return make()
  const { turn } = answers
  return turn === undefined ? runOutsideScopes(make) : (runInScope(turn.scope, make, turn, []) as AsyncResource)
}
