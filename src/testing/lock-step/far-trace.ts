/**
 * A trace across a border: events name Messages, calls and Futures by identity, which no border keeps, so each gets a number on the
 * one side and something to stand for it on the other.
 *
 *   thread: FarTrace.trace ── FarEvent (plain data) ──▶ simulation: TraceOfFar.hear ──▶ its recorder
 *
 * What stands for a Message has its kind, method, sender and those arguments that are plain; what stands for a Future is settled when that is.
 */

import { Future, noteSettled, settleFuture } from '../../core/future.ts'
import type { Identity } from '../../core/identity.ts'
import { NO_CONTEXT, type Message } from '../../core/message.ts'
import type { Trace, TraceEvent } from '../../core/trace.ts'

type FarMessage = Pick<Message, 'kind' | 'method' | 'from' | 'args'> & { readonly id: number }

type FarForm<E> = E extends { readonly message: Message }
  ? Omit<E, 'message'> & { readonly message: FarMessage }
  : E extends { readonly kind: 'send' | 'settled'; readonly call: infer Call }
    ? Omit<E, 'call'> & { readonly call: Call extends object ? number : number | undefined }
    : E extends { readonly kind: 'wait' }
      ? Omit<E, 'future'> & { readonly future: number }
      : E

export type FarEvent = FarForm<TraceEvent> | { readonly kind: 'came'; readonly future: number }

/** The end of the thread in which things happen. */
export class FarTrace {
  readonly #tell: (event: FarEvent) => void
  readonly #ids = new WeakMap<object, number>()
  #last = 0

  constructor(tell: (event: FarEvent) => void) {
    this.#tell = tell
  }

  readonly trace: Trace = (event) => {
    switch (event.kind) {
      case 'enqueue':
      case 'begin':
      case 'end':
      case 'postpone':
      case 'dropped': {
        const { kind, method, from, args } = event.message
        const message = { id: this.#id(event.message), kind, method, from, args: plain(args) }
        return this.#tell({ ...event, object: plainIdentity(event.object), message })
      }
      case 'enter':
      case 'leave':
      case 'halted':
      case 'ended':
      case 'lost':
      case 'restart':
        return this.#tell({ ...event, object: plainIdentity(event.object) })
      case 'send': {
        const call = event.call === undefined ? undefined : this.#id(event.call)
        return this.#tell({ ...event, args: plain(event.args), call })
      }
      case 'settled':
        return this.#tell({ ...event, call: this.#id(event.call) })
      case 'wait': {
        const future = this.#id(event.future)
        this.#tell({ ...event, future })
        return noteSettled(event.future, () => this.#tell({ kind: 'came', future }))
      }
      case 'pause':
        return this.#tell(event)
      default:
        throw new TypeError(`unknown event: ${JSON.stringify(event satisfies never)}`)
    }
  }

  #id(what: object): number {
    const known = this.#ids.get(what)
    if (known !== undefined) return known
    this.#ids.set(what, ++this.#last)
    return this.#last
  }
}

/** The end of the simulation: tells `trace` what it hears. */
export class TraceOfFar {
  readonly #trace: Trace
  /** Those that may yet be told of. */
  readonly #messages = new Map<number, Message>()
  /** Those that were begun, and not ended yet. */
  readonly #begun = new Set<number>()
  /** Those that have been put back, and not ended yet. */
  readonly #postponed = new Set<number>()
  /** Those that are not settled, each with its own stand-in. */
  readonly #calls = new Map<number, object>()
  readonly #awaited = new Map<number, Future<unknown>>()

  constructor(trace: Trace) {
    this.#trace = trace
  }

  hear(event: FarEvent): void {
    switch (event.kind) {
      case 'came':
        return this.#came(event.future)
      case 'wait': {
        const future = this.#awaited.get(event.future) ?? new Future<unknown>()
        this.#awaited.set(event.future, future)
        return this.#trace({ ...event, future })
      }
      case 'send': {
        const call = event.call === undefined ? undefined : { id: event.call }
        if (call !== undefined) this.#calls.set(call.id, call)
        return this.#trace({ ...event, call })
      }
      case 'settled': {
        const call = this.#calls.get(event.call)!
        this.#calls.delete(event.call)
        return this.#trace({ ...event, call })
      }
      case 'enqueue':
      case 'begin':
      case 'end':
      case 'postpone':
      case 'dropped': {
        const message = this.#messageOf(event.message)
        this.#forget(event.kind, event.message.id)
        return this.#trace({ ...event, message })
      }
      case 'enter':
      case 'leave':
      case 'halted':
      case 'ended':
      case 'lost':
      case 'restart':
      case 'pause':
        return this.#trace(event)
      default:
        throw new TypeError(`unknown event: ${JSON.stringify(event satisfies never)}`)
    }
  }

  /** One that is over is told of no more; one that was put back has another end to come, and so has one that is dropped since it has no method. */
  #forget(kind: TraceEvent['kind'], id: number): void {
    if (kind === 'postpone') this.#postponed.add(id)
    if (kind === 'begin') this.#begun.add(id)
    if (kind !== 'end' && (kind !== 'dropped' || this.#begun.has(id))) return
    this.#begun.delete(id)
    const comesBack = this.#postponed.delete(id) && kind === 'end'
    if (!comesBack) this.#messages.delete(id)
  }

  #messageOf({ id, kind, method, from, args }: FarMessage): Message {
    const known = this.#messages.get(id)
    if (known !== undefined) return known
    const message: Message = {
      kind,
      method,
      from,
      args,
      context: NO_CONTEXT,
      reply: undefined,
      own: undefined,
      loan: undefined,
      receipt: undefined,
    }
    this.#messages.set(id, message)
    return message
  }

  #came(id: number): void {
    const future = this.#awaited.get(id)
    this.#awaited.delete(id)
    if (future !== undefined) settleFuture(future, { ok: true, value: undefined })
  }
}

/** Without its room in shared memory. */
function plainIdentity({ name, pid, index, level, incarnation, failure }: Identity): Identity {
  return { name, pid, index, level, incarnation, failure }
}

/** Nothing is compared of arguments that are objects (invariants.ts), and not all of them could travel this way. */
function plain(args: readonly unknown[]): unknown[] {
  return args.map((arg) => (Object(arg) === arg || typeof arg === 'symbol' ? {} : arg))
}
