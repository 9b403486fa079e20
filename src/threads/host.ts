/**
 * ThreadHost: what runs the objects of one thread, and speaks for them to all others. Each thread has one, the main thread too.
 *
 *              kernel-line ── commands, news ──┐
 *   links ──▶ routes ──▶ packets ──▶ inbound ──┤            ┌─ directory (names)
 *                                              ▼            ├─ open-calls (answers awaited)
 *                              cells ◀── turns              ├─ future-table (Futures elsewhere), lending (functions)
 *                                │                          └─ watches (deaths)
 *                                └── outbound: calls, tells, notifications ──▶ routes
 *
 * It knows no event loop and no clock of its own: whoever owns it gives it a clock, and calls `turn()` soon after it asked for that
 * with `plan()`. That is what lets a whole system run in one thread on virtual time.
 */

import type { Handler } from '../core/behaviour.ts'
import { Cell } from '../core/cell.ts'
import type { Clock } from '../core/clock.ts'
import type { Future, FutureTie } from '../core/future.ts'
import type { DropReason, Host } from '../core/host.ts'
import type { Logger, LoggerFor } from '../core/logger.ts'
import { wasSent, type Message } from '../core/message.ts'
import type { Named, SpawnOptions } from '../core/object-context.ts'
import { targetOf } from '../core/remote.ts'
import type { Scope } from '../core/scope.ts'
import type { Trace } from '../core/trace.ts'
import type { Turn, Wait } from '../core/turn.ts'
import type { Cast, ObjectPlan, Observer, Place } from '../wire/kernel-protocol.ts'
import { discard } from '../wire/movables.ts'
import { closeUnclaimed } from '../wire/transfer.ts'
import { Blocking } from './blocking.ts'
import { Children } from './children.ts'
import { DeadLetters } from './dead-letters.ts'
import { Directory, NamedTarget, namedTargetOf } from './directory.ts'
import { Drops } from './drops.ts'
import type { Engine } from './engine.ts'
import { errorFromBytes } from './error-bytes.ts'
import { FailedFutures } from './failed-futures.ts'
import { askOwner, givenUpUnbegun, FutureTable } from './future-table.ts'
import { Inbound } from './inbound.ts'
import type { KernelLine, News } from './kernel-line.ts'
import { LargeCopies } from './large-copies.ts'
import { Ledger } from './ledger.ts'
import { Lending } from './lending.ts'
import { Observing } from './observing.ts'
import { OpenCalls } from './open-calls.ts'
import { Outbound } from './outbound.ts'
import { Outsiders } from './outsiders.ts'
import { Panel } from './panel.ts'
import type { Parts } from './parts.ts'
import { passOnOf, referencesOf } from './passing.ts'
import { Population } from './population.ts'
import { Rooms } from './rooms.ts'
import { Routes } from './routes.ts'
import { currentScope } from './scopes.ts'
import { ThreadMemory, type SystemMemory } from './shared-state.ts'
import { settleDeath } from './settle-death.ts'
import { whyUnheard } from './unheard.ts'
import { Turns } from './turns.ts'
import { UserCode } from './user-code.ts'
import { tellEnded } from './tell-ended.ts'
import { UserWatches, watchesOf } from './user-watches.ts'
import { Waits } from './waits.ts'

export interface HostOptions {
  readonly place: Place
  readonly engine: Engine
  readonly line: KernelLine
  readonly system: SystemMemory
  readonly memory: ThreadMemory
  /** Why code here may not block in get(); undefined where it may. */
  readonly blockingForbidden: string | undefined
  /** Plans a turn: `turn()` is called soon, from the event loop. */
  readonly plan: () => void
  /** A message has come that only wakes this thread. */
  readonly woken: () => void
  readonly loggerFor: LoggerFor
  /** The log of tsworks itself. */
  readonly log: Logger
  /** From how many bytes on the log tells of a copy; undefined: of none. */
  readonly largeCopies: number | undefined
  readonly stopTimeoutMs: number
}

export class ThreadHost implements Host {
  readonly place: Place
  readonly clock: Clock
  readonly trace: Trace | undefined
  readonly parts: Parts
  readonly userCode: UserCode
  readonly #options: HostOptions
  readonly #population: Population = new Population(this)
  /** Dead letters on their way to those who listen. */
  readonly letters: DeadLetters
  readonly #drops: Drops
  readonly #failedFutures: FailedFutures
  readonly #turns: Turns
  readonly #observing = new Observing()
  readonly #outbound: Outbound
  readonly #inbound: Inbound
  readonly #directory: Directory
  readonly #routes: Routes
  readonly userWatches: UserWatches
  readonly outsiders: Outsiders
  readonly children: Children
  readonly #panel: Panel

  constructor(options: HostOptions) {
    const { place, line, system, memory, log, plan } = options
    const { clock, trace } = options.engine
    this.place = place
    this.clock = clock
    this.trace = trace
    this.#options = options
    this.letters = new DeadLetters(clock, (message) => line.tell(message))
    this.#drops = new Drops(memory.counts, options.log, this.letters)
    this.#failedFutures = new FailedFutures(memory.counts, { clock, log: options.log })
    this.#panel = new Panel((message) => line.tell(message))
    this.userCode = new UserCode(memory, this.#panel, clock)
    const largeCopies = new LargeCopies(options.largeCopies, options.log)
    const references = referencesOf(() => this.parts)
    this.#directory = new Directory({
      send: (target, method, args, manner) => {
        memory.counts.sent()
        return this.#outbound.send(target, method, args, manner)
      },
      locate: (name, pid) => line.tell({ kind: 'locate', name, pid }),
      here: {
        born: (name) => this.children.births.named(name),
        nameOf: (pid) => this.#population.cells.get(pid)?.name,
      },
      events: (target, wish) => this.outsiders.read(target, wish, this.#outbound),
    })
    this.#routes = new Routes({
      references,
      here: place,
      handOverLines: () => rooms.handOver(),
      introduce: (to) => line.tell({ kind: 'introduce', place: to }),
      receive: (from, packet) => this.#inbound.receive(from, packet),
      settle: (from, ledger) => this.#inbound.settle(from, ledger),
      lostUnmet: (messages) => memory.counts.closed({ sent: messages, taken: 0, waiting: 0 }),
      stale: () => this.#drops.stale(),
      isFenced: () => memory.isFenced,
      unreadable: (from, error) => {
        this.#drops.unreadable()
        this.parts.lending.unreadable()
        options.log.error({ err: error, from }, 'a record from another thread could not be read')
      },
      onReadable: options.plan,
      onWoken: options.woken,
    })
    const block: FutureTie['block'] = (future, ms) => blocking.block(future, ms)
    const rooms = new Rooms({
      here: place,
      counters: memory.rooms,
      countersOf: (at) => this.#routes.met(at)?.memory.rooms,
      isDead: (at) => this.#routes.isDead(at),
      introduce: (at) => this.#routes.meet(at),
      send: (at, reply) => void this.#routes.send(at, 'answer', reply),
      receive: (reply) => this.#inbound.receive(place, reply),
      tell: (message) => line.tell(message),
      hear: () => {
        line.poll()
        options.plan()
      },
    })
    const waits = new Waits(clock, {
      cells: this.#population.cells,
      look: (wait) => this.#inbound.deadlocks.look(wait),
    })
    const calls = new OpenCalls({ late: () => this.#drops.late(), now: () => clock.now() })
    const watches = watchesOf(place, () => this.parts)
    this.userWatches = new UserWatches(watches)
    const lending = new Lending({ ...options, parts: () => this.parts, keeper: this, userCode: this.userCode, block })
    const futures = new FutureTable({
      trace,
      here: place,
      keeper: this,
      send: (to, reply) => this.#routes.send(to, 'answer', reply, { before: largeCopies.ofFuture }),
      ask: (to, asked) => askOwner(this.parts, to, asked),
      lending,
      watch: (pid, to, told) => void watches.watch(pid, to, { of: 'incarnation', told }),
      block,
      askedByHand: (future) => waits.askedByHand(future, currentScope()?.turn),
      settledAgain: (holders, outcome) => this.#failedFutures.settledAgain(holders, outcome),
    })
    this.parts = {
      here: place,
      clock,
      system,
      counts: memory.counts,
      begun: memory.begun,
      cells: this.#population.cells,
      directory: this.#directory,
      calls,
      futures,
      lending,
      routes: this.#routes,
      rooms,
      watches,
      waits,
      references,
      passOn: passOnOf(() => this.parts),
      deathOf: (pid) => this.#population.deathOf(pid),
      noteObserver: (observed, observer, on) => line.tell({ kind: 'observing', observed, observer, on }),
      drop: this.#drops.drop,
      refuse: this.#drops.refuse,
      largeCopies,
      stopTimeoutMs: options.stopTimeoutMs,
      trace,
    }
    const { parts } = this
    this.children = new Children({
      parts,
      population: this.#population,
      rooms: memory.rooms,
      line,
      log,
      plan,
      keeper: this,
    })
    this.outsiders = new Outsiders(this.parts, memory, this.#population)
    this.#outbound = new Outbound(this.parts, { keeper: this, block })
    this.#inbound = new Inbound(this.parts, this.#observing)
    this.#outbound.whenObservedHere((packet) =>
      this.#inbound.observe(packet, place, (reply) => this.#inbound.receive(place, reply)),
    )
    this.#turns = new Turns({ ...options, ...parts, births: this.children.births, userCode: this.userCode })
    const blocking = new Blocking({
      forbidden: options.blockingForbidden,
      memory,
      engine: options.engine,
      line,
      routes: this.#routes,
      waits,
      plan: options.plan,
    })
  }

  // ── For the thread's event loop ───────────────────────────────────────────────────────────────────────────────────────────

  /** Takes a turn; true if there is more to do at once. */
  turn(): boolean {
    return this.#turns.take()
  }

  /** Takes in what has arrived, and handles none of it. */
  takeArrived(): void {
    this.#turns.takeArrived()
  }

  // ── For the commands of the kernel ────────────────────────────────────────────────────────────────────────────────────────

  get cells(): ReadonlyMap<number, Cell> {
    return this.#population.cells
  }

  /** Learns who is there when the system starts. */
  learn(cast: Cast): void {
    this.#directory.learn(cast)
    this.children.births.learn(cast.births)
    for (const plan of cast.objects) this.cellFor(plan)
  }

  /** The cell of an incarnation of an object of this thread. */
  cellFor(plan: ObjectPlan): Cell {
    return this.#population.cellFor(plan, ({ pid, bound }) => bound && this.parts.rooms.boxFor(pid, bound, bound.slot))
  }

  /** An object whose last thread has died is observed by those who observed it there (S32). */
  observedBy(pid: number, observers: readonly Observer[]): void {
    for (const observer of observers) this.#inbound.observedBy(pid, observer)
  }

  /** What the kernel tells; also while this thread is blocked. */
  news(news: News): void {
    switch (news.kind) {
      case 'cast':
        return this.learn(news.cast)
      case 'introduced':
        this.#routes.introduced(news.place, {
          half: news.half,
          memory: new ThreadMemory(news.memory),
          ledger: new Ledger(news.ledger, news.side),
        })
        this.parts.rooms.introduced(news.place)
        // What the other has sent before this end was opened rang a bell that nobody connected with it.
        return this.#options.plan()
      case 'threadDied': {
        const loss = settleDeath(this.parts, { inbound: this.#inbound, drops: this.#drops }, news)
        return this.#options.line.tell({ kind: 'mourned', place: news.place, loss })
      }
      case 'whoIs':
        return this.children.births.asked(news.pid)
      case 'located':
        return this.#directory.located(news)
      case 'spawned':
        return this.children.spawning.spawned(news.pid, news.location)
      case 'notSpawned':
        return this.children.spawning.notSpawned(news.pid, errorFromBytes(news.error))
      case 'inspect':
        return this.#options.line.tell({
          kind: 'inspected',
          request: news.request,
          objects: [...this.#population.cells.values()].map((cell) => cell.inspect()),
        })
      case 'probe':
        return this.#options.memory.hear(news.probe)
      case 'handOver':
        return this.#routes.handOver(() => this.#options.line.tell({ kind: 'done', command: news.command }))
      case 'objectEnded':
        return this.#directory.died(news.name, news.pid)
      case 'endedWithThread':
        for (const { name, pid } of news.objects) this.#directory.died(name, pid)
        return
      case 'hearDeadLetters':
        return this.letters.hear(news.on)
      case 'deadLettersTaken':
        return this.letters.taken()
      case 'notDone':
        return this.#options.log.error(
          { err: errorFromBytes(news.error) },
          `the kernel could not do what this thread asked for (${news.asked}); all else goes on`,
        )
      case 'objectRestarted':
      case 'escalated':
      case 'held':
      case 'threadFailed':
      case 'threadGivenUp':
      case 'crowded':
      case 'deadLetters':
      case 'logLevel':
        // For the log and the system: whoever owns this host has seen it before.
        return
      default:
        throw new TypeError(`unknown news: ${JSON.stringify(news satisfies never)}`)
    }
  }

  /** The system has stopped: nobody answers any more. `error` makes the one for a call in hand (`what`), and for all later ones. */
  close(error: (name: string, what?: string) => unknown): void {
    this.#directory.close(error)
    this.parts.lending.close()
    this.parts.calls.failAll(({ what, name }) => error(name, what))
    this.parts.futures.failAll(error('the system', 'a Future'))
    this.parts.waits.close()
    this.#routes.close()
  }

  /** This thread leaves, or the system has stopped: gives what logs the Futures that have failed until now and that nobody has asked for (S16). */
  readonly flush = (): (() => void) => {
    this.letters.flush()
    return this.#failedFutures.flush()
  }

  // ── For the objects (core/host.ts) ────────────────────────────────────────────────────────────────────────────────────────

  run(scope: Scope, handler: Handler, args: readonly unknown[], since?: number): unknown {
    return this.userCode.run(scope, handler, args, since)
  }

  readonly goesOn = (): void => this.userCode.goesOn()

  wake(cell: Cell): void {
    this.#turns.wake(cell)
  }

  logger(cell: Cell): Logger {
    return this.#options.loggerFor({
      name: cell.name,
      index: cell.identity.index,
      pid: cell.pid,
      state: () => cell.stateName,
    })
  }

  readonly displayOf: Host['displayOf'] = ({ pid, key }, before) => this.#panel.open(pid, key, before)

  readonly observersOf = ({ pid }: Cell): number => this.#observing.count(pid)

  readonly remote = (name: string): object => this.#directory.target(name).remote

  family(key: string, call: string): object[] {
    return this.#directory.family(key, call).map(({ remote }) => remote)
  }

  currentTurn(cell: Cell): Turn | undefined {
    const scope = currentScope()
    return scope?.pid === cell.pid ? scope.turn : undefined
  }

  observe(cell: Cell, observed: string | Named | object, on: boolean): Future<void> {
    const call = `${cell.name}.${on ? 'observe' : 'unobserve'}(observed)`
    return this.#outbound.observe(cell, this.#targetOf(observed, call), on)
  }

  notify(cell: Cell, method: string, args: readonly unknown[]): void {
    if (cell.isOver)
      return this.#drops.aside('old incarnation', { kind: 'notify', to: undefined, method, from: cell.pid })
    this.#outbound.notify(cell, this.#observing.of(cell.pid), method, args)
  }

  spawn(cell: Cell | undefined, what: string | Named, options: SpawnOptions): object {
    return this.children.spawn(cell, what, options)
  }

  watch(cell: Cell, remote: object): void {
    this.userWatches.watch(cell, namedTargetOf(remote, `${cell.name}.watch(remote)`))
  }

  stopOther(cell: Cell, remote: object): Future<void> {
    return this.children.stopOther(cell, remote)
  }

  stopChildren(cell: Cell, reason: string): Promise<void> | undefined {
    return this.children.stopAll(cell, reason)
  }

  halted(cell: Cell, reason: string, { isCrash }: { readonly isCrash: boolean }): void {
    this.userWatches.ended(cell.pid)
    this.parts.lending.incarnationOver(cell, reason)
    this.parts.watches.incarnationEnded(cell.pid, reason)
    if (!isCrash) return
    // The kernel decides what becomes of it.
    this.children.births.report(cell)
    this.#options.line.tell({ kind: 'crashed', pid: cell.pid, reason })
  }

  ended(cell: Cell, reason: string): void {
    this.parts.lending.incarnationOver(cell, reason)
    this.#population.bury(cell, reason)
    this.#panel.close(cell.display)
    this.#options.memory.rooms.giveBackOwn(cell.identity.room?.slot ?? 0)
    this.userWatches.ended(cell.pid)
    tellEnded(this.parts, this.#observing.of(cell.pid))
    this.#inbound.observerDied(cell.pid)
    this.parts.watches.died(cell.pid, reason)
    const isUnknown = this.children.births.ended(cell)
    // One that was born here stands in no table of names.
    if (!isUnknown) this.#directory.died(cell.name, cell.pid)
    if (isUnknown && !this.parts.system.endsAreHeard) return
    this.#options.line.tell({ kind: 'ended', pid: cell.pid, name: cell.name, reason })
  }

  dropped(cell: Cell, message: Message, reason: DropReason, error?: () => Error): void {
    const { kind, method, args, from } = message
    const { name, pid } = cell
    message.receipt?.dropped()
    message.loan?.end()
    this.trace?.({ kind: 'dropped', object: cell.identity, message, reason })
    discard(args)
    // Whoever holds something and dies has all of it taken away at once.
    if (reason !== 'receiver dead')
      this.parts.futures.release(args, pid, error ?? (() => givenUpUnbegun(`${name}.${method}`)))
    const why = whyUnheard(cell, message, reason, (sender) => this.#directory.nameOf(sender))
    // What the object's own life brings, as notices of deaths, was sent by nobody.
    const count = wasSent(message) ? this.#drops.drop : this.#drops.aside
    count(reason, { kind, to: { name, pid }, method, from }, why)
  }

  readonly unclaimed = closeUnclaimed

  readonly failedUnasked = (future: Future<unknown>): void => this.#failedFutures.put(future)

  readonly late = (): void => this.#drops.late()

  readonly askedOwn = (future: Future<unknown>): Wait | undefined =>
    this.parts.waits.askedByHand(future, currentScope()?.turn)

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #targetOf(what: string | Named | object, call: string): NamedTarget {
    if (typeof what === 'string') return this.#directory.target(what)
    if (targetOf(what) === undefined && 'key' in what) return this.#directory.target(what.key)
    return namedTargetOf(what, call)
  }
}
