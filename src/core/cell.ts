/**
 * Cell: one object's place in the runtime. It holds the mailbox, runs one turn at a time, changes the State, and knows where in its
 * life the object is. It never schedules itself: its host calls `step()`.
 *
 *   made ─▶ starting ─▶ running ─▶ draining ─▶ ending ─▶ dead
 *             hooks      messages   what had     onStop
 *             only       one by     arrived
 *                        one
 *
 * A turn (S4):   take ─▶ handler (its awaits) ─▶ answer ─▶ onException? ─▶ change of State (leave, new, enter) ─▶ next
 *
 * Invariant: `#inHand` is set from the moment a message is begun until all of that has ended, and nothing else is begun meanwhile,
 * except methods that the class lists in `static interleave`; those run in turns of their own (`#beside`), which change no State.
 */

import { Behaviour, type Handler } from './behaviour.ts'
import { checkedMs, type ClockTimer } from './clock.ts'
import { ActorDead, BadDefinition, FutureShock, NoSuchMethod, NotInTurn, TsworksError } from './errors.ts'
import { isFuture, whenSettled, type Future, type FutureKeeper } from './future.ts'
import type { Host } from './host.ts'
import type { Logger } from './logger.ts'
import { Mailbox } from './mailbox.ts'
import { NO_CONTEXT, type FiredTimer, type Message } from './message.ts'
import { NotifyFace } from './notify-face.ts'
import { constructWith, type MessageInfo, type Named, type ObjectContext, type SpawnOptions, type TimerWish } from './object-context.ts'
import type { Scope } from './scope.ts'
import { Timers } from './timers.ts'
import { traitsOf, type AnyClass } from './traits.ts'
import { OwnFailure, Postponed, Turn } from './turn.ts'
import { OWN_WORDS, type Hook } from './words.ts'

/** What an error that the caller of a method does not see leads to (S31). */
export interface FailurePolicy {
  /** `resume`: the object goes on with the next message; `stop`: it ends. */
  readonly action: 'resume' | 'stop'
  /** Whether an error thrown to a caller counts as a failure too. */
  readonly calls: boolean
}

/** Who a cell is; set once, when it is made. */
export interface Identity {
  readonly name: string
  readonly pid: number
  readonly index: number
  readonly level: number
  readonly failure: FailurePolicy
}

type Status =
  | { readonly kind: 'made' | 'starting' | 'running' }
  | { readonly kind: 'draining'; left: number; readonly reason: string }
  | { readonly kind: 'ending' | 'dead'; readonly reason: string }

/** What inspection shows of an object (S41). */
export interface Inspection {
  readonly name: string
  readonly pid: number
  readonly index: number
  readonly level: number
  readonly class: string
  readonly mode: Status['kind']
  /** The current State's class; undefined while the object itself handles messages. */
  readonly state: string | undefined
  /** The States that the class lists. */
  readonly states: readonly string[]
  readonly queue: number
  readonly postponed: number
  /** The handler in hand and its age in ms. */
  readonly handling: { readonly method: string; readonly ageMs: number } | undefined
  readonly handled: number
  readonly failed: number
}

/** Changes of State in one turn, before it is taken for an endless loop of `become` in `onEnter`. */
const MOST_CHANGES = 100
const DEFAULT_PERIOD_MS = 5_000

export class Cell implements ObjectContext {
  readonly identity: Identity
  readonly host: Host
  config: unknown
  readonly #mailbox = new Mailbox()
  readonly #scope: Scope
  #behaviour: Behaviour | undefined
  #status: Status = { kind: 'made' }
  #inHand: Turn | undefined
  #beside: Set<Turn> | undefined
  #timers: Timers | undefined
  #period: number | undefined
  #stepping = false
  /** Set when the object shall end as soon as nothing is in hand. */
  #stopReason: string | undefined
  #whenDead: (() => void)[] | undefined
  #log: Logger | undefined
  #notify: NotifyFace | undefined
  #handled = 0
  #failed = 0

  constructor(host: Host, identity: Identity) {
    this.host = host
    this.identity = identity
    this.#scope = { pid: identity.pid, turn: undefined, keeper: host }
  }

  // ── Life ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Makes the user's object; throws what its constructor throws, or a BadDefinition. */
  construct(userClass: AnyClass, args: readonly unknown[]): void {
    traitsOf(userClass)
    const Concrete = userClass as unknown as new (...args: readonly unknown[]) => object
    const object = this.host.run(this.#scope, () => constructWith(this, () => new Concrete(...args)), this, []) as object
    for (const field of Object.keys(object))
      if (OWN_WORDS.has(field))
        throw new BadDefinition(
          `${userClass.name} has a field ${field}, which is a word that tsworks has in every object; give yours another name`,
        )
    this.#behaviour = new Behaviour(object)
  }

  /** Runs one hook of the start sequence, and the change of State that it asks for; rejects with what it throws. */
  async startHook(hook: 'onInit' | 'onConfigure' | 'onStart'): Promise<void> {
    if (this.#status.kind === 'made') this.#status = { kind: 'starting' }
    await this.#runHook(hook, [])
  }

  /** Lets messages be handled, from now on. */
  open(): void {
    this.#status = { kind: 'running' }
    this.#armPeriodic()
    if (this.#stopReason !== undefined) void this.#end(this.#stopReason)
    else if (this.#mailbox.waiting > 0) this.host.wake(this)
  }

  /**
   * Ends the object: after what is in hand, or after all that has arrived (`drain`). Resolves when it is dead; again is harmless.
   */
  end(reason: string, how: { readonly drain: boolean }): Promise<void> {
    if (this.#status.kind === 'dead') return Promise.resolve()
    const dead = new Promise<void>((resolve) => (this.#whenDead ??= []).push(resolve))
    if (this.#status.kind === 'ending') return dead
    if (how.drain && this.#status.kind === 'running') {
      this.#timers?.clear()
      this.#status = { kind: 'draining', left: this.#mailbox.waiting, reason }
      this.#afterTurn()
    } else if (this.#status.kind !== 'draining' || !how.drain) this.#stopSoon(reason)
    return dead
  }

  get isDead(): boolean {
    return this.#status.kind === 'dead'
  }

  /** Whether its hooks have run and messages are handled. */
  get isOpen(): boolean {
    return this.#status.kind !== 'made' && this.#status.kind !== 'starting'
  }

  // ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes a message in. One that cannot be handled any more is answered at once. */
  enqueue(message: Message): void {
    const { kind } = this.#status
    if (kind === 'ending' || kind === 'dead' || (kind === 'draining' && message.kind !== 'down')) return this.#refuse(message)
    if (message.kind === 'down') this.#mailbox.putUrgent(message)
    else this.#mailbox.put(message)
    if (kind === 'running' && (this.#inHand === undefined || this.#mayInterleave(message))) this.host.wake(this)
  }

  /** Begins the next message, if one may be begun; true if another could follow at once. Called by the host only. */
  step(): boolean {
    const message = this.#takeNext()
    if (message === undefined) return false
    this.#stepping = true
    this.#begin(message)
    this.#stepping = false
    return this.#mayBegin()
  }

  /** The caller has given up: a message that waits is taken out, the one in hand is told by its signal (S14). */
  cancel(message: Message, reason: unknown): void {
    if (this.#mailbox.remove(message)) {
      this.host.dropped(this, message, 'cancelled')
      if (this.#status.kind === 'draining') this.#status.left = Math.min(this.#status.left, this.#mailbox.waiting)
      this.#afterTurn()
      return
    }
    for (const turn of [this.#inHand, ...(this.#beside ?? [])]) if (turn?.message === message) turn.abort(reason)
  }

  inspect(): Inspection {
    const turn = this.#inHand
    return {
      name: this.name,
      pid: this.pid,
      index: this.index,
      level: this.identity.level,
      class: this.#behaviour?.traits.className ?? '?',
      mode: this.#status.kind,
      state: this.#behaviour?.stateName,
      states: this.#behaviour?.traits.states?.().map((state) => state.name) ?? [],
      queue: this.#mailbox.length,
      postponed: this.#mailbox.postponed,
      handling:
        turn === undefined ? undefined : { method: turn.message.method, ageMs: this.host.clock.now() - turn.since },
      handled: this.#handled,
      failed: this.#failed,
    }
  }

  #mayInterleave(message: Message): boolean {
    return this.#behaviour!.traits.interleave.has(message.method) && (message.kind === 'call' || message.kind === 'tell')
  }

  #mayBegin(): boolean {
    const { kind } = this.#status
    if (kind !== 'running' && kind !== 'draining') return false
    if (this.#inHand !== undefined) return this.#behaviour!.traits.interleave.size > 0 && this.#mailbox.waiting > 0
    return this.#mailbox.waiting > 0 && this.#stopReason === undefined
  }

  #takeNext(): Message | undefined {
    if (!this.#mayBegin()) return undefined
    if (this.#inHand !== undefined) return this.#mailbox.takeBeside((message) => this.#mayInterleave(message))
    if (this.#status.kind === 'draining') this.#status.left--
    return this.#mailbox.take()
  }

  #begin(message: Message): void {
    if (message.timer !== undefined && !message.timer.isCurrent()) return this.#afterTurn()
    if (message.context.deadline !== undefined && message.context.deadline <= this.host.clock.now()) return this.#expire(message)
    const beside = this.#inHand !== undefined || (this.#behaviour!.traits.interleave.size > 0 && this.#mayInterleave(message))
    const turn = new Turn(message, this.host.clock.now(), beside)
    const scope = this.#enter(turn)
    const handler = this.#handlerOf(message)
    if (handler === undefined) return this.#nobodyHandles(turn)
    let result: unknown
    try {
      result = this.host.run(scope, handler.method, handler.self, handler.args ?? message.args)
    } catch (error) {
      return this.#failedTurn(turn, error)
    }
    if (isPromiseLike(result))
      result.then(
        (value) => this.#succeeded(turn, value),
        (error: unknown) => this.#failedTurn(turn, error),
      )
    else this.#succeeded(turn, result)
  }

  #handlerOf(message: Message): (Handler & { readonly args?: readonly unknown[] }) | undefined {
    const { timer } = message
    if (timer !== undefined) return { self: this.#behaviour!.object, method: () => timer.run() }
    const handler =
      message.kind === 'down' ? this.#behaviour!.hook('onDown') : this.#behaviour!.methodFor(message.method)
    if (handler !== undefined) return handler
    const unhandled = message.kind === 'down' ? undefined : this.#behaviour!.hook('onUnhandled')
    return unhandled === undefined ? undefined : { ...unhandled, args: [message.method, message.args] }
  }

  /** Puts a turn in hand and gives the scope that its code runs in. */
  #enter(turn: Turn): Scope {
    this.#handled++
    if (turn.beside) {
      ;(this.#beside ??= new Set()).add(turn)
      return { pid: this.pid, turn, keeper: this.host }
    }
    this.#inHand = turn
    this.host.inHand(this, turn.message.method)
    if (this.#behaviour!.traits.interleave.size > 0) return { pid: this.pid, turn, keeper: this.host }
    this.#scope.turn = turn
    return this.#scope
  }

  #succeeded(turn: Turn, value: unknown): void {
    if (turn.postponed) return this.#putBack(turn)
    const { reply } = turn.message
    // A Future that is returned answers the call when it is settled; the object is free meanwhile.
    if (reply !== undefined) isFuture(value) ? whenSettled(value, reply) : reply({ ok: true, value })
    if (turn.next === undefined) this.#leave(turn)
    else void this.#changeState(turn).then(() => this.#leave(turn))
  }

  #failedTurn(turn: Turn, thrown: unknown): void {
    if (turn.postponed || thrown instanceof Postponed) return this.#putBack(turn)
    turn.next = undefined
    const own = thrown instanceof OwnFailure
    const error = own ? thrown.cause : thrown
    const { reply, method } = turn.message
    reply?.({ ok: false, error })
    const { action, calls } = this.identity.failure
    const isFailure = own || reply === undefined || calls
    if (isFailure && (own || action === 'stop')) this.#stopReason ??= `${method} failed: ${messageOf(error)}`
    const told = this.#report(method, error, { loudly: isFailure })
    if (told === undefined) this.#leave(turn)
    else void told.then(() => this.#leave(turn))
  }

  #nobodyHandles(turn: Turn): void {
    const { message } = turn
    if (message.kind !== 'down') {
      message.reply?.({ ok: false, error: new NoSuchMethod(this.name, message.method, this.#behaviour!.near(message.method)) })
      this.host.dropped(this, message, 'no such method')
    }
    this.#leave(turn)
  }

  #expire(message: Message): void {
    message.reply?.({
      ok: false,
      error: new FutureShock(`timeout: ${this.name}.${message.method} was not begun before its deadline`, 'no'),
    })
    this.host.dropped(this, message, 'expired')
    this.#afterTurn()
  }

  #putBack(turn: Turn): void {
    this.#mailbox.postpone(turn.message)
    this.#leave(turn)
  }

  /** Takes a turn out of hand. */
  #leave(turn: Turn): void {
    if (turn.beside) this.#beside!.delete(turn)
    else {
      this.#inHand = undefined
      this.#scope.turn = undefined
      this.host.inHand(this, undefined)
    }
    this.#afterTurn()
  }

  /** What to do when nothing may be in hand any longer. */
  #afterTurn(): void {
    if (this.#status.kind === 'draining' && this.#status.left <= 0) this.#stopReason ??= this.#status.reason
    if (this.#inHand !== undefined || !this.isOpen) return
    if (this.#stopReason !== undefined) {
      if ((this.#beside?.size ?? 0) === 0) void this.#end(this.#stopReason)
    } else if (!this.#stepping && this.#mayBegin()) this.host.wake(this)
  }

  // ── Failure and end ───────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Tells the log and `onException` of an error; never throws or rejects. */
  #report(method: string, error: unknown, how: { readonly loudly: boolean }): Promise<void> | undefined {
    this.#failed++
    const line = `${this.name}.${method} failed: ${messageOf(error)}`
    if (how.loudly) this.log.error({ err: error, method }, line)
    else this.log.debug({ err: error, method }, line)
    const handler = this.#behaviour!.hook('onException')
    if (handler === undefined) return undefined
    const failedAgain = (again: unknown): void => this.log.error({ err: again, method }, `${this.name}.onException failed: ${messageOf(again)}`)
    try {
      const result = this.host.run(this.#scope, handler.method, handler.self, [method, error])
      return isPromiseLike(result) ? Promise.resolve(result).then(() => undefined, failedAgain) : undefined
    } catch (again) {
      failedAgain(again)
      return undefined
    }
  }

  #stopSoon(reason: string): void {
    this.#stopReason ??= reason
    if (this.#status.kind === 'made') void this.#end(this.#stopReason)
    else this.#afterTurn()
  }

  async #end(reason: string): Promise<void> {
    if (this.#status.kind === 'ending' || this.#status.kind === 'dead') return
    const wasOpen = this.isOpen
    this.#status = { kind: 'ending', reason }
    this.#timers?.clear()
    for (const message of this.#mailbox.takeAll()) this.#refuse(message)
    await this.host.stopChildren(this, reason)
    if (wasOpen)
      try {
        await this.#runHook('onStop', [reason])
      } catch (error) {
        await this.#report('onStop', error, { loudly: true })
      }
    this.#status = { kind: 'dead', reason }
    this.host.ended(this, reason)
    for (const resolve of this.#whenDead ?? []) resolve()
  }

  #refuse(message: Message): void {
    if (message.kind === 'timer') return
    const reason = 'reason' in this.#status ? this.#status.reason : 'it has ended'
    message.reply?.({
      ok: false,
      error: new ActorDead(this.name, `${reason}; ${message.method} was not begun`, { executed: 'no' }),
    })
    if (message.kind !== 'down') this.host.dropped(this, message, 'receiver dead')
  }

  async #runHook(hook: Hook, args: readonly unknown[]): Promise<void> {
    const handler = this.#behaviour?.hook(hook)
    if (handler === undefined) return
    const message: Message = { kind: 'hook', method: hook, args, from: this.pid, context: NO_CONTEXT, reply: undefined, timer: undefined }
    const turn = new Turn(message, this.host.clock.now(), false)
    this.#inHand = turn
    this.#scope.turn = turn
    this.host.inHand(this, hook)
    try {
      await this.host.run(this.#scope, handler.method, handler.self, args)
      if (turn.next !== undefined) await this.#changeState(turn)
    } finally {
      this.#inHand = undefined
      this.#scope.turn = undefined
      this.host.inHand(this, undefined)
    }
  }

  // ── States (S23 to S25) ───────────────────────────────────────────────────────────────────────────────────────────────────

  /** Does the change of State that a turn asked for, and those that `onEnter` asks for after it; never rejects. */
  async #changeState(turn: Turn): Promise<void> {
    for (let changes = 1; turn.next !== undefined; changes++) {
      const { stateClass, args } = turn.next
      turn.next = undefined
      if (changes > MOST_CHANGES) {
        const error = new TsworksError(
          `${this.name}: ${MOST_CHANGES} changes of State in one turn, the last to ${stateClass.name}; onEnter of its States calls ` +
            'become in a circle',
          { code: 'ENDLESS_BECOME' },
        )
        await this.#report('onEnter', error, { loudly: true })
        break
      }
      await this.#changeOnce(turn, stateClass, args)
    }
    turn.stage = 'handler'
  }

  async #changeOnce(turn: Turn, stateClass: AnyClass, args: readonly unknown[]): Promise<void> {
    const behaviour = this.#behaviour!
    const from = behaviour.state
    if (from !== undefined) {
      turn.stage = 'onLeave'
      await this.#stateHook('onLeave', [stateClass])
      this.#timers?.leaveState(from)
    }
    turn.stage = 'onEnter'
    const Concrete = stateClass as unknown as new (...args: readonly unknown[]) => object
    try {
      behaviour.setState(
        this.host.run(this.#scope, () => constructWith(this, () => new Concrete(...args)), this, []) as object,
      )
    } catch (error) {
      // The old State has been left already; it stays the one that handles messages, and the log says so.
      await this.#report(`new ${stateClass.name}`, error, { loudly: true })
      return
    }
    this.#mailbox.restorePostponed()
    await this.#stateHook('onEnter', [from])
    this.#armPeriodic()
  }

  async #stateHook(hook: 'onEnter' | 'onLeave', args: readonly unknown[]): Promise<void> {
    const handler = this.#behaviour!.hook(hook)
    if (handler === undefined) return
    try {
      await this.host.run(this.#scope, handler.method, handler.self, args)
    } catch (thrown) {
      if (thrown instanceof OwnFailure) this.#stopReason ??= `${hook} failed: ${messageOf(thrown.cause)}`
      await this.#report(hook, thrown instanceof OwnFailure ? thrown.cause : thrown, { loudly: true })
    }
  }

  #armPeriodic(): void {
    if (this.#period === undefined && this.#behaviour!.wantsTimeout) this.#period = DEFAULT_PERIOD_MS
    if (this.#status.kind !== 'running' || !this.#period || this.#timers?.hasPeriodic === true) return
    this.#ownTimers().every(this.#period, () => this.#callTimeout())
  }

  #callTimeout(): unknown {
    const handler = this.#behaviour!.hook('onTimeout')
    return handler?.method.call(handler.self)
  }

  #ownTimers(): Timers {
    return (this.#timers ??= new Timers(this.host.clock, (method, timer) => this.enqueue(this.#timerMessage(method, timer))))
  }

  #timerMessage(method: string, timer: FiredTimer): Message {
    return { kind: 'timer', method, args: [], from: this.pid, context: NO_CONTEXT, reply: undefined, timer }
  }

  // ── The object's words ────────────────────────────────────────────────────────────────────────────────────────────────────

  get name(): string {
    return this.identity.name
  }

  get pid(): number {
    return this.identity.pid
  }

  get index(): number {
    return this.identity.index
  }

  get keeper(): FutureKeeper {
    return this.host
  }

  get object(): object {
    return this.#behaviour!.object
  }

  get stateName(): string | undefined {
    return this.#behaviour?.stateName
  }

  /** The methods that can be called from outside now, and the output methods that it lists. */
  get traits(): Behaviour['traits'] | undefined {
    return this.#behaviour?.traits
  }

  get log(): Logger {
    return (this.#log ??= this.host.logger(this))
  }

  get notify(): object {
    return (this.#notify ??= new NotifyFace((method, args) => this.host.notify(this, method, args)))
  }

  get signal(): AbortSignal {
    const turn = this.#turnOfCaller('signal')
    return turn.signal
  }

  get messageInfo(): MessageInfo {
    const { message } = this.#turnOfCaller('context')
    return { ...message.context, sender: message.from }
  }

  actor(what: string | Named, index?: number): object {
    return this.host.remote(typeof what === 'string' ? what : index === undefined ? what.key : `${what.key}#${index}`)
  }

  actors(what: string | Named): object[] {
    return this.host.family(typeof what === 'string' ? what : what.key)
  }

  self(): object {
    return this.host.remote(this.name)
  }

  observe(observed: string | Named | object, on: boolean): Future<void> {
    return this.host.observe(this, observed, on)
  }

  become(stateClass: AnyClass, args: readonly unknown[]): void {
    const call = `become(${typeof stateClass === 'function' ? stateClass.name : String(stateClass)})`
    const turn = this.#exclusiveTurn(call)
    if (turn.stage === 'onLeave')
      throw new NotInTurn(`${this.name}: ${call} in onLeave: a State is being left already; decide in the handler, or in onEnter`)
    if (traitsOf(stateClass).kind !== 'State')
      throw new BadDefinition(`${this.name}: ${call}: expected a class that extends State, found a ${traitsOf(stateClass).kind}`)
    const listed = this.#behaviour?.traits.states?.()
    if (listed !== undefined && !listed.includes(stateClass))
      throw new BadDefinition(
        `${this.name}: ${call}: expected one of its static states (${listed.map((state) => state.name).join(', ')}); add it there`,
      )
    turn.next = { stateClass, args }
  }

  postpone(): never {
    const turn = this.#exclusiveTurn('postpone()')
    if (this.#behaviour?.state === undefined)
      throw new NotInTurn(`${this.name}: postpone() without a State: nothing would bring the message back; become() one first`)
    if (turn.stage !== 'handler' || turn.message.kind === 'hook' || turn.message.kind === 'timer')
      throw new NotInTurn(`${this.name}: postpone() in ${turn.stage === 'handler' ? turn.message.method : turn.stage}: only a message can be postponed`)
    turn.postponed = true
    throw new Postponed()
  }

  every(ms: number): void {
    this.#period = checkedMs(ms, `${this.name}: every(ms)`)
    this.#timers?.stopEvery()
    this.#armPeriodic()
  }

  stateTimeout(ms: number): void {
    if (this.#behaviour?.state === undefined)
      throw new NotInTurn(`${this.name}: setTimeout(ms) in the constructor of a State: it is not current yet; call it in onEnter`)
    this.#ownTimers().setState(ms, () => this.#callTimeout())
  }

  timer(wish: TimerWish): ClockTimer {
    checkedMs(wish.ms, `${this.name}: timer(${JSON.stringify(wish.name)}, ms, run)`)
    const owner = wish.owner === this.#behaviour?.object ? undefined : wish.owner
    return this.#ownTimers().setNamed(wish.name, wish.ms, { run: wish.run, owner })
  }

  pause(ms: number): Promise<void> {
    checkedMs(ms, `${this.name}: pause(ms)`)
    return new Promise((resolve) => this.host.clock.after(ms, resolve))
  }

  spawn(what: string | Named, options: SpawnOptions): object {
    return this.host.spawn(this, what, options)
  }

  watch(remote: object): void {
    this.host.watch(this, remote)
  }

  stop(reason = 'it stopped itself'): void {
    this.#stopSoon(reason)
  }

  stopOther(remote: object): Future<void> {
    return this.host.stopOther(this, remote)
  }

  fail(error: unknown): never {
    throw new OwnFailure(error)
  }

  /** The turn of the code that calls: its own scope's where several are open. */
  #turnOfCaller(word: string): Turn {
    const turn = this.host.currentTurn(this) ?? this.#inHand
    if (turn === undefined)
      throw new NotInTurn(`${this.name}: this.${word} outside a handler: no message is in hand; take it before the handler ends`)
    return turn
  }

  #exclusiveTurn(call: string): Turn {
    const turn = this.host.currentTurn(this) ?? this.#inHand
    if (turn === undefined)
      throw new NotInTurn(
        `${this.name}: ${call} outside a handler or hook of this object: nothing is in hand that could end; send yourself a message ` +
          '(this.self()) and do it there',
      )
    if (turn.beside)
      throw new NotInTurn(`${this.name}: ${call} in ${turn.message.method}, which is interleaved and runs beside others; it may not change the State`)
    return turn
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && !isFuture(value) && typeof (value as { then?: unknown }).then === 'function'
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
