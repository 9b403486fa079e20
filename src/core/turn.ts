/**
 * One handler run: from the moment a message is begun until its handler has ended, its awaits and the change of State after it
 * included (S4, S24). What the handler asks for meanwhile stands here, and takes effect when it has ended.
 */

import type { Clock, ClockTimer } from './clock.ts'
import { FutureShock } from './errors.ts'
import type { Outcome } from './future.ts'
import type { Message, MessageContext, Streaming } from './message.ts'
import type { Scope } from './scope.ts'
import type { AnyClass } from './traits.ts'

/** A change of State that was asked for. */
export interface NextState {
  readonly stateClass: AnyClass
  readonly args: readonly unknown[]
}

/** One thing that the code of a turn waits for: an edge of who waits for whom (S18). */
export interface Wait {
  /** Its neighbours among those of the turn, which alone writes this: each awaited call is one, so they are in no Set. */
  previousOfTurn: Wait | undefined
  nextOfTurn: Wait | undefined
  /** What is waited for, in words: `counter.add`. */
  readonly what: string
  /** The handler has ended with a Future for an answer, which waits for this; the object is free. */
  readonly isOwed: boolean
  /** It is waited for no longer by one of those who asked. */
  release(): void
  /** It is waited for no longer: it is there, or the turn has ended. */
  end(): void
}

/** Where in its life a turn is: what it may ask for depends on it. */
export type TurnStage = 'handler' | 'onException' | 'onLeave' | 'onEnter'

export interface TurnStart {
  readonly scope: Scope
  /** When it begins, in ms of the object's clock. */
  readonly since: number
  /** Runs beside another handler (S4): may not change the State. */
  readonly beside: boolean
}

export class Turn {
  readonly message: Message
  readonly scope: Scope
  readonly since: number
  readonly beside: boolean
  stage: TurnStage = 'handler'
  /** `postpone()` was called: the message goes back, whatever the handler does then. */
  postponed = false
  /** `become()` was called: the last one. */
  next: NextState | undefined
  /** `fail(error)` was called: it counts, also where the handler has swallowed what it throws. */
  crash: { readonly error: unknown } | undefined
  /** The streams that its answer has brought along. */
  streaming: Streaming | undefined
  #answered = false
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined
  #deadline: ClockTimer | undefined
  #lastWait: Wait | undefined
  #isOver = false
  #contextOfCalls: MessageContext | undefined

  constructor(message: Message, { scope, since, beside }: TurnStart) {
    this.message = message
    this.scope = scope
    this.since = since
    this.beside = beside
  }

  /** What its calls carry of it (S15, S18, S40), the same for all of them; made at the first. */
  get contextOfCalls(): MessageContext {
    if (this.#contextOfCalls === undefined) {
      const { deadline, chain, trace } = this.message.context
      this.#contextOfCalls = { deadline, chain: [...chain, this.scope.pid], trace }
    }
    return this.#contextOfCalls
  }

  /** Answers the call, if it is one; false if it was answered before. */
  answer(outcome: Outcome): boolean {
    if (this.#answered) return false
    this.#answered = true
    this.streaming = this.message.reply?.answer(outcome, this)
    return true
  }

  /** Its message was put back, and will be answered by another turn, or refused. */
  owesNothing(): void {
    this.#answered = true
  }

  /** Aborts when the call in hand is cancelled, or its deadline passes (S14); made when first asked for. */
  signalOn(clock: Clock): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      const { deadline } = this.message.context
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason)
      else if (deadline !== undefined)
        this.#deadline = clock.after(Math.max(0, deadline - clock.now()), () =>
          this.abort(new FutureShock(`timeout: ${this.message.method} was not done before its deadline`, 'maybe')),
        )
    }
    return this.#controller.signal
  }

  get isAborted(): boolean {
    return this.#aborted !== undefined
  }

  /** The caller waits no longer. */
  abort(reason: unknown): void {
    this.#aborted ??= { reason }
    this.#controller?.abort(reason)
  }

  /** It is over: code that it has left running belongs to no turn. */
  end(): void {
    this.#deadline?.cancel()
    this.scope.turn = undefined
    this.#isOver = true
    this.stopWaiting()
    const isPutBack = this.postponed && this.crash === undefined
    if (!isPutBack) this.#giveBack()
  }

  /** Its object is over, or has ended it: what its code still does is no wait of the object. */
  giveUp(): void {
    this.#isOver = true
    for (const wait of this.waits) wait.end()
    this.#giveBack()
  }

  /** What a call has brought is given back with its answer, which may be owed for longer. */
  #giveBack(): void {
    if (this.message.reply === undefined) this.message.loan?.end()
  }

  // ── What it waits for (S18) ───────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether nothing that its code waits for keeps the object any more. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** What it waits for now, the last first. */
  get waits(): readonly Wait[] {
    const waits: Wait[] = []
    for (let wait = this.#lastWait; wait !== undefined; wait = wait.previousOfTurn) waits.push(wait)
    return waits
  }

  waitFor(wait: Wait): void {
    wait.previousOfTurn = this.#lastWait
    if (this.#lastWait !== undefined) this.#lastWait.nextOfTurn = wait
    this.#lastWait = wait
  }

  /** Of one of its waits; called once. */
  waitNoLonger(wait: Wait): void {
    const { previousOfTurn, nextOfTurn } = wait
    if (previousOfTurn !== undefined) previousOfTurn.nextOfTurn = nextOfTurn
    if (nextOfTurn === undefined) this.#lastWait = previousOfTurn
    else nextOfTurn.previousOfTurn = previousOfTurn
  }

  /** The handler has ended: it waits for nothing; only the answer that it owes may. */
  stopWaiting(): void {
    if (this.#lastWait === undefined) return
    for (const wait of this.waits) if (!wait.isOwed) wait.end()
  }
}

/** Thrown by `postpone()` to leave the handler at once; never seen outside the cell. */
export class Postponed extends Error {
  constructor() {
    super('postpone() leaves the handler by throwing; let it pass')
    this.name = 'Postponed'
  }
}
