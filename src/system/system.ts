/**
 * System: a running program, as its main thread sees it.
 *
 *   starting ─▶ running ─▶ stopping ─▶ stopped
 */

import process from 'node:process'
import { setImmediate } from 'node:timers'
import { Actor } from '../core/actor.ts'
import { checkObserved, checkSpawn, nameOfWhat } from '../core/arguments.ts'
import { Cell } from '../core/cell.ts'
import { ActorDead, BadDefinition, StartError, TsworksError } from '../core/errors.ts'
import type { Future } from '../core/future.ts'
import type { LogLevel } from '../core/logger.ts'
import type { MailboxPolicy } from '../core/mailbox.ts'
import type { SpawnOptions } from '../core/object-context.ts'
import type { DefinitionOf, IndexOf } from '../core/remote-type.ts'
import { checkedTarget, targetOf } from '../core/remote.ts'
import { describe } from '../core/traits.ts'
import { listed } from '../core/listed.ts'
import { namedTargetOf } from '../threads/directory.ts'
import { errorFromBytes } from '../threads/error-bytes.ts'
import type { News } from '../threads/kernel-line.ts'
import { shownSuspects } from '../threads/guard.ts'
import { catchStrayErrors } from '../threads/stray-errors.ts'
import type { Held, Holder, ProgramPlan, Snapshot, StopReport } from '../wire/kernel-protocol.ts'
import { DeadLetterStreams, type DeadLetterOptions, type DeadLetterStream } from './dead-letter-streams.ts'
import type { Member } from './member.ts'
import { checkLogLevel } from './settings.ts'
import type { EventsIn, FamilyKeyIn, HandlersOf, MemberIn, NameIn, RemoteIn, SpawnedIn } from './system-names.ts'

/** A thread that does not return to its event loop. */
export interface ThreadHeld {
  readonly place: number
  /** What the thread is called after. */
  readonly thread: string
  /** For how long, in ms. */
  readonly heldMs: number
  /**
   * Whose code holds it, with the handler in hand: one object if that is known; several if it is one of them, or none, where the code runs after
   * an await or in a callback of a thread that objects share.
   */
  readonly by: readonly Holder[]
}

/** What happens in a system. */
export interface SystemEvents {
  /** An object has ended: asked, by itself, or with its thread. */
  readonly ended: { readonly name: string; readonly pid: number; readonly reason: string }
  /** An object has crashed, and its next incarnation has started. */
  readonly restarted: {
    readonly name: string
    readonly pid: number
    readonly incarnation: number
    readonly reason: string
  }
  /** No restart has helped: the system stops. */
  readonly escalated: { readonly reason: string }
  /** A thread has ended that nobody told to, and all others know it: the report of a crash. */
  readonly threadDied: ThreadReport
  /** Code of an object has held its thread for half a second (`watchdog` in the settings); the thread's event loop stands still. */
  readonly busy: ThreadHeld
  /** … for five seconds, or on the main thread for longer than its `maxHandlerTime`. */
  readonly stuck: ThreadHeld & {
    /** Where its JavaScript stands, line by line as in an error, or why that is not known. */
    readonly stack: string
  }
  /** A thread that was busy or stuck is free again; `heldMs` is how long it was held. */
  readonly freed: Pick<ThreadHeld, 'place' | 'thread' | 'heldMs'>
  /** A thread that was told to end has not within a second, since it stands in native code: it may begin and answer nothing more. */
  readonly givenUp: { readonly place: number; readonly thread: string; readonly reason: string }
  /** The system has stopped. */
  readonly stopped: StopReport
}

/** What died, why, what it was doing, and what became of what it was asked (S33); `restarted` events tell of those that are back. */
export interface ThreadReport {
  readonly place: number
  /** What the thread is called after. */
  readonly thread: string
  readonly reason: string
  /** What was thrown, if something was. */
  readonly error: unknown
  /** The handler that held the thread, for so many ms; `name` is that of its object. */
  readonly inHand: { readonly name: string | undefined; readonly method: string; readonly ageMs: number } | undefined
  /** The names of its objects that are restarted, in the order of their start. */
  readonly restarting: readonly string[]
  /** Those that are not: temporary ones, children of others that died with it. */
  readonly ended: readonly string[]
  /** Calls from other threads that have failed, by `executed`, and the messages that will never be handled, such calls with 'no' among them; undefined
   * where another thread was too busy to say so within a second. */
  readonly lost: { readonly maybe: number; readonly no: number; readonly messages: number } | undefined
}

/** All events; one that is missing here does not compile. */
const EVENTS = Object.keys({
  ended: true,
  restarted: true,
  threadDied: true,
  escalated: true,
  busy: true,
  stuck: true,
  freed: true,
  givenUp: true,
  stopped: true,
} satisfies Record<keyof SystemEvents, true>)

/** @internal */
export interface SystemOptions {
  readonly member: Member
  /** The kernel, as the main thread sees it: when it has ended, and when it has failed. */
  readonly kernel: { readonly gone: Promise<void>; readonly onFailed: (told: (error: unknown) => void) => void }
  readonly signals: boolean
  /** Of those who observe from outside. */
  readonly mailbox: MailboxPolicy
  /** What the process says when it ends, unless it says so already that not all is well. */
  readonly setExitCode: (code: number) => void
}

type Life =
  | { readonly kind: 'starting' | 'running' }
  | { readonly kind: 'stopping' | 'stopped'; readonly report: Promise<StopReport> }

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** A running program; `T` are the definitions that it was started with, whose names it knows. */
export class System<T = unknown> implements AsyncDisposable {
  readonly #member: Member
  readonly #kernelGone: Promise<void>
  readonly #listeners = new Map<keyof SystemEvents, Set<(event: never) => void>>()
  readonly #done = Promise.withResolvers<StopReport>()
  readonly #handlesSignals: boolean
  /** Lets go of the errors of this system's objects in the main thread. */
  readonly #releaseStrays: () => void
  readonly #mailbox: MailboxPolicy
  readonly #deadLetters = new DeadLetterStreams(async (on) => {
    await this.#ask((request) => ({ kind: 'hearDeadLetters', request, on }))
  })
  readonly #setExitCode: (code: number) => void
  #life: Life = { kind: 'starting' }
  #stopReason: string | undefined
  /** Why it could not go on. */
  #failure: TsworksError | undefined

  /** @internal */
  constructor({ member, kernel, signals, mailbox, setExitCode }: SystemOptions) {
    this.#member = member
    this.#mailbox = mailbox
    this.#handlesSignals = signals
    this.#releaseStrays = catchStrayErrors()
    this.#setExitCode = setExitCode
    this.#kernelGone = kernel.gone
    // Whoever waits for the end asks for `done`; nobody need.
    this.#done.promise.catch(() => {})
    kernel.onFailed((error) => this.#kernelFailed(error))
  }

  /** Settles when the system has stopped; rejects if it had to give up: what crashed was restarted too often. */
  get done(): Promise<StopReport> {
    return this.#done.promise
  }

  /** Whether it has not stopped yet. */
  get isRunning(): boolean {
    return this.#life.kind !== 'stopped'
  }

  /** The Remote of an object; there is one for each, so `===` works. */
  actor<W extends NameIn<T> | DefinitionOf<unknown>>(what: W, ...index: IndexOf<W>): RemoteIn<T, W> {
    return this.#member.host.remote(nameOfWhat('system.actor(what)', what, index[0])) as RemoteIn<T, W>
  }

  /**
   * The Remotes of a family, by index, those that have ended included.
   *
   * @throws BadDefinition for a key that no definition with `count` has
   */
  actors<W extends FamilyKeyIn<T> | DefinitionOf<unknown, true>>(what: W): MemberIn<T, W>[] {
    const call = 'system.actors(key)'
    return this.#member.host.family(nameOfWhat(call, what), call) as MemberIn<T, W>[]
  }

  /** Makes an object that lives until it is stopped, or the system is. */
  spawn<W extends NameIn<T> | FamilyKeyIn<T> | DefinitionOf<unknown>>(
    what: W,
    options: SpawnOptions = {},
  ): SpawnedIn<T, W> {
    checkSpawn('system.spawn(key, options)', what, options)
    return this.#member.host.spawn(undefined, what, options) as SpawnedIn<T, W>
  }

  /**
   * Observes an object from the main program: each output method that `handlers` has is called in the main thread's event loop.
   *
   * @returns settles when the other has it, with a function that ends it; rejects when there is no such object, or for a missing output
   *   method that the other's class lists in `static events`; without that list the log warns of it when it is first notified (S22)
   */
  async observe<W extends NameIn<T> | object>(observed: W, handlers: HandlersOf<EventsIn<T, W>>): Promise<() => void> {
    checkObserved('system.observe(observed, handlers)', observed, (value) => targetOf(value) !== undefined)
    const own = handlers as Readonly<Record<string, unknown>>
    const listener = class extends Actor {}
    for (const [name, handler] of Object.entries(own)) {
      if (typeof handler !== 'function')
        throw new BadDefinition(
          `system.observe: expected handlers as { name(…) { … } }, found ${name}: ${describe(handler)}`,
        )
      Object.defineProperty(listener.prototype, name, {
        value: (...args: unknown[]): unknown => handler.apply(handlers, args) as unknown,
      })
    }
    const { host } = this.#member
    const { cell } = host.outsiders.make(listener, { name: 'system.observe', mailbox: this.#mailbox, Kind: Cell })
    try {
      await host.observe(cell, observed, true)
    } catch (error) {
      await cell.end('it could not observe', { drain: false })
      throw error
    }
    return () => void cell.end('it observes no longer', { drain: false })
  }

  /** Resolves with the reason when an object dies; at once if it is dead. */
  watch(remote: object): Promise<string> {
    const target = namedTargetOf(remote, 'system.watch(remote)')
    return new Promise((resolve) => this.#member.host.userWatches.watchOutside(target, resolve))
  }

  /** Ends one object, whoever its parent is: after the message in hand. */
  stopObject(remote: object): Future<void> {
    checkedTarget(remote, 'system.stopObject(remote)')
    return this.#member.host.children.ends.stopObject(namedTargetOf(remote, 'system.stopObject(remote)'), {
      by: 0,
      reason: 'the program stopped it',
    })
  }

  /**
   * Ends the thread that an object lives in, wherever it stands, as if it had died by itself: for what hangs, and for tests of what follows a
   * death. All objects of that thread are restarted as their supervisors decide (S33).
   *
   * @param reason what the log, the watchers and the errors of open calls say
   * @returns settles when the thread has ended; while it stands in native code it cannot
   * @throws BadDefinition for an object of the main thread
   *
   * @example
   * await system.killThread(system.actor('worker'), 'it hangs')
   */
  killThread(remote: object, reason = 'the program killed it'): Future<void> {
    const call = 'system.killThread(remote)'
    checkedTarget(remote, call)
    return this.#member.host.children.ends.killThread(namedTargetOf(remote, call), reason)
  }

  /** All objects and threads, as they are now; a thread that does not answer is read from shared memory (S41). */
  async snapshot(): Promise<Snapshot> {
    return (await this.#ask((request) => ({ kind: 'snapshot', request }))) as Snapshot
  }

  /**
   * A stream of the messages that are not handled from now on, in any thread, and why. Each call opens one of its own, which is closed by
   * leaving the loop; what it has no room for is in its `missed`. What nobody listens to is only counted (`snapshot()`).
   *
   * @throws BadDefinition for a capacity that is no number of letters
   * @example
   * for await (const { to, method, reason } of system.deadLetters()) console.warn(`${to?.name}.${method}: ${reason}`)
   */
  deadLetters(options: DeadLetterOptions = {}): DeadLetterStream {
    return this.#deadLetters.open(options)
  }

  /** Changes the level of the log in all threads, those that are made later included. */
  setLogLevel(level: LogLevel): void {
    checkLogLevel(level, 'system.setLogLevel(level)')
    this.#member.log.level = level
    this.#member.line.tell({ kind: 'setLogLevel', level })
  }

  /** Calls `listener` for each event of a kind; returns what ends that. */
  on<K extends keyof SystemEvents>(event: K, listener: (event: SystemEvents[K]) => void): () => void {
    checkEvent(event, listener)
    let listeners = this.#listeners.get(event)
    if (listeners === undefined) this.#listeners.set(event, (listeners = new Set()))
    listeners.add(listener)
    if (event === 'ended') this.#member.host.parts.system.endsAreHeard = true
    return () => void listeners.delete(listener)
  }

  /**
   * Stops all, from the highest level down: each object handles what had arrived, its `onStop` is awaited, its thread ends (S30).
   * Idempotent.
   */
  stop(reason = 'the system is stopping'): Promise<StopReport> {
    if (this.#life.kind === 'stopping' || this.#life.kind === 'stopped') return this.#life.report
    const report = this.#stop(reason)
    this.#life = { kind: 'stopping', report }
    return report
  }

  /** Stops it at the end of a block: `await using system = await start(…)`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  // ── For start() ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Has the kernel start everything; when that fails, everything is gone when it rejects.
   *
   * @internal
   */
  async begin(program: ProgramPlan): Promise<void> {
    if (this.#handlesSignals) for (const signal of SIGNALS) process.on(signal, this.#onSignal)
    try {
      await this.#ask((request) => ({ kind: 'begin', request, program }))
    } catch (error) {
      if (this.#life.kind !== 'starting') throw await this.#stoppedWhileStarting(error)
      await this.stop('the system could not start')
      throw error
    }
    if (this.#life.kind !== 'starting') throw await this.#stoppedWhileStarting(undefined)
    this.#life = { kind: 'running' }
  }

  async #stoppedWhileStarting(cause: unknown): Promise<StartError> {
    await this.stop()
    const phase = cause instanceof StartError ? cause.phase : 'onStart'
    return new StartError(`the system was stopped while it started: ${this.#stopReason}`, { phase, cause })
  }

  /**
   * News of the kernel, for those who listen to events.
   *
   * @internal
   */
  news(news: News): void {
    if (news.kind === 'objectEnded') this.#emit('ended', { name: news.name, pid: news.pid, reason: news.reason })
    else if (news.kind === 'objectRestarted') this.#restarted(news)
    else if (news.kind === 'escalated') this.#escalated(news.reason)
    else if (news.kind === 'threadFailed') this.#threadFailed(news)
    else if (news.kind === 'held') this.#held(news)
    else if (news.kind === 'threadGivenUp') this.#gaveUp(news)
    else if (news.kind === 'crowded') this.#crowded(news)
    else if (news.kind === 'deadLetters') {
      this.#deadLetters.put(news.letters, news.missed)
      this.#member.line.tell({ kind: 'deadLettersTaken', place: news.place })
    }
  }

  #crowded({ name, waiting, doing }: Extract<News, { readonly kind: 'crowded' }>): void {
    this.#member.log.own.warn(
      { name, waiting },
      `${waiting} messages wait for ${name}, which takes them more slowly than they come: ${doing}; the next warning comes at ${2 * waiting}`,
    )
  }

  #held({ place, label, status, heldMs, by, stack = '' }: Held): void {
    const { own } = this.#member.log
    const thread = { place, thread: label, heldMs }
    const seconds = `${(heldMs / 1_000).toFixed(1)} s`
    const what = `${shownSuspects(by)} has held ${label === 'main' ? 'the main thread' : `the thread of ${label}`} for ${seconds}`
    if (status === 'free') {
      own.info(thread, `the thread of ${label} is free again, after about ${seconds}`)
      return this.#emit('freed', thread)
    }
    if (status === 'stuck') {
      own.warn({ ...thread, by }, `${what} without a return to its event loop:\n${stack}`)
      return this.#emit('stuck', { ...thread, by, stack })
    }
    // Not a warning: long work is what a thread of one's own is for, and on a busy machine half a second is soon over.
    own.info({ ...thread, by }, what)
    this.#emit('busy', { ...thread, by })
  }

  #gaveUp({ place, label, reason }: Extract<News, { readonly kind: 'threadGivenUp' }>): void {
    this.#member.log.own.error({ place }, `the thread of ${label} was given up: ${reason}`)
    this.#emit('givenUp', { place, thread: label, reason })
  }

  #restarted({ name, pid, incarnation, reason }: Extract<News, { readonly kind: 'objectRestarted' }>): void {
    this.#member.log.own.warn({ name, pid, incarnation }, `${name} was restarted: ${reason}`)
    this.#emit('restarted', { name, pid, incarnation, reason })
  }

  #threadFailed(news: Extract<News, { readonly kind: 'threadFailed' }>): void {
    const { place, label, reason, inHand, restarting, ended, loss } = news
    const report: ThreadReport = {
      place,
      thread: label,
      reason,
      error: errorFromBytes(news.error),
      inHand,
      restarting,
      ended,
      lost: loss,
    }
    this.#member.log.own.error(
      { err: report.error, place, inHand, restarting, ended, lost: loss },
      `the thread of ${label} has died: ${reason}${restarting.length === 0 ? '' : `; to be restarted: ${listed(restarting)}`}`,
    )
    this.#emit('threadDied', report)
  }

  /** The kernel stops all by itself; here it is seen to that nobody takes it for a clean end (S34). */
  #escalated(reason: string): void {
    this.#failure = new TsworksError(`the system stops, since ${reason}`, { code: 'BUDGET_SPENT' })
    // The library ends no process; but one that ends by itself shall not say that all is well.
    this.#setExitCode(1)
    this.#member.log.own.fatal({ err: this.#failure }, this.#failure.message)
    this.#emit('escalated', { reason })
    this.stop(reason).catch((error: unknown) => this.#member.log.own.error({ err: error }, 'the system could not stop'))
  }

  async #ask(message: Parameters<Member['line']['ask']>[0]): Promise<unknown> {
    if (this.#life.kind === 'stopped') throw new ActorDead('the system', 'it has stopped', { executed: 'no' })
    return this.#member.line.ask(message)
  }

  async #stop(reason: string): Promise<StopReport> {
    this.#stopReason = reason
    const { line, log, host } = this.#member
    // Those of other threads come when these leave.
    host.letters.flush()
    const report = (await line.ask((request) => ({ kind: 'shutDown', request, reason }))) as StopReport
    // The kernel cannot end before a thread that cannot.
    if (report.givenUp.length === 0) await this.#kernelGone
    const { late, forced, givenUp } = report
    if (late.length + forced.length + givenUp.length > 0)
      log.own.warn({ late, forced, givenUp }, 'the system has stopped, but not all ended by themselves')
    this.#closed(report)
    return report
  }

  #closed(report: StopReport, cause?: TsworksError): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal)
    this.#releaseStrays()
    const gone = cause ?? new ActorDead('the system', 'it has stopped', { executed: 'maybe' })
    this.#member.loop.end()
    this.#member.uninstall()
    // Not those that fail by the stop itself; and a turn later, for which the process lives on, so that whoever has waited for the stop
    // may still ask.
    setImmediate(this.#member.host.flush())
    this.#member.host.close((name, what) =>
      what === undefined
        ? new ActorDead(name, 'the system has stopped', { executed: 'no' })
        : new ActorDead(name, `the system has stopped, with ${what} in hand`, { executed: 'maybe' }),
    )
    this.#member.line.close(gone)
    this.#life = { kind: 'stopped', report: Promise.resolve(report) }
    // What main itself has dropped last can no longer be told of.
    this.#deadLetters.put([], this.#member.host.letters.unsent)
    this.#deadLetters.endAll()
    this.#emit('stopped', report)
    if (this.#failure === undefined) this.#done.resolve(report)
    else this.#done.reject(this.#failure)
  }

  /** A fault of tsworks itself: nothing goes on without the kernel. */
  #kernelFailed(error: unknown): void {
    const failure = new TsworksError(
      `the kernel thread of tsworks has failed: ${error instanceof Error ? error.message : String(error)}`,
      {
        code: 'KERNEL_FAILED',
        cause: error,
      },
    )
    // Whoever waits for the start is told by its error.
    if (this.#life.kind === 'starting') this.#stopReason = failure.message
    else this.#member.log.own.fatal({ err: failure }, failure.message)
    this.#done.reject(failure)
    this.#closed({ late: [], forced: ['kernel'], givenUp: [] }, failure)
  }

  #emit<K extends keyof SystemEvents>(event: K, payload: SystemEvents[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) (listener as (event: SystemEvents[K]) => void)(payload)
  }

  /** The first signal stops the system; the second one ends the process at once, as if nobody had listened. */
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    if (this.#life.kind === 'stopping') {
      for (const each of SIGNALS) process.off(each, this.#onSignal)
      process.kill(process.pid, signal)
    } else
      this.stop(`the process got ${signal}`).catch((error: unknown) =>
        this.#member.log.own.error({ err: error }, 'the system could not stop'),
      )
  }
}

/** What `on` takes; at run time too, since a listener of a misspelt event would wait for ever. */
function checkEvent(event: unknown, listener: unknown): void {
  const call = `system.on(${describe(event)}, listener)`
  if (typeof event !== 'string' || !EVENTS.some((known) => known === event))
    throw new BadDefinition(`${call}: expected one of the events ${EVENTS.join(', ')}, found ${describe(event)}`)
  if (typeof listener !== 'function')
    throw new BadDefinition(`${call}: expected a function, found ${describe(listener)}`)
}
