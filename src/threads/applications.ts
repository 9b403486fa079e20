/**
 * Calls of functions that this thread has lent, in the order in which they came (S6): they run beside the handlers of their lender, which
 * mostly waits for the very call that brought them, so that in its turn they could never run (S4).
 *
 *   `apply` ─▶ queue ─▶ begun in the context of the lender ─▶ its result is awaited ─▶ answer
 *
 * Not run when they arrive: a thread that is blocked in get() reads answers, and runs no code; and a flood of them leaves the event loop its
 * turn (S7). So what comes behind them on the same road waits for them where that matters: the answer of the call that has lent the
 * function (LentLoan.holdsBack), and what gives it back (`inOrder`).
 *
 * Invariant: each is answered once: with its outcome, with `gone`, or with ActorDead when its lender is over.
 */

import { ActorDead } from '../core/errors.ts'
import type { Outcome } from '../core/future.ts'
import type { Loan } from '../core/message.ts'
import { Fifo } from '../wire/fifo.ts'
import { discard } from '../wire/movables.ts'
import type { Place } from '../wire/kernel-protocol.ts'
import { closeUnclaimed } from '../wire/transfer.ts'
import type { LentFunction } from './lent.ts'

/** A call of a function that was lent. */
export interface Application {
  readonly entry: LentFunction
  /** Whose it is, and its number there. */
  readonly place: Place
  readonly id: number
  readonly deadline: number | undefined
  readonly args: readonly unknown[]
  /** What it has brought in its turn. */
  readonly loan: Loan | undefined
}

export interface ApplicationsOptions {
  /** A turn is wanted. */
  readonly plan: () => void
  readonly now: () => number
  readonly isOpen: (entry: LentFunction) => boolean
  /** Runs the function; throws what it throws. */
  readonly run: (entry: LentFunction, args: readonly unknown[]) => unknown
  /** Notes that it has begun, for the case that this thread dies; gives what notes that it was answered. */
  readonly mark: (application: Application) => () => void
  /** `undefined`: the function is not lent any more. */
  readonly answer: (application: Application, outcome: Outcome | undefined) => void
}

export class Applications {
  readonly #options: ApplicationsOptions
  readonly #queue = new Fifo<Application | (() => void)>()

  constructor(options: ApplicationsOptions) {
    this.#options = options
  }

  get isIdle(): boolean {
    return this.#queue.size === 0
  }

  add(application: Application): void {
    application.entry.loan.waits()
    this.#queue.push(application)
    this.#options.plan()
  }

  /** Does what came behind all that waits, after that. */
  inOrder(run: () => void): void {
    if (this.isIdle) run()
    else this.#queue.push(run)
  }

  /** Does it in the next turn, behind all that waits. */
  soon(run: () => void): void {
    this.#queue.push(run)
    this.#options.plan()
  }

  /** Begins what waits, until `isOver()`, which is asked after each. */
  turn(isOver: () => boolean): void {
    for (let next = this.#queue.take(); next !== undefined; next = this.#queue.take()) {
      if (typeof next === 'function') next()
      else {
        this.#begin(next)
        next.entry.loan.begun()
        if (isOver()) return
      }
    }
  }

  /** The system has stopped: what waits is not begun, and nothing waits for it any more. */
  close(): void {
    for (let next = this.#queue.take(); next !== undefined; next = this.#queue.take())
      if (typeof next !== 'function') next.entry.loan.begun()
  }

  #begin(application: Application): void {
    const { answer, mark, run } = this.#options
    const { entry, args, loan } = application
    const refusal = this.#refusal(application)
    if (refusal !== undefined) {
      loan?.end()
      discard(args)
      return answer(application, refusal === 'gone' ? undefined : { ok: false, error: refusal })
    }
    const unmark = mark(application)
    const end = (outcome: Outcome): void => {
      if (!entry.running.delete(fail)) {
        if (outcome.ok) closeUnclaimed(outcome.value)
        return
      }
      loan?.end()
      answer(application, outcome)
      unmark()
    }
    const fail = (error: unknown): void => end({ ok: false, error })
    entry.running.add(fail)
    let result: unknown
    try {
      result = run(entry, args)
    } catch (error) {
      return fail(error)
    }
    if (isThenable(result)) void Promise.resolve(result).then((value) => end({ ok: true, value }), fail)
    else end({ ok: true, value: result })
  }

  /** Why it is not begun. */
  #refusal({ entry, deadline }: Application): 'gone' | ActorDead | undefined {
    if (entry.death !== undefined) return notCalled(entry, entry.death)
    // Whoever called has been told that its time is over.
    return !this.#options.isOpen(entry) || (deadline ?? Infinity) <= this.#options.now() ? 'gone' : undefined
  }
}

function notCalled({ owner, name }: LentFunction, reason: string): ActorDead {
  return new ActorDead(owner, `${reason}; its function ${name} was not called`, { executed: 'no' })
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  )
}
