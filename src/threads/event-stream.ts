/**
 * EventStream: the notifications of one object, for a reader in this thread (S21, S22).
 *
 *   object ──notify──▶ mailbox of a cell that runs nothing ──take()──▶ next()
 *             (bounded at the sender: S8)                 ◀── the end of the object, behind all that it had notified
 *
 * The cell is an observer as any: its mailbox is the buffer of the stream, and its policy that of the stream; the cell's messages are begun
 * when they are read. So nothing waits anywhere else, and what finds no room is dropped, counted and told of as for every object.
 *
 * Invariant: the cell lives until the stream is closed, or read to its end; its death is what ends the observing, wherever the other lives
 * (inbound.ts). What the end frees besides is freed in ended(), which runs once whatever ends it.
 */

import { Actor } from '../core/actor.ts'
import type { EventsOptions } from '../core/arguments.ts'
import { Cell } from '../core/cell.ts'
import { AbortError, MailboxFull } from '../core/errors.ts'
import { whenSettled, type Future } from '../core/future.ts'
import { DEFAULT_MAILBOX, type MailboxPolicy } from '../core/mailbox.ts'
import type { AnyEvent } from '../core/remote-type.ts'
import type { NamedTarget } from './directory.ts'
import type { Outbound } from './outbound.ts'
import type { MakeOutsider } from './outsiders.ts'
import type { Parts } from './parts.ts'
import { PulledStream } from './pulled-stream.ts'
import { currentScope } from './scopes.ts'

/** A cell whose messages are begun by whoever reads them, not by its thread. */
class ReadCell extends Cell {
  /** There is mail. */
  onMail: (() => void) | undefined

  /** Its thread's turn for it. */
  override step(): boolean {
    this.onMail?.()
    return false
  }

  /** Begins the next message, if there is one. */
  read(): void {
    super.step()
    this.rests()
  }
}

/** What each notification is to a reader, whatever its method. */
class EventReader extends Actor {
  readonly #read: (event: AnyEvent) => void

  constructor(read: (event: AnyEvent) => void) {
    super()
    this.#read = read
  }

  override onUnhandled(method: string, args: readonly unknown[]): void {
    this.#read({ method, args })
  }
}

/** What an object notifies, for one reader: each call of `events()` opens one of its own. */
export class EventStream<E = AnyEvent> extends PulledStream<E> {
  /** Settles when the object is observed: what it notifies from then on comes. Rejects, as the first `next()` does, where it cannot be. */
  readonly ready: Future<void>
  readonly #cell: ReadCell
  readonly #policy: MailboxPolicy
  readonly #allMissed: () => number
  readonly #frees: (() => void)[] = []
  /** What was missed, once it is closed. */
  #missed: number | undefined
  #taken: E | undefined

  /** @internal */
  constructor(
    target: NamedTarget,
    { only, signal, capacity = DEFAULT_MAILBOX.capacity, overflow = 'reject' }: EventsOptions,
    { parts, outbound, make }: { readonly parts: Parts; readonly outbound: Outbound; readonly make: MakeOutsider },
  ) {
    super()
    this.#policy = { capacity, overflow }
    const { cell, room } = make(EventReader, {
      name: `events(${target.name})`,
      mailbox: this.#policy,
      args: [(event: AnyEvent) => (this.#taken = event as E)],
      Kind: ReadCell,
    })
    cell.onMail = () => this.arrived()
    this.#cell = cell
    this.#allMissed = () => room.allMissed

    const until = outbound.untilEnded(target)
    this.#frees.push(() => {
      if (parts.calls.isOpen(until)) parts.calls.answered(until.id, { ok: true, value: undefined })
    })
    this.ready = outbound.observe(cell, target, true, { only, untilEnded: until.id })
    whenSettled(this.ready, (outcome) => {
      if (outcome.ok) whenSettled(until.future, () => this.end())
      else this.end({ thrown: outcome.error })
    })
    if (signal !== undefined) this.#endWith(signal)
    const scope = currentScope()
    // Nobody reads on in the name of an incarnation that is over.
    if (scope !== undefined)
      this.#frees.push(
        parts.watches.watch(scope.pid, parts.here, { of: 'incarnation', told: () => void this.return() }),
      )
  }

  /** How many notifications it has not told of, since they found no room: they came faster than they were read. */
  get missed(): number {
    return this.#missed ?? this.#allMissed()
  }

  #endWith(signal: AbortSignal): void {
    const abort = (): void =>
      this.end({ thrown: new AbortError(`${this.#cell.name}: its signal has aborted`, { cause: signal.reason }) })
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    this.#frees.push(() => signal.removeEventListener('abort', abort))
  }

  /** @internal */
  protected override take(): IteratorYieldResult<E> | undefined {
    // Before the next one, which may be the first after what was missed.
    if (this.#policy.overflow === 'reject' && this.missed > 0) {
      const { name } = this.#cell
      this.end({
        thrown: new MailboxFull(name, { method: 'next', capacity: this.#policy.capacity, overflow: 'reader' }),
      })
      return undefined
    }
    this.#cell.read()
    const value = this.#taken
    this.#taken = undefined
    return value === undefined ? undefined : { value, done: false }
  }

  /** @internal */
  protected override get isEmpty(): boolean {
    return this.#cell.waiting === 0
  }

  /** @internal */
  protected override ended(): void {
    for (const free of this.#frees.splice(0)) free()
  }

  /** @internal */
  protected override dropped(): void {
    this.#missed = this.#allMissed()
    // Who is about to observe must not be dead when it does: nobody would hear of its end.
    whenSettled(this.ready, () => this.#cell.kill('nobody reads it any more'))
  }
}
