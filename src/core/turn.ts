/**
 * One handler run: from the moment a message is begun until its handler has ended, its awaits and the change of State after it
 * included (S4, S24). What the handler asks for meanwhile stands here, and takes effect when it has ended.
 */

import type { Clock, ClockTimer } from './clock.ts'
import { FutureShock } from './errors.ts'
import type { Outcome } from './future.ts'
import type { Message } from './message.ts'
import type { Scope } from './scope.ts'
import type { AnyClass } from './traits.ts'

/** A change of State that was asked for. */
export interface NextState {
  readonly stateClass: AnyClass
  readonly args: readonly unknown[]
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
  #answered = false
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined
  #deadline: ClockTimer | undefined

  constructor(message: Message, { scope, since, beside }: TurnStart) {
    this.message = message
    this.scope = scope
    this.since = since
    this.beside = beside
  }

  /** Answers the call, if it is one; false if it was answered before. */
  answer(outcome: Outcome): boolean {
    if (this.#answered) return false
    this.#answered = true
    this.message.reply?.(outcome)
    return true
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
  }
}

/** Thrown by `postpone()` to leave the handler at once; never seen outside the cell. */
export class Postponed extends Error {
  constructor() {
    super('postpone() leaves the handler by throwing; let it pass')
    this.name = 'Postponed'
  }
}
