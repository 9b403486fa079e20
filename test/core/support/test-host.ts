/**
 * A host in one thread, without threads: objects, Remotes and observers within it, virtual time, and everything it is told is kept for
 * a test to look at. Nothing runs by itself: a test calls `settle()` and `advance(ms)`.
 *
 * Arguments are handed on as they are: that they are copies (S5) is the wire's affair.
 */

import { AsyncLocalStorage } from 'node:async_hooks'
import { OUTSIDE } from '../../../src/core/address.ts'
import { installAmbient } from '../../../src/core/ambient.ts'
import type { Handler } from '../../../src/core/behaviour.ts'
import { Cell } from '../../../src/core/cell.ts'
import type { FailurePolicy } from '../../../src/core/failure.ts'
import { Dispatcher } from '../../../src/core/dispatcher.ts'
import { NO_DISPLAY, type Display } from '../../../src/core/display.ts'
import { AbortError, CannotBlockHere, FutureShock, NoSuchActor, type TsworksError } from '../../../src/core/errors.ts'
import { Future, giveUpFuture, settleFuture, tieFuture, wasAsked, type Outcome } from '../../../src/core/future.ts'
import type { DropReason, Host } from '../../../src/core/host.ts'
import type { Identity } from '../../../src/core/identity.ts'
import type { Logger } from '../../../src/core/logger.ts'
import type { Room } from '../../../src/core/mailbox.ts'
import { NO_CONTEXT, type Message, type MessageContext, type Replier } from '../../../src/core/message.ts'
import type { Named, SpawnOptions } from '../../../src/core/object-context.ts'
import type { ClassOf, RemoteOf, RowOf } from '../../../src/core/remote-type.ts'
import { makeRemote, targetOf, type Manner } from '../../../src/core/remote.ts'
import type { Scope } from '../../../src/core/scope.ts'
import type { AnyClass } from '../../../src/core/traits.ts'
import type { Turn } from '../../../src/core/turn.ts'
import { RecordingLog } from './recording-log.ts'
import { VirtualClock } from './virtual-clock.ts'

export interface MakeOptions {
  readonly args?: readonly unknown[]
  readonly failure?: FailurePolicy
  readonly index?: number
  readonly config?: unknown
  readonly room?: Room
}

/** An object, from inside and from outside. */
export interface Started<C> {
  readonly cell: Cell
  readonly object: C extends ClassOf<infer A> ? A : never
  readonly remote: RemoteOf<RowOf<C>>
}

const storage = new AsyncLocalStorage<Scope>()
/** Far more than any test needs before it is idle. */
const MOST_ROUNDS = 10_000

/** Hears how a call is answered. */
export function replier(hear: (outcome: Outcome) => void): Replier {
  return {
    answer: (outcome) => {
      hear(outcome)
      return undefined
    },
  }
}

export class TestHost implements Host {
  readonly trace = undefined
  readonly clock = new VirtualClock()
  readonly log = new RecordingLog()
  readonly drops: { readonly name: string; readonly method: string; readonly reason: DropReason }[] = []
  readonly deaths: { readonly name: string; readonly reason: string }[] = []
  readonly halts: { readonly name: string; readonly reason: string; readonly isCrash: boolean }[] = []
  /** Whether one that crashes stays halted, for `succeed()`; else it ends. */
  supervised = false
  /** What objects had in hand, in order: `door.open`, and `door.` for nothing. */
  readonly hands: string[] = []
  /** Failed Futures that nobody had asked for a second later. */
  readonly unasked: Future<unknown>[] = []
  readonly notified: { readonly name: string; readonly method: string; readonly args: readonly unknown[] }[] = []
  /** The classes that `spawn` knows. */
  readonly templates = new Map<string, AnyClass>()
  lateAnswers = 0
  readonly #dispatcher = new Dispatcher()
  readonly #cells = new Map<string, Cell>()
  readonly #remotes = new Map<string, object>()
  readonly #observers = new Map<Cell, Set<Cell>>()
  readonly #children = new Map<Cell, Cell[]>()
  readonly #watchers = new Map<string, Cell[]>()
  #lastPid = 0

  constructor() {
    installAmbient({ scope: () => storage.getStore(), keeper: this })
  }

  // ── What a test does ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Makes an object; none of its hooks has run. */
  make<C extends AnyClass>(name: string, userClass: C, options: MakeOptions = {}): Started<C> {
    const cell = new Cell(this, {
      name,
      pid: ++this.#lastPid,
      index: options.index ?? 0,
      level: 0,
      incarnation: 0,
      failure: options.failure ?? { action: 'resume', calls: false },
      ...(options.room === undefined ? {} : { room: options.room }),
    })
    cell.config = options.config
    cell.construct(userClass, options.args ?? [])
    this.#cells.set(name, cell)
    return { cell, object: cell.behaviour.object, remote: this.remote(name) } as Started<C>
  }

  /** Makes an object and starts it. */
  async start<C extends AnyClass>(name: string, userClass: C, options: MakeOptions = {}): Promise<Started<C>> {
    const started = this.make(name, userClass, options)
    await this.startCell(started.cell)
    return started
  }

  cellOf(name: string): Cell {
    return this.#cells.get(name)!
  }

  async startCell(cell: Cell): Promise<void> {
    for (const hook of ['onInit', 'onConfigure', 'onStart'] as const) await cell.startHook(hook)
    cell.open()
    await this.settle()
  }

  /** Runs all that can run now, until nothing can. */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds++) {
      this.#dispatcher.turn(() => false)
      // All microtasks run before the next macrotask.
      await new Promise((resolve) => setImmediate(resolve))
      if (this.#dispatcher.isIdle) return
    }
    throw new Error('the objects never come to rest')
  }

  /** Moves time on by `ms`; between any two timers all runs that can. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.now() + ms
    await this.settle()
    while (this.clock.fireNext(until)) await this.settle()
    this.clock.skip(until - this.clock.now())
  }

  /** The answer of a call, which must have come when all is at rest; throws its error. */
  async answer<T>(call: Promise<T>): Promise<T> {
    await this.settle()
    const future = call as Future<T>
    if (!future.isReady) throw new Error('the call was not answered')
    return future.get()
  }

  /** The error of a call. */
  async error(call: Promise<unknown>): Promise<TsworksError> {
    try {
      await this.answer(call)
    } catch (error) {
      return error as TsworksError
    }
    throw new Error('the call gave a value, where an error was expected')
  }

  /** Runs `code` as if it belonged to an object with this pid. */
  as<T>(pid: number, code: () => T): T {
    return storage.run(
      { pid, turn: undefined, keeper: this, owner: { name: 'owner', isOver: false, strayed() {} } },
      code,
    )
  }

  /** Puts a message into an object's mailbox. */
  post(cell: Cell, part: Partial<Message>): Message {
    const message: Message = {
      kind: 'tell',
      method: '',
      args: [],
      from: OUTSIDE,
      context: NO_CONTEXT,
      reply: undefined,
      own: undefined,
      loan: undefined,
      receipt: undefined,
      ...part,
    }
    cell.enqueue(message)
    return message
  }

  // ── What an object asks ───────────────────────────────────────────────────────────────────────────────────────────────────

  run(scope: Scope, { method, self }: Handler, args: readonly unknown[]): unknown {
    return storage.run(scope, () => Reflect.apply(method, self, args) as unknown)
  }

  currentTurn(cell: Cell): Turn | undefined {
    const scope = storage.getStore()
    return scope?.pid === cell.pid ? scope.turn : undefined
  }

  goesOn(): void {}

  wake(cell: Cell): void {
    this.#dispatcher.add(cell)
  }

  logger(cell: Cell): Logger {
    return this.log.for(cell.name)
  }

  remote(name: string): object {
    let remote = this.#remotes.get(name)
    if (remote === undefined) {
      const pidOf = (): number | undefined => this.#cells.get(name)?.pid
      remote = makeRemote({
        name,
        get pid() {
          return pidOf()
        },
        send: (method, args, manner) => this.#send(name, { method, args }, manner),
      })
      this.#remotes.set(name, remote)
    }
    return remote
  }

  family(key: string): object[] {
    return [...this.#cells.keys()].filter((name) => name.startsWith(`${key}#`)).map((name) => this.remote(name))
  }

  observe(cell: Cell, observed: string | Named | object, on: boolean): Future<void> {
    const name = typeof observed === 'string' ? observed : (targetOf(observed)?.name ?? (observed as Named).key)
    const future = new Future<void>()
    const other = this.#cells.get(name)
    if (other === undefined) future.fail(new NoSuchActor(name, []))
    else {
      const observers = this.#observers.get(other) ?? new Set()
      this.#observers.set(other, observers)
      if (on) observers.add(cell)
      else observers.delete(cell)
      future.set()
    }
    return future
  }

  observersOf(): number {
    return 0
  }

  notify(cell: Cell, method: string, args: readonly unknown[]): void {
    this.notified.push({ name: cell.name, method, args })
    for (const observer of this.#observers.get(cell) ?? [])
      this.post(observer, { kind: 'notify', method, args, from: cell.pid })
  }

  spawn(cell: Cell, what: string | Named, options: SpawnOptions): object {
    const key = typeof what === 'string' ? what : what.key
    const name = options.name ?? `${key}:${this.#lastPid + 1}`
    const child = this.make(name, this.templates.get(key)!, options.args === undefined ? {} : { args: options.args })
    if (options.detached !== true) this.#children.set(cell, [...(this.#children.get(cell) ?? []), child.cell])
    void this.startCell(child.cell)
    return child.remote
  }

  watch(cell: Cell, remote: object): void {
    const { name } = targetOf(remote)!
    const death = this.deaths.find((one) => one.name === name)
    if (death === undefined) this.#watchers.set(name, [...(this.#watchers.get(name) ?? []), cell])
    else this.#tellDown(cell, death)
  }

  stopOther(_: Cell, remote: object): Future<void> {
    const future = new Future<void>()
    void this.#cells
      .get(targetOf(remote)!.name)!
      .end('stopped by another', { drain: false })
      .then(() => future.set())
    return future
  }

  async stopChildren(cell: Cell, reason: string): Promise<void> {
    await Promise.all((this.#children.get(cell) ?? []).map((child) => child.end(reason, { drain: false })))
  }

  halted(cell: Cell, reason: string, { isCrash }: { readonly isCrash: boolean }): void {
    this.halts.push({ name: cell.name, reason, isCrash })
    if (isCrash && !this.supervised) void cell.end(reason, { drain: false })
  }

  /** The next incarnation of an object that is halted; constructed, none of its hooks has run. */
  succeed(cell: Cell, userClass: AnyClass): Cell {
    const next = cell.successor({ ...cell.identity, incarnation: cell.identity.incarnation + 1 })
    next.construct(userClass, [])
    this.#cells.set(cell.name, next)
    return next
  }

  ended(cell: Cell, reason: string): void {
    const death = { name: cell.name, reason }
    this.deaths.push(death)
    for (const watcher of this.#watchers.get(cell.name) ?? []) this.#tellDown(watcher, death)
  }

  /** Nothing moves here, so there is nothing to close. */
  unclaimed(): void {}

  dropped(cell: Cell, message: Message, reason: DropReason): void {
    message.receipt?.dropped()
    this.drops.push({ name: cell.name, method: message.method, reason })
  }

  displayOf({ name }: Identity): Display {
    return { ...NO_DISPLAY, handling: (method) => void this.hands.push(`${name}.${method ?? ''}`) }
  }

  failedUnasked(future: Future<unknown>): void {
    this.clock.after(1_000, () => {
      if (!wasAsked(future)) this.unasked.push(future)
    })
  }

  askedOwn(): undefined {
    return undefined
  }

  late(): void {
    this.lateAnswers++
  }

  #tellDown(watcher: Cell, death: { readonly name: string; readonly reason: string }): void {
    this.post(watcher, { kind: 'down', method: 'onDown', args: [this.remote(death.name), death.reason] })
  }

  #send(name: string, { method, args }: Pick<Message, 'method' | 'args'>, manner: Manner): unknown {
    const cell = this.#cells.get(name)
    const from = storage.getStore()?.pid ?? OUTSIDE
    if (manner === 'tell') {
      if (cell !== undefined) this.post(cell, { kind: 'tell', method, args, from })
      return undefined
    }
    const future = new Future<unknown>()
    const what = `${name}.${method}`
    if (cell === undefined) {
      settleFuture(future, { ok: false, error: new NoSuchActor(name, []) })
      return future
    }
    const context = this.#context(manner?.timeout)
    const reply = replier((outcome) => void settleFuture(future, outcome))
    const giveUp = (error: Error, reason: unknown): void => {
      giveUpFuture(future, error)
      cell.cancel(message, reason)
    }
    tieFuture(
      future,
      {
        what,
        settable: false,
        asked: () => undefined,
        block: () => {
          throw new CannotBlockHere(`${what}: a test has one thread`)
        },
        cancelled: (reason) => cell.cancel(message, reason),
      },
      this,
    )
    const message = this.post(cell, { kind: 'call', method, args, from, context, reply })
    if (context.deadline !== undefined)
      this.clock.after(context.deadline - this.clock.now(), () => {
        if (!future.isReady) giveUp(new FutureShock(`timeout: ${what}`, 'maybe'), 'deadline')
      })
    const { signal } = manner ?? {}
    signal?.addEventListener('abort', () => {
      if (!future.isReady) giveUp(new AbortError(`${what} was cancelled`, { executed: 'maybe' }), signal.reason)
    })
    return future
  }

  #context(timeout: number | undefined): MessageContext {
    const scope = storage.getStore()
    const inHand = scope?.turn?.message.context
    const own = timeout === undefined ? Infinity : this.clock.now() + timeout
    const deadline = Math.min(own, inHand?.deadline ?? Infinity)
    return {
      deadline: deadline === Infinity ? undefined : deadline,
      chain: scope === undefined ? [] : [...(inHand?.chain ?? []), scope.pid],
      trace: inHand?.trace,
    }
  }
}
