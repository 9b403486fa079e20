/**
 * Cell: one object's place in the runtime. It holds the mailbox, runs one turn at a time, and knows where in its life the object is. It
 * never schedules itself: its host calls `step()`.
 *
 *   made ─▶ starting ─▶ running ─▶ draining ─▶ ending ─▶ dead
 *             hooks      messages   what had     onStop ╰▶ halted ─▶ dead
 *             only       one by     arrived               its mail waits for a successor, or for its end
 *                        one
 *
 * A cell is one *incarnation* of an object (S32, S39): a restart halts it and makes another, which takes the mail over. So whatever code
 * of an old incarnation still runs talks to a cell that is dead, and can do no harm.
 *
 * Invariant: a turn is open from the moment its message is begun until its handler, onException and the change of State have ended, and
 * nothing else is begun meanwhile, except methods that the class lists in `static interleave`; those run in turns beside it.
 *
 * Around it: handling.ts (one message), turns.ts (which are open), behaviour.ts (who handles what), failure.ts, strays.ts,
 * state-change.ts, cell-words.ts (`this.become(…)`).
 */

import { Behaviour } from './behaviour.ts'
import { Belongings } from './belongings.ts'
import { CellWords } from './cell-words.ts'
import { NO_DISPLAY, type Display } from './display.ts'
import type { StartError } from './errors.ts'
import { handleMessage, refuseMessage, refuseOverflow } from './handling.ts'
import { askHook } from './hooks.ts'
import type { Host } from './host.ts'
import type { Identity } from './identity.ts'
import { inspectionOf, type Inspection } from './inspection.ts'
import type { Logger } from './logger.ts'
import { Mailbox } from './mailbox.ts'
import { ownMessage, type Message } from './message.ts'
import { constructWith } from './object-context.ts'
import type { ScopeOwner, StrayOrigin } from './scope.ts'
import { changeState } from './state-change.ts'
import { askToStop } from './stopping.ts'
import { Strays } from './strays.ts'
import { Timers } from './timers.ts'
import { traitsOf, type AnyClass, type Traits } from './traits.ts'
import type { Turn } from './turn.ts'
import { Turns } from './turns.ts'

/** All of one shape, since each message asks several times. */
type Life =
  | { readonly kind: 'made' | 'running'; readonly reason: undefined; readonly failed: false }
  /** `failed`: one of its hooks has thrown, so there is nothing that `onStop` could undo. */
  | { readonly kind: 'starting'; readonly reason: undefined; readonly failed: boolean }
  | { readonly kind: 'draining' | 'ending' | 'halted' | 'dead'; readonly reason: string; readonly failed: false }

/** What a cell has come to its end for: to die, or to be halted, its mail kept. */
type Aim = 'die' | 'halt'

/** The lives that most have, once for all of them. */
const MADE: Life = { kind: 'made', reason: undefined, failed: false }
const RUNNING: Life = { kind: 'running', reason: undefined, failed: false }

const DEFAULT_PERIOD_MS = 5_000

export class Cell implements ScopeOwner {
  readonly identity: Identity
  readonly host: Host
  readonly words: CellWords
  config: unknown
  readonly turns: Turns
  /** Messages begun, and errors of handlers and hooks, for inspection. */
  handled = 0
  failed = 0
  /** Where its life is shown from outside; an incarnation that is over shows nothing any more. */
  #display: Display
  /** Changed by #live() alone, which shows it. */
  #life = MADE
  readonly #mailbox: Mailbox
  #aim: Aim = 'die'
  /** It was not asked to end: something has gone wrong. */
  #hasCrashed = false
  /** A step is in progress: it says itself whether another one could follow, so the host need not be woken. */
  #stepping = false
  /** Set when the object shall end as soon as no turn is open. */
  #stopReason: string | undefined
  #behaviour: Behaviour | undefined
  #timers: Timers | undefined
  #strays: Strays | undefined
  #belongings: Belongings | undefined
  #log: Logger | undefined
  #whenEnded: (() => void)[] | undefined
  /** What its host keeps of it besides; its host's alone. */
  hosted: object | undefined
  /** Whether it stands in the run queue of its thread; the dispatcher's alone. */
  isQueued = false

  /** `before`: what an earlier incarnation has left behind. */
  constructor(host: Host, identity: Identity, before?: { readonly mail: Mailbox; readonly display: Display }) {
    this.host = host
    this.identity = identity
    this.#mailbox = before?.mail ?? new Mailbox(identity.room)
    this.#display = host.displayOf(identity, before?.display)
    this.#live(MADE)
    this.#showMail()
    this.words = new CellWords(this)
    this.turns = new Turns(this)
  }

  get name(): string {
    return this.identity.name
  }

  get pid(): number {
    return this.identity.pid
  }

  get display(): Display {
    return this.#display
  }

  get log(): Logger {
    return (this.#log ??= this.host.logger(this))
  }

  /** The object and its State. Not before `construct()` has succeeded. */
  get behaviour(): Behaviour {
    return this.#behaviour!
  }

  get stateName(): string | undefined {
    return this.#behaviour?.stateName
  }

  /** What is known of the object's class; undefined until it is constructed. */
  get traits(): Traits | undefined {
    return this.#behaviour?.traits
  }

  get isDead(): boolean {
    return this.#life.kind === 'dead'
  }

  /** Whether this incarnation is over, and its mail waits for the next one. */
  get isHalted(): boolean {
    return this.#life.kind === 'halted'
  }

  /** Whether this incarnation is over: what its code still does is not heard of. */
  get isOver(): boolean {
    return this.isDead || this.isHalted
  }

  /** Whether messages are handled: its start hooks have run, and its end has not begun. */
  get isOpen(): boolean {
    return this.#life.kind === 'running' || this.#life.kind === 'draining'
  }

  /** Whether its end has begun, if it has not come already. */
  get isEnding(): boolean {
    return this.#life.reason !== undefined
  }

  // ── Start ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Makes the user's object; throws what its constructor throws, or a BadDefinition. */
  construct(userClass: AnyClass, args: readonly unknown[]): void {
    traitsOf(userClass)
    const method = (): object => constructWith(this.words, userClass, args)
    const object = this.host.run(this.turns, { self: this, method }, []) as object
    this.#behaviour = new Behaviour(object, userClass)
    this.#display.className(this.#behaviour.traits.className)
  }

  /**
   * Runs one hook of the start sequence, and the change of State that it asks for; rejects with what they throw. Does nothing for an
   * object that was told to stop meanwhile.
   */
  async startHook(hook: 'onInit' | 'onConfigure' | 'onStart'): Promise<void> {
    if (this.#life.kind === 'made') this.#live({ kind: 'starting', reason: undefined, failed: false })
    const handler = this.#life.kind === 'starting' ? this.behaviour.hook(hook) : undefined
    if (handler === undefined) return
    const turn = this.turns.enter(ownMessage(this.pid, 'hook', hook), false, this.host.clock.now())
    try {
      await askHook(this, turn, handler, [])
      if (turn.next !== undefined) await changeState(this, turn)
    } catch (error) {
      if (this.#life.kind === 'starting') this.#live({ kind: 'starting', reason: undefined, failed: true })
      throw error
    } finally {
      this.leave(turn)
    }
  }

  /** Lets messages be handled, from now on. */
  open(): void {
    if (this.#life.kind !== 'made' && this.#life.kind !== 'starting') return
    this.#live(RUNNING)
    this.#runPeriodic()
    this.#goOn()
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /**
   * Ends the object: after what is in hand, or after all that has arrived (`drain`). Resolves when it is dead; again is harmless.
   */
  end(reason: string, how: { readonly drain: boolean }): Promise<void> {
    if (this.isDead) return Promise.resolve()
    const wasHalting = this.#aim === 'halt'
    this.#aim = 'die'
    if (this.isHalted) {
      this.#refuseAll(reason)
      this.#leaveLife(reason)
      return Promise.resolve()
    }
    const dead = this.#whenItEnds()
    // Of one that was about to be halted the mail is not needed any more.
    if (this.#life.kind === 'ending') {
      if (wasHalting) this.#refuseAll(reason)
    } else if (!how.drain || !this.isOpen) this.stopSoon(reason)
    else if (this.#life.kind === 'running') {
      this.#timers?.clear()
      this.#belongings?.rest()
      this.#live({ kind: 'draining', reason, failed: false })
      this.turns.closeStreams(reason)
      this.#goOn()
    }
    return dead
  }

  /** Ends this incarnation after what is in hand, its `onStop` included, and keeps its mail (S32). Resolves when it is halted, or dead. */
  halt(reason: string): Promise<void> {
    if (this.isHalted || this.isDead) return Promise.resolve()
    const halted = this.#whenItEnds()
    if (!this.#wasToldToEnd()) this.#aim = 'halt'
    this.stopSoon(reason)
    return halted
  }

  /** It does not come back: who is about to end, and was not halted, was told to. */
  #wasToldToEnd(): boolean {
    return this.#aim === 'die' && (this.#stopReason !== undefined || this.isEnding)
  }

  /** Something has gone wrong that this incarnation does not survive: it is halted, and its host told (S31). */
  crashSoon(reason: string): void {
    if (this.#stopReason === undefined && !this.isEnding) {
      this.#hasCrashed = true
      this.#aim = 'halt'
    }
    this.stopSoon(reason)
  }

  /** Ends one that shall end, and has something in hand that may never end; not one whose end has a deadline already. */
  endNow(reason: string): void {
    if (this.#life.kind === 'running') this.kill(reason, { keepMail: this.#hasCrashed })
  }

  /** The next incarnation, of which this one, which is halted, has kept the mail. */
  successor(identity: Identity): Cell {
    if (!this.isHalted)
      throw new TypeError(`${this.name} is ${this.#life.kind}; only one that is halted has a successor`)
    this.host.trace?.({ kind: 'restart', object: identity })
    for (const notice of this.#mailbox.forSuccessor()) this.host.dropped(this, notice, 'old incarnation')
    this.#live({ kind: 'dead', reason: 'it was restarted', failed: false })
    const display = this.#display
    this.#display = NO_DISPLAY
    return new Cell(this.host, identity, { mail: this.#mailbox, display })
  }

  /**
   * Ends the object at once, whatever it has in hand, without `onStop`: for a host whose patience is over. Calls in hand fail with
   * ActorDead, executed 'maybe'; what their handlers still do is not heard of any more. With `keepMail` it is halted, unless it was told to
   * end.
   */
  kill(reason: string, how: { readonly keepMail: boolean } = { keepMail: false }): void {
    if (this.isDead || (this.isHalted && how.keepMail)) return
    this.#aim = how.keepMail && !this.#wasToldToEnd() ? 'halt' : 'die'
    if (this.isHalted || this.#life.kind === 'ending') {
      if (this.#aim === 'die') this.#refuseAll(reason)
    } else {
      this.#close(reason)
      void this.host.stopChildren(this, reason)
    }
    this.#leaveLife(reason)
  }

  /** It could not be constructed: what waits for it, and it has nothing else, fails with that. */
  stillborn(error: StartError): void {
    if (this.isDead) return
    for (const message of this.#mailbox.takeAll()) {
      message.reply?.answer({ ok: false, error })
      if (message.kind !== 'down') this.host.dropped(this, message, 'receiver dead', () => error)
    }
    this.#leaveLife(`it could not start: ${error.message}`)
  }

  /** Ends the object when no turn is open. */
  stopSoon(reason: string): void {
    this.#stopReason ??= reason
    this.turns.closeStreams(reason)
    this.#goOn()
  }

  async #end(reason: string): Promise<void> {
    if (this.#life.kind !== 'made' && this.#life.kind !== 'starting' && !this.isOpen) return
    const hadStarted = this.isOpen || (this.#life.kind === 'starting' && !this.#life.failed)
    this.#close(reason)
    // Where there is nothing to wait for it ends at once: of very many objects most have neither children nor onStop.
    const childless = this.host.stopChildren(this, reason)
    if (childless !== undefined) await childless
    const stopped = hadStarted && this.#life.kind === 'ending' ? askToStop(this, reason) : undefined
    if (stopped !== undefined) await stopped
    const closed = this.#belongings?.close(reason)
    if (closed !== undefined) await closed
    if (this.#life.kind === 'ending') this.#leaveLife(reason)
  }

  /** From here on nothing is begun; nor is anything taken in, unless it waits for a successor. */
  #close(reason: string): void {
    this.#live({ kind: 'ending', reason, failed: false })
    this.#timers?.clear()
    this.#belongings?.rest()
    if (this.#aim === 'die') this.#refuseAll(reason)
  }

  #leaveLife(reason: string): void {
    const halts = this.#aim === 'halt'
    this.#live({ kind: halts ? 'halted' : 'dead', reason, failed: false })
    // Once more: onStop may have set some.
    this.#timers?.clear()
    this.#belongings?.abort(reason)
    this.turns.giveUp(reason)
    const kind = halts ? 'halted' : 'ended'
    this.host.trace?.({ kind, object: this.identity, reason, isCrash: this.#hasCrashed })
    if (halts) this.host.halted(this, reason, { isCrash: this.#hasCrashed })
    else {
      this.host.ended(this, reason)
      this.#display = NO_DISPLAY
    }
    const resolves = this.#whenEnded
    this.#whenEnded = undefined
    if (resolves !== undefined) for (const resolve of resolves) resolve()
  }

  #whenItEnds(): Promise<void> {
    return new Promise((resolve) => (this.#whenEnded ??= []).push(resolve))
  }

  #refuseAll(reason: string): void {
    for (const message of this.#mailbox.takeAll()) refuseMessage(this, message, reason)
    this.#showMail()
  }

  #live(life: Life): void {
    this.#life = life
    this.#display.mode(life.kind)
  }

  #showMail(): void {
    this.#display.mail(this.#mailbox.length, this.#mailbox.postponed)
  }

  // ── Messages ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Takes a message in. One that cannot be handled any more is answered at once. */
  enqueue(message: Message): void {
    const life = this.#life
    // While it drains, only what had arrived is handled, in a socket too, and what is urgent; what comes for one that is halted waits for its successor.
    const waits = this.#aim === 'halt' && life.kind !== 'dead' && message.kind !== 'timer'
    const isUrgent = message.kind === 'down' || message.kind === 'stray'
    const isHeard = isUrgent || message.kind === 'io'
    if (life.reason !== undefined && !waits && !(life.kind === 'draining' && isHeard)) {
      this.#mailbox.turnAway(message)
      return refuseMessage(this, message, life.reason)
    }
    this.host.trace?.({ kind: 'enqueue', object: this.identity, message })
    if (isUrgent) this.#mailbox.putUrgent(message)
    else {
      this.#mailbox.put(message)
      for (let old = this.#mailbox.takeOverflow(); old !== undefined; old = this.#mailbox.takeOverflow())
        refuseOverflow(this, old, 'drop-oldest')
    }
    this.#showMail()
    if (this.isOpen && (this.turns.inHand === undefined || this.#mayInterleave(message))) this.host.wake(this)
  }

  /** Begins the next message, if one may be begun; true if another could follow at once. Called by the host only. */
  step(): boolean {
    const message = this.#takeNext()
    if (message === undefined) return false
    this.#showMail()
    this.#stepping = true
    handleMessage(this, message, this.behaviour.traits.hasTurnsBeside && this.#mayInterleave(message))
    this.#stepping = false
    this.#endIfDue()
    return this.#mayBegin()
  }

  /** Whether the turn in hand may go on with one more event of its own, as if that were the next message: nothing that comes first stands against it. */
  takesAnother(): boolean {
    const turn = this.turns.inHand
    const goesOn =
      turn !== undefined && turn.next === undefined && turn.crash === undefined && !turn.postponed && this.isOpen
    if (!goesOn || this.#stopReason !== undefined || this.#mailbox.hasUrgent) return false
    this.handled++
    this.host.goesOn()
    return true
  }

  /** No step follows for now. */
  rests(): void {
    this.#mailbox.tellLeft()
  }

  strayed(origin: StrayOrigin, error: unknown): void {
    this.strays.take(origin, error)
  }

  /** Made when first asked for. */
  get strays(): Strays {
    return (this.#strays ??= new Strays(this))
  }

  /** Takes out a message that waits; false for one that was begun. */
  takeOut(message: Message): boolean {
    if (!this.#mailbox.remove(message)) return false
    this.#showMail()
    this.host.dropped(this, message, 'cancelled')
    this.#goOn()
    return true
  }

  /**
   * The caller has given up: a message that waits is taken out, a turn that still owes an answer is told by its signal (S14). True where
   * nothing will be answered.
   */
  cancel(message: Message, reason: unknown): boolean {
    if (this.takeOut(message)) return true
    for (const turn of this.turns) if (turn.message === message) turn.abort(reason)
    return false
  }

  inspect(): Inspection {
    return inspectionOf(this, { mode: this.#life.kind, mailbox: this.#mailbox, behaviour: this.#behaviour })
  }

  #takeNext(): Message | undefined {
    if (!this.#mayBegin()) return undefined
    if (this.turns.inHand === undefined) return this.#mailbox.take()
    return this.#mailbox.takeBeside((message) => this.#mayInterleave(message))
  }

  #mayBegin(): boolean {
    if (!this.isOpen || this.#stopReason !== undefined || this.#mailbox.waiting === 0) return false
    return this.turns.inHand === undefined || this.behaviour.traits.hasTurnsBeside
  }

  /** Timers and hooks never do: the list names methods only, and only calls have a chain. */
  #mayInterleave(message: Message): boolean {
    const { interleave, reentrant } = this.behaviour.traits
    return (interleave.size > 0 && interleave.has(message.method)) || (reentrant && this.#comesBack(message))
  }

  /** Whether the message in hand has led to this one: its chain goes on from there, by way of this object. */
  #comesBack({ context: { chain } }: Message): boolean {
    const inHand = this.turns.inHand?.message.context.chain
    return (
      inHand !== undefined && chain[inHand.length] === this.pid && inHand.every((pid, index) => pid === chain[index])
    )
  }

  /**
   * Whose end the answer to a message waits for (S18): the turn that handles it or owes its answer, or the one in hand behind which it
   * stands; undefined where nothing keeps it, or it is not here.
   */
  turnBefore(message: Message): Turn | undefined {
    const own = this.turns.of(message)
    if (own !== undefined) return own
    const isFree = this.isOpen && this.#mailbox.isFree(message, (other) => this.#mayInterleave(other))
    return isFree ? undefined : this.turns.inHand
  }

  /** Messages that wait to be begun. */
  get waiting(): number {
    return this.#mailbox.waiting
  }

  /** A turn has ended. */
  leave(turn: Turn): void {
    this.turns.leave(turn)
    this.#goOn()
  }

  /** Goes on, unless a step does so itself: with the end if that is due, else with the next message. */
  #goOn(): void {
    if (this.#stepping) return
    this.#endIfDue()
    if (this.turns.inHand === undefined && this.#mayBegin()) this.host.wake(this)
  }

  #endIfDue(): void {
    if (!this.turns.isIdle) return
    if (this.#life.kind === 'draining' && this.#mailbox.waiting === 0) this.#stopReason ??= this.#life.reason
    if (this.#stopReason !== undefined) void this.#end(this.#stopReason)
  }

  // ── States and timers, for those around it ──────────────────────────────────────────────────────────────

  /** Keeps a message that was begun until the next change of State (S25). */
  postpone(message: Message): void {
    message.receipt?.postponed()
    const dropped = this.#mailbox.postpone(message)
    this.host.trace?.({ kind: 'postpone', object: this.identity, message })
    if (dropped !== undefined) refuseOverflow(this, dropped, 'postponed')
    this.#showMail()
  }

  /** The State is being left: its timers are gone. */
  leaveState(state: object): void {
    this.#timers?.leaveState(state)
  }

  /** Another State is current: what was postponed comes back (S25), and it may be the first that has an `onTimeout`. */
  stateChanged(): void {
    this.#mailbox.restorePostponed()
    this.#showMail()
    this.#display.state(this.stateName)
    if (this.#life.kind === 'running') this.#runPeriodic()
  }

  /** Made when first asked for. */
  get timers(): Timers {
    return (this.#timers ??= new Timers(
      this.host.clock,
      (label, own) => this.enqueue(ownMessage(this.pid, 'timer', label, own)),
      () => {
        const handler = this.behaviour.hook('onTimeout')
        return handler?.method.call(handler.self)
      },
    ))
  }

  /** Made when first asked for. */
  get belongings(): Belongings {
    return (this.#belongings ??= new Belongings(this))
  }

  /** Lets the periodic timeout run: of its own accord only in an object that has an `onTimeout`. */
  #runPeriodic(): void {
    if (this.behaviour.wantsTimeout) this.timers.open(DEFAULT_PERIOD_MS)
    else this.#timers?.open(0)
  }
}
