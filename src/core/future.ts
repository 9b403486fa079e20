/**
 * Future: a value that is not there yet.
 *
 *   pending ──set──▶ fulfilled          settled once; the first one wins
 *      │  ╲─fail──▶ failed
 *      ╰──cancel──▶ failed (AbortError); an answer that still comes is late: counted, never seen
 *
 * A lazy thenable with the full Promise interface: it makes a promise only when somebody waits, so it knows that somebody waits
 * (the wait edges of S18 and the check of S27 hang on that), and one that is dropped alarms nobody (S16).
 *
 * The Future of a call is settled by the answer. One made by hand is settled by whoever holds it, in any thread (`set`, `fail`).
 * What it is tied to (a call, a Future in another thread) is its *tie*; a Future without one belongs to this thread alone.
 */

import { ambientKeeper } from './ambient.ts'
import { checkedMs, type Clock } from './clock.ts'
import { shownMs } from './duration.ts'
import { AbortError, CannotBlockHere, FutureSettled, FutureShock, TsworksError } from './errors.ts'
import { iterate } from './stream-future.ts'
import type { Turn, Wait } from './turn.ts'

/** How a Future ended. */
export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown }

/** What a Future is tied to: whoever else must know what happens to it here. */
export interface FutureTie {
  /** What is waited for, in words: `counter.add`. */
  readonly what: string
  /** Whether `set` and `fail` are for the code here; not for the Future of a call. */
  readonly settable: boolean
  /**
   * The code that runs here is about to wait, or the turn `by`, whose answer is this Future's. A wait that could never end fails the
   * Future (S27). What is returned stands for the wait, where it is one that others may have to know of (S18).
   */
  asked(future: Future<unknown>, by?: Turn): Wait | undefined
  /** Blocks this thread until the Future is settled or `ms` have passed; throws CannotBlockHere where it may not (S20). */
  block(future: Future<unknown>, ms: number | undefined): void
  /**
   * Code here is about to settle it, and others hold it, too: gives what it is settled with, a copy (S5). What this throws (a value that cannot travel)
   * goes to that code, and the Future stays pending. Only where it is settable.
   */
  settledHere?(outcome: Outcome): Outcome
  /** Code here has cancelled it. */
  cancelled(reason: unknown, future: Future<unknown>): void
}

/** Looks after the Futures of a thread. */
export interface FutureKeeper {
  /** The time that limits a wait for them. */
  readonly clock: Clock
  /** `future` failed and nobody has asked for it yet (S16). */
  failedUnasked(future: Future<unknown>): void
  /** An answer came for a Future that had been given up here (S13). */
  late(): void
}

/** Looks after those, too, that code of the thread makes by hand and passes to nobody. */
export interface FutureHome extends FutureKeeper {
  /** The code that runs here is about to wait for such a one. */
  askedOwn(future: Future<unknown>): Wait | undefined
}

// What the rest of tsworks may do with a Future and users may not: assigned in the class's static block, where #fields are in reach.

/** Whether `value` is a Future; looks at no property of it. */
export let isFuture: (value: unknown) => value is Future<unknown>
/** What a Future is tied to. */
export let tieOf: (future: Future<unknown>) => FutureTie | undefined
/** The time of whoever looks after it; undefined where it is tied to nothing yet. */
export let clockOf: (future: Future<unknown>) => Clock | undefined
/** Ties a Future to a call, or to its twin in another thread. */
export let tieFuture: (future: Future<unknown>, tie: FutureTie, keeper: FutureKeeper) => void
/** Settles a Future from within tsworks; false if it was settled already. Never throws; counts an answer that comes late (S13). */
export let settleFuture: (future: Future<unknown>, outcome: Outcome) => boolean
/** Fails a Future that is not waited for any longer; what still comes for it is late (S13). */
export let giveUpFuture: (future: Future<unknown>, error: unknown) => void
/**
 * Calls `listener`, which never throws, when the Future is settled, at once if it is. No wait (S18), but whoever listens answers for a
 * failure from then on (S16).
 */
export let whenSettled: (future: Future<unknown>, listener: Listener) => void
/** The same for one who only takes note: who asks for it answers for a failure. */
export let noteSettled: (future: Future<unknown>, listener: Listener) => void
/** Puts a copy in the place of what a Future was settled with. */
export let replaceOutcome: (future: Future<unknown>, copy: Outcome) => void
/** Whoever calls this answers for a failure of the Future from then on: nobody need ask for it (S16). */
export let answerFor: (future: Future<unknown>) => void
/** Whether it failed because it was not waited for any longer, so that what still comes for it is late. */
export let wasGivenUp: (future: Future<unknown>) => boolean
/** Whether anybody has asked for the value, or answers for it. */
export let wasAsked: (future: Future<unknown>) => boolean
/** How a Future has ended; undefined while it has not. */
export let outcomeOf: (future: Future<unknown>) => Outcome | undefined

const PENDING = 0
const FULFILLED = 1
const FAILED = 2

type Listener = (outcome: Outcome) => void
type Resolve = (value: unknown) => void

/**
 * What a call gives. `new Future<T>()` makes one by hand: pass it to another object, which answers it with `set` whenever it likes.
 *
 * @example
 * const answer = new Future<number>()
 * tell(worker).startLongWork(answer)
 * console.log(await answer)
 */
export class Future<T> implements Promise<T> {
  #state: typeof PENDING | typeof FULFILLED | typeof FAILED = PENDING
  #value: unknown
  #asked = false
  #givenUp = false
  #tie: FutureTie | undefined
  #keeper: FutureKeeper | undefined
  /** What resolves the promise that each waiter has got: mostly there is one. */
  #waiters: Resolve | Resolve[] | undefined
  #listeners: Set<Listener> | undefined

  /** Whether it has its value or its error; never waits. */
  get isReady(): boolean {
    return this.#state !== PENDING
  }

  /**
   * Waits without blocking. Runs `onFulfilled` or `onRejected` in this thread, in a microtask.
   *
   * The error of a failed call is thrown in the microtask that resumes the waiter, so V8 adds the waiter's own stack (S17).
   */
  // oxlint-disable-next-line unicorn/no-thenable -- a Future is a thenable by design
  then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#wait().then(onFulfilled, onRejected)
  }

  /** As Promise's: runs `onRejected` if it fails. */
  catch<B = never>(onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.#wait().catch(onRejected)
  }

  /** As Promise's: runs `onFinally` when it is settled. */
  finally(onFinally?: (() => void) | null): Promise<T> {
    return this.#wait().finally(onFinally)
  }

  /**
   * Blocks this thread until the value is there, and returns it.
   *
   * @param ms how long to wait, in ms; without it, for ever; 0 only looks
   * @throws the error of a failed call; FutureShock when time runs out (the Future may be asked again); CannotBlockHere in a thread
   *   that others share; AbortError when the call that blocks is cancelled
   */
  get(ms?: number): T {
    if (ms !== undefined) checkedMs(ms, 'future.get(ms)')
    this.#asked = true
    if (this.#state === PENDING) {
      if (ms === 0) throw new FutureShock(`no value: ${this.#what()} has not been answered yet`)
      this.#block(ms)
      if (this.#state === PENDING)
        throw new FutureShock(`timeout: ${this.#what()} was not answered within ${shownMs(ms ?? Infinity)}`)
    }
    return this.#take()
  }

  /**
   * A Future of the same value that fails with FutureShock after `ms`; this one goes on and may be asked again.
   *
   * @example
   * const answer = new Future<number>()
   * setTimeout(() => answer.set(42), 1)
   * console.log(await answer.within(5_000)) // => 42
   */
  within(ms: number): Future<T> {
    checkedMs(ms, 'future.within(ms)')
    const limited = new Future<T>()
    const wait = this.#ask()
    if (this.#state !== PENDING) limited.#settle(this.#outcome())
    else limited.#follow(this, { ms, wait })
    return limited
  }

  /**
   * Gives up: the Future fails with AbortError at once. A call that has not begun never runs; in one that runs, `this.signal` aborts
   * (S14). Harmless when it is settled already.
   */
  cancel(reason?: unknown): void {
    if (this.#state !== PENDING) return
    this.#givenUp = true
    // Whoever cancels knows of the failure.
    this.#asked = true
    this.#settle({
      ok: false,
      error: new AbortError(`${this.#what()} was cancelled`, {
        executed: 'maybe',
        ...(reason === undefined ? {} : { cause: reason }),
      }),
    })
    this.#tie?.cancelled(reason, this)
  }

  /**
   * Gives a Future made by hand its value; where others have it, too, a copy, as in a message. Works in whatever thread it was passed to.
   *
   * @throws FutureSettled if it is settled, and this thread knows that: a thread other than the one that made the Future knows it only
   *   of what was set here, or asked for here; what else it sets a second time is counted, and logged once in the thread that made it
   */
  set(value: T): void {
    this.#answer('set', { ok: true, value })
  }

  /** Gives a Future made by hand its error; a second time as for `set`. */
  fail(error: unknown): void {
    this.#answer('fail', { ok: false, error })
  }

  get [Symbol.toStringTag](): string {
    return 'Future'
  }

  /** PyWorks' transparent Future: in arithmetic or as text it blocks until its value is there, as `get()` does. */
  [Symbol.toPrimitive](hint: 'number' | 'string' | 'default'): unknown {
    const value: unknown = this.#converted(hint)
    if (hint === 'string') return String(value)
    return typeof value === 'object' && value !== null ? (hint === 'number' ? Number(value) : String(value)) : value
  }

  /** The value, for a conversion that nobody wrote: where it may not block, most likely an `await` was forgotten. */
  #converted(hint: 'number' | 'string' | 'default'): T {
    try {
      return this.get()
    } catch (error) {
      // One that has failed with such an error has that for its value.
      if (this.#state !== PENDING || !(error instanceof CannotBlockHere)) throw error
      const use = { number: 'a number', string: 'text', default: 'a number or text' }[hint]
      throw new CannotBlockHere(
        `a Future (${this.#what()}) was used as ${use} before it had its value: await it; used so it blocks, as get() does, and ` +
          error.message,
      )
    }
  }

  #what(): string {
    return this.#tie?.what ?? 'a Future made by hand'
  }

  #ask(): Wait | undefined {
    this.#asked = true
    if (this.#tie !== undefined) return this.#tie.asked(this)
    return this.#state === PENDING ? ambientKeeper()?.askedOwn(this) : undefined
  }

  #wait(): Promise<T> {
    this.#ask()
    if (this.#state === FULFILLED) return Promise.resolve(this.#value as T)
    if (this.#state === FAILED) return rejection(this.#value)
    return new Promise<unknown>((resolve) => {
      if (this.#waiters === undefined) this.#waiters = resolve
      else if (typeof this.#waiters === 'function') this.#waiters = [this.#waiters, resolve]
      else this.#waiters.push(resolve)
    }) as Promise<T>
  }

  #resume(resolve: Resolve): void {
    resolve(this.#state === FULFILLED ? this.#value : rejection(this.#value))
  }

  #take(): T {
    if (this.#state === FULFILLED) return this.#value as T
    throw withStackOfWaiter(this.#value)
  }

  #block(ms: number | undefined): void {
    if (this.#tie === undefined)
      throw new CannotBlockHere(
        'future.get(): this Future was made by hand and no object in another thread holds it, so nobody could answer it while ' +
          'this thread is blocked; pass it to an object first, or await it',
      )
    const wait = this.#ask()
    try {
      // Being asked may have settled it (S27).
      if (this.#state === PENDING) this.#tie.block(this, ms)
    } finally {
      wait?.release()
    }
  }

  /** Settles as `original` does, or with FutureShock after `ms`. */
  #follow(original: Future<T>, { ms, wait }: { readonly ms: number; readonly wait: Wait | undefined }): void {
    const { clock } = original.#keeperHere() ?? noTime()
    const due = clock.now() + ms
    const what = original.#what()
    const stop = (): void => {
      timer.cancel()
      original.#listeners?.delete(listener)
      wait?.release()
    }
    const listener = (outcome: Outcome): void => {
      stop()
      this.#settle(outcome)
    }
    const shock = (): void =>
      listener({ ok: false, error: new FutureShock(`timeout: ${what} was not answered within ${shownMs(ms)}`) })
    const timer = clock.after(ms, shock)
    original.#listen(listener)
    this.#tie = {
      what,
      settable: false,
      asked: () => undefined,
      block: (_, limit) => {
        original.#block(Math.min(limit ?? ms, Math.max(0, due - clock.now())))
        // No timer fires in a thread that is blocked.
        if (this.#state === PENDING && clock.now() >= due) shock()
      },
      cancelled: stop,
    }
  }

  #answer(call: 'set' | 'fail', outcome: Outcome): void {
    if (this.#tie?.settable === false)
      throw new TsworksError(
        `future.${call}(): this is the Future of ${this.#tie.what}, which alone answers it; make one by hand with new Future() to ` +
          'answer it yourself',
        { code: 'NOT_YOURS' },
      )
    if (this.#givenUp) return this.#keeperHere()?.late()
    // Not twice either where the value that is copied sets it in its turn, by a getter.
    if (this.#state === PENDING && this.#settle(this.#tie?.settledHere?.(outcome) ?? outcome)) return
    throw new FutureSettled(call, this.#state === FULFILLED ? 'a value' : 'an error')
  }

  /** Who looks after it: one that is tied to nothing is looked after by this thread. */
  #keeperHere(): FutureKeeper | undefined {
    return this.#keeper ?? ambientKeeper()
  }

  #outcome(): Outcome {
    return this.#state === FULFILLED ? { ok: true, value: this.#value } : { ok: false, error: this.#value }
  }

  #listen(listener: Listener): void {
    if (this.#state === PENDING) (this.#listeners ??= new Set()).add(listener)
    else listener(this.#outcome())
  }

  /** The one place where a Future is settled; false if it was already. */
  #settle(outcome: Outcome): boolean {
    if (this.#state !== PENDING) return false
    this.#put(outcome)
    const waiters = this.#waiters
    this.#waiters = undefined
    if (typeof waiters === 'function') this.#resume(waiters)
    else if (waiters !== undefined) for (const waiter of waiters) this.#resume(waiter)
    const listeners = this.#listeners
    this.#listeners = undefined
    for (const listener of listeners ?? []) listener(outcome)
    if (!outcome.ok && !this.#asked) this.#keeperHere()?.failedUnasked(this)
    return true
  }

  #put(outcome: Outcome): void {
    this.#state = outcome.ok ? FULFILLED : FAILED
    this.#value = outcome.ok ? outcome.value : outcome.error
  }

  static {
    // As a text, since a bundler may rename a class that names itself: Future as _Future.
    Object.defineProperty(this, 'name', { value: 'Future', configurable: true })
    isFuture = (value): value is Future<unknown> => typeof value === 'object' && value !== null && #state in value
    tieOf = (future) => future.#tie
    clockOf = (future) => future.#keeper?.clock
    tieFuture = (future, tie, keeper) => {
      future.#tie = tie
      future.#keeper = keeper
    }
    settleFuture = (future, outcome) => {
      const first = future.#settle(outcome)
      if (!first && future.#givenUp) future.#keeperHere()?.late()
      return first
    }
    giveUpFuture = (future, error) => {
      if (future.#state !== PENDING) return
      future.#givenUp = true
      future.#settle({ ok: false, error })
    }
    whenSettled = (future, listener) => {
      future.#asked = true
      future.#listen(listener)
    }
    noteSettled = (future, listener) => future.#listen(listener)
    replaceOutcome = (future, outcome) => future.#put(outcome)
    answerFor = (future) => void (future.#asked = true)
    wasGivenUp = (future) => future.#givenUp
    wasAsked = (future) => future.#asked
    outcomeOf = (future) => (future.#state === PENDING ? undefined : future.#outcome())
    // For the compiler only the Futures of streams have it (remote-type.ts).
    Reflect.defineProperty(this.prototype, Symbol.asyncIterator, {
      value(this: Future<unknown>): AsyncIterator<unknown> {
        return iterate(this, this.#what())
      },
    })
    // What console.log shows: looking is not asking.
    Reflect.defineProperty(this.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Future<unknown>): string {
        return `Future(${this.#what()}: ${['pending', 'fulfilled', 'failed'][this.#state]})`
      },
    })
  }
}

function noTime(): never {
  throw new Error(
    'future.within(ms): there is no clock for this Future, which belongs to no system that runs in this thread; start one first',
  )
}

/**
 * A promise of a waiter's own that rejects in the microtask that resumes the waiter: there V8 knows the waiter's stack, if the promise has been
 * given to it by then. So it rejects one microtask later than it could.
 */
function rejection(error: unknown): Promise<never> {
  // Has a name so that it can be told from the waiter's own frames.
  const resumeWaiter = (): never => {
    throw withStackOfWaiter(error)
  }
  // oxlint-disable-next-line promise/no-promise-in-callback -- nothing is called back here
  return Promise.resolve().then(nothing).then(resumeWaiter)
}

const nothing = (): void => {}

const JOINT = '\n    -- awaited at --\n'

/**
 * Adds the stack of the code that waits to an error that came from elsewhere, once.
 *
 * V8 knows it for nothing while the waiter is being resumed (its asynchronous stack); a capture at each call would cost more than
 * the call.
 */
function withStackOfWaiter(error: unknown): unknown {
  if (!(error instanceof Error) || typeof error.stack !== 'string' || error.stack.includes(JOINT)) return error
  if (!Object.isExtensible(error)) return error
  const here = String(new Error('here').stack)
  const frames = here
    .split('\n')
    .filter((line) => line.startsWith('    at ') && !/(withStackOfWaiter|#take|resumeWaiter)\b/.test(line))
  // Not by assignment, which throws where an error class keeps its stack to itself.
  if (frames.length > 0) Reflect.set(error, 'stack', error.stack + JOINT + frames.join('\n'))
  return error
}
