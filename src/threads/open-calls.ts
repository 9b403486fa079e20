/**
 * Calls from this thread that have no answer yet, by number. Every one of them is settled (S10): by its answer, by the death of whoever
 * was called, by its deadline, or by whoever gives it up. Only here are the Futures of calls settled.
 */

import type { ClockTimer } from '../core/clock.ts'
import { FutureShock } from '../core/errors.ts'
import { settleFuture, giveUpFuture, type Future, type Outcome } from '../core/future.ts'
import type { Message } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'
import { discard } from '../wire/movables.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import { ByNumber } from './by-number.ts'
import { endWaits, type CallWait } from './waits.ts'

/** What the message of a call has lent (lent.ts). */
export interface CallLoan {
  /** Whether there are functions among it, which run in this thread. */
  readonly hasFunctions: boolean
  /** Whether calls of such wait here that came before the answer: then `go` is called when they have begun. */
  holdsBack(go: () => void): boolean
  /** What was lent is needed for longer than until the answer: gives what ends that. */
  hold(): () => void
  end(): void
}

/** How a call can be given up that has gone somewhere: what becomes of it there. One for all calls that went the same way. */
export interface CallWay {
  /** Takes it back at its receiver. */
  takeBack(call: OpenCall, reason: unknown): void
  /** Asks its receiver to answer it with an error instead of beginning it. */
  withdraw?(call: OpenCall, error: unknown): void
}

/**
 * A call, an `observe`, or a question for the outcome of a Future in another thread. One is made for each, so it is one object, of which
 * most fields stay as they are here.
 */
export abstract class OpenCall {
  /** In words: `counter.add`. */
  abstract readonly what: string
  /** The name of whoever was called. */
  abstract readonly name: string
  id = 0
  readonly future: Future<unknown>
  /** The code that has made it; undefined for code outside any object. */
  by: Scope | undefined
  /** The pid of whoever got it. */
  to: number | undefined
  /** Where it went; undefined while it is held here because its receiver's place is not known. */
  place: Place | undefined
  /** When its caller stops waiting; set later only where the callee's own `callTimeout` is known later. */
  deadline: number | undefined
  deadlineTimer: ClockTimer | undefined
  /** Aborts when its caller waits no longer, for its answer or for the streams that this has brought. */
  signal: AbortSignal | undefined
  /** How it can be given up, once it has gone somewhere. */
  way: CallWay | undefined
  /** Its receiver was asked to answer it with an error: once is enough. */
  isWithdrawn = false
  /** Does it once more, where its thread has died with it and twice is harmless. */
  again: (() => void) | undefined
  /** The message, where its receiver lives in this thread. */
  message: Message | undefined
  /** The Futures that its message has brought to another thread, where there are any. */
  brought: readonly Future<unknown>[] | undefined
  /** Who waits for it here (S18). */
  waits: CallWait | undefined
  /** Given back when it is settled. */
  loan: CallLoan | undefined
  /** Undoes what was set up for it (a listener on the user's AbortSignal). */
  cleanUp: (() => void) | undefined

  constructor(future: Future<unknown>, deadline?: number) {
    this.future = future
    this.deadline = deadline
  }
}

/** One that tsworks itself makes, for which no code of a handler waits. */
export class SystemCall extends OpenCall {
  readonly what: string
  readonly name: string

  constructor(
    future: Future<unknown>,
    who: { readonly name: string; readonly what: string; readonly deadline?: number | undefined },
  ) {
    super(future, who.deadline)
    this.what = who.what
    this.name = who.name
  }
}

export class OpenCalls {
  readonly #calls = new ByNumber<OpenCall>()
  readonly #late: () => void
  readonly #now: () => number
  #lastId = 0

  constructor(how: { readonly late: () => void; readonly now: () => number }) {
    this.#late = how.late
    this.#now = how.now
  }

  get size(): number {
    return this.#calls.size
  }

  /** Gives it a number, under which it is settled. */
  open<C extends OpenCall>(call: C): C {
    call.id = ++this.#lastId
    this.#calls.add(call)
    return call
  }

  isOpen(call: OpenCall): boolean {
    return this.#calls.get(call.id) === call
  }

  /** The call of that number, unless it is settled. */
  get(id: number): OpenCall | undefined {
    return this.#calls.get(id)
  }

  /** Gives a call that has not left yet the next number. */
  renumber(call: OpenCall): void {
    this.#calls.delete(call.id)
    call.id = ++this.#lastId
    this.#calls.add(call)
  }

  /**
   * An answer has come; one that is not waited for any more is late (S13). So is a value that comes after the deadline, before this
   * thread's own timer has noticed: the callee's signal has aborted by then, and the value may be what it could save in its hurry.
   */
  answered(id: number, outcome: Outcome): OpenCall | undefined {
    const open = this.#calls.get(id)
    if (open?.loan?.holdsBack(() => void this.answered(id, outcome)) === true) return open
    if (outcome.ok && open?.deadline !== undefined && open.deadline <= this.#now()) this.expired(open)
    const call = this.#close(id)
    if (call === undefined) this.#late()
    else settleFuture(call.future, outcome)
    if (call === undefined && outcome.ok) discard(outcome.value)
    return call
  }

  /** Its caller has stopped waiting: fails the Future with `error` if it is not settled, and takes the call back at the receiver. */
  giveUp(call: OpenCall, error: unknown, reason: unknown): void {
    if (this.#close(call.id) === undefined) return
    giveUpFuture(call.future, error)
    call.way?.takeBack(call, reason)
  }

  /** Its deadline has passed: its caller waits no longer, and in a handler that runs `this.signal` aborts with the same error (S15). */
  expired(call: OpenCall): void {
    const shock = new FutureShock(`timeout: ${call.what} was not answered before its deadline`, 'maybe')
    this.giveUp(call, shock, shock)
  }

  /** It shall fail with `error` and never run; if it was begun after all, its answer stands. */
  withdraw(call: OpenCall, error: unknown): void {
    const { way } = call
    if (way?.withdraw === undefined) return this.giveUp(call, error, error)
    if (call.isWithdrawn) return
    call.isWithdrawn = true
    way.withdraw(call, error)
  }

  /** Fails all calls that went to a thread that has died, but for those that can be made again. */
  failPlace(place: Place, errorOf: (call: OpenCall) => unknown): void {
    for (const call of this.#calls.values()) {
      if (call.place !== place) continue
      if (call.again === undefined) this.answered(call.id, { ok: false, error: errorOf(call) })
      else {
        call.place = undefined
        call.again()
      }
    }
  }

  /** Fails all: this thread, or the whole system, has ended. */
  failAll(errorOf: (call: OpenCall) => unknown): void {
    for (const call of this.#calls.values()) this.answered(call.id, { ok: false, error: errorOf(call) })
  }

  #close(id: number): OpenCall | undefined {
    const call = this.#calls.get(id)
    if (call === undefined) return undefined
    this.#calls.delete(id)
    call.deadlineTimer?.cancel()
    call.cleanUp?.()
    call.loan?.end()
    endWaits(call)
    return call
  }
}
