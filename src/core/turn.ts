/**
 * One handler run: from the moment a message is begun until its handler has ended, its awaits and the change of State after it
 * included (S4, S24). What the handler asks for meanwhile stands here, and takes effect when it has ended.
 */

import type { Message } from './message.ts'
import type { AnyClass } from './traits.ts'

/** A change of State that was asked for. */
export interface NextState {
  readonly stateClass: AnyClass
  readonly args: readonly unknown[]
}

/** Where in its life a turn is: what it may ask for depends on it. */
export type TurnStage = 'handler' | 'onLeave' | 'onEnter'

export class Turn {
  readonly message: Message
  /** When it began, for inspection, in ms of the object's clock. */
  readonly since: number
  /** Runs beside another handler (S4): may not change the State. */
  readonly beside: boolean
  stage: TurnStage = 'handler'
  postponed = false
  next: NextState | undefined
  #controller: AbortController | undefined
  #aborted: { readonly reason: unknown } | undefined

  constructor(message: Message, since: number, beside: boolean) {
    this.message = message
    this.since = since
    this.beside = beside
  }

  /** Aborts when the call in hand is cancelled (S14); made when first asked for. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted.reason)
    }
    return this.#controller.signal
  }

  get isAborted(): boolean {
    return this.#aborted !== undefined
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason }
    this.#controller?.abort(reason)
  }
}

/** Thrown by `postpone()` to leave the handler at once; never seen outside the cell. */
export class Postponed extends Error {
  constructor() {
    super('postpone() leaves the handler by throwing; let it pass')
    this.name = 'Postponed'
  }
}

/** Thrown by `fail(error)`: a crash of one's own, with the error inside. */
export class OwnFailure extends Error {
  constructor(cause: unknown) {
    super('fail() leaves the handler by throwing; let it pass', { cause })
    this.name = 'OwnFailure'
  }
}
