/**
 * Host: what a cell needs of the thread that it lives in. A port; `threads/host.ts` implements it, and so do the core's own tests,
 * which is how the core runs without any thread.
 */

import type { Handler } from './behaviour.ts'
import type { Clock } from './clock.ts'
import type { Cell } from './cell.ts'
import type { Display } from './display.ts'
import type { Future, FutureHome } from './future.ts'
import type { Identity } from './identity.ts'
import type { Logger } from './logger.ts'
import type { Message } from './message.ts'
import type { Named, SpawnOptions } from './object-context.ts'
import type { Scope } from './scope.ts'
import type { Trace } from './trace.ts'
import type { Turn } from './turn.ts'

/** Why a message was not handled; each drop is counted under its reason and is a dead letter (S1). */
export const DROP_REASONS = [
  'no such actor',
  'no such method',
  'receiver dead',
  'expired',
  'cancelled',
  'late answer',
  'not cloneable',
  'unreadable',
  'mailbox full',
  'old incarnation',
  /** It was on its way, or waited, in a thread that has died (S33). */
  'thread died',
] as const
export type DropReason = (typeof DROP_REASONS)[number]

export interface Host extends FutureHome {
  readonly clock: Clock
  /** Hears what happens; undefined where nobody listens. */
  readonly trace: Trace | undefined
  /**
   * Runs a handler's method in `scope`: code that it starts, also after awaits, belongs to that scope. `since`: when it begins, where that was
   * read from the clock just now.
   */
  run(scope: Scope, handler: Handler, args: readonly unknown[], since?: number): unknown
  /** The code that runs has done what it was called for, and goes on with something else of its object, which is watched by itself. */
  goesOn(): void
  /** The cell has something to begin: step() it soon, not before this returns. */
  wake(cell: Cell): void
  logger(cell: Cell): Logger
  /** Where an object shows what it is doing, for those who look from outside the thread; `before`: where its earlier incarnation did. */
  displayOf(identity: Identity, before: Display | undefined): Display
  remote(name: string): object
  /** All of a family, by index; throws in the name of `call` if there is no such family. */
  family(key: string, call: string): object[]
  /** Starts or ends observing, for `cell`. */
  observe(cell: Cell, observed: string | Named | object, on: boolean): Future<void>
  /** The open turn that the running code belongs to, also after its awaits, if it is one of `cell`'s; never that of another, nor a guess. */
  currentTurn(cell: Cell): Turn | undefined
  /** How many observe `cell`. */
  observersOf(cell: Cell): number
  /** Sends `method` to each observer of `cell`. */
  notify(cell: Cell, method: string, args: readonly unknown[]): void
  spawn(cell: Cell, what: string | Named, options: SpawnOptions): object
  watch(cell: Cell, remote: object): void
  stopOther(cell: Cell, remote: object): Future<void>
  /** Ends the children of `cell`; settles when they have ended, and never rejects. */
  stopChildren(cell: Cell, reason: string): Promise<void> | undefined
  /** This incarnation is over, and its mail is kept: the host will end the cell, or make its successor. Called once. */
  halted(cell: Cell, reason: string, how: { readonly isCrash: boolean }): void
  /** The cell has ended: it has answered all it will, and takes nothing more. Called once. */
  ended(cell: Cell, reason: string): void
  /** Nobody gets the result of a handler. */
  unclaimed(value: unknown): void
  /** Counts a message that was not handled; Futures that came with it and that nobody else holds fail, with `error()` where it is given. */
  dropped(cell: Cell, message: Message, reason: DropReason, error?: () => Error): void
}
