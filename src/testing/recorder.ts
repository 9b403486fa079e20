/**
 * Recorder: what has happened in a simulation, event by event, and what follows from it: which handlers are open, and what each waits for.
 *
 *   trace of each simulated thread ──▶ events (kept, numbered)
 *                                 ╰──▶ open handlers ── waits ──▶ an answer, time, or something outside
 *
 * Only what the threads tell is known: a handler that is open, and of which no wait is known that has not ended, waits for something outside
 * the simulation (a file, a socket, a real timer).
 */

import { OUTSIDE } from '../core/address.ts'
import { shownMs } from '../core/duration.ts'
import { noteSettled, outcomeOf, type Future } from '../core/future.ts'
import type { Identity } from '../core/identity.ts'
import type { Message } from '../core/message.ts'
import type { Scope } from '../core/scope.ts'
import type { Trace, TraceEvent } from '../core/trace.ts'
import type { Place } from '../wire/kernel-protocol.ts'

/** An event, and when it happened. */
export type Recorded = TraceEvent & { readonly step: number; readonly time: number }

/** A handler that is open while nothing can run. */
export interface Waiting {
  /** The object, and the method or hook that is open. */
  readonly name: string
  readonly method: string
  /** `answer`: of a call, or a Future made by hand; `time`: a pause; `outside`: nothing that the simulation knows. */
  readonly for: 'answer' | 'time' | 'outside'
  /** What it waits for, in words: `worker.hello`, `until 5 s`, `something outside`. */
  readonly what: string
}

interface OpenHandlers {
  readonly identity: Identity
  readonly messages: Message[]
}

/** Somebody waits for a Future: of a call `to` somebody, or one that was made by hand. */
export interface WaitFor {
  readonly future: Future<unknown>
  readonly what: string
  readonly to: string | undefined
}

export class Recorder {
  readonly events: Recorded[] = []
  readonly #now: () => { readonly step: number; readonly time: number }
  readonly #keeps: boolean
  readonly #onEvent: () => void
  /** Code outside any object has begun to wait for a Future. */
  onTestWaits: (() => void) | undefined
  readonly #open = new Map<number, OpenHandlers>()
  /** The objects of each thread that have begun anything, and have not ended. */
  readonly #living = new Map<Place, Map<number, Identity>>()
  /** By pid; those that have been settled are taken out. */
  readonly #waits = new Map<number, Set<WaitFor>>()
  /** By pid: when its latest pause ends. */
  readonly #pauses = new Map<number, number>()

  constructor(how: {
    readonly now: () => { readonly step: number; readonly time: number }
    readonly keeps: boolean
    readonly onEvent: () => void
  }) {
    this.#now = how.now
    this.#keeps = how.keeps
    this.#onEvent = how.onEvent
  }

  /** What one thread tells, until it is over. */
  traceOf(place: Place, isOver: () => boolean): Trace {
    const living = new Map<number, Identity>()
    this.#living.set(place, living)
    return (event) => {
      if (isOver()) return
      if (event.kind === 'begin') living.set(event.object.pid, event.object)
      else if (event.kind === 'ended') living.delete(event.object.pid)
      this.#record(event)
    }
  }

  /** A thread has ended, and its objects with it. Idempotent. */
  lost(place: Place): void {
    for (const object of this.#living.get(place)?.values() ?? []) this.#record({ kind: 'lost', object })
    this.#living.delete(place)
  }

  #forget(pid: number): void {
    this.#open.delete(pid)
    this.#waits.delete(pid)
    this.#pauses.delete(pid)
  }

  /** All handlers that are open. */
  waiting(): Waiting[] {
    const all: Waiting[] = []
    for (const { identity, messages } of this.#open.values())
      for (const { method } of messages) all.push({ name: identity.name, method, ...this.#waitOf(identity.pid) })
    return all
  }

  /** What code outside any object waits for, and has not come. */
  testWaits(): readonly WaitFor[] {
    return [...(this.#waits.get(OUTSIDE) ?? [])]
  }

  /** ` in client.ask`: the handler that the running code belongs to, in words; empty outside any. */
  inHand(scope: Scope | undefined): string {
    const name = this.nameOf(scope)
    return name === undefined || scope?.turn === undefined ? '' : ` in ${name}.${scope.turn.message.method}`
  }

  /** The object whose handler the running code belongs to. */
  nameOf(scope: Scope | undefined): string | undefined {
    return scope && this.#open.get(scope.pid)?.identity.name
  }

  /**
   * Whether what the test waits for hangs, call by call, on a handler that waits for something outside. Where nothing is known of what the
   * test waits for, any such handler counts.
   */
  get waitsOutside(): boolean {
    if (this.testWaits().length === 0) return this.waiting().some((one) => one.for === 'outside')
    const seen = new Set<number>()
    const follow = (pid: number): boolean => {
      if (seen.has(pid)) return false
      seen.add(pid)
      const waits = [...(this.#waits.get(pid) ?? [])]
      if (waits.length === 0) return this.#waitOf(pid).for === 'outside'
      // Who holds a Future made by hand is not known here.
      return waits.some(({ to }) => {
        if (to === undefined) return this.waiting().some((one) => one.for === 'outside')
        const callee = this.#named(to)
        return callee !== undefined && follow(callee.identity.pid)
      })
    }
    return follow(OUTSIDE)
  }

  #named(name: string): OpenHandlers | undefined {
    return this.#open.values().find(({ identity }) => identity.name === name)
  }

  #waitOf(pid: number): Pick<Waiting, 'for' | 'what'> {
    const [wait] = this.#waits.get(pid) ?? []
    if (wait !== undefined) return { for: 'answer', what: wait.what }
    const until = this.#pauses.get(pid)
    if (until !== undefined && until >= this.#now().time) return { for: 'time', what: `until ${shownMs(until)}` }
    return { for: 'outside', what: 'something outside' }
  }

  #record(event: TraceEvent): void {
    if (this.#keeps) this.events.push({ ...event, ...this.#now() })
    switch (event.kind) {
      case 'begin':
        this.#begin(event.object, event.message)
        break
      case 'end':
        this.#end(event.object.pid, event.message)
        break
      case 'ended':
      case 'halted':
      case 'lost':
        this.#forget(event.object.pid)
        break
      case 'wait':
        this.#wait(event.pid, event)
        break
      case 'pause':
        this.#pauses.set(event.pid, Math.max(event.until, this.#pauses.get(event.pid) ?? 0))
        break
      case 'send':
      case 'settled':
      case 'enqueue':
      case 'postpone':
      case 'dropped':
      case 'enter':
      case 'leave':
      case 'restart':
        break
      default:
        throw new TypeError(`unknown event: ${JSON.stringify(event satisfies never)}`)
    }
    this.#onEvent()
  }

  #begin(identity: Identity, message: Message): void {
    const open = this.#open.get(identity.pid)
    if (open === undefined) this.#open.set(identity.pid, { identity, messages: [message] })
    else open.messages.push(message)
  }

  #end(pid: number, message: Message): void {
    const open = this.#open.get(pid)
    const at = open?.messages.indexOf(message) ?? -1
    if (open === undefined || at < 0) return
    open.messages.splice(at, 1)
    if (open.messages.length === 0) this.#forget(pid)
  }

  #wait(pid: number, { future, what, to }: WaitFor): void {
    if (outcomeOf(future) !== undefined) return
    let waits = this.#waits.get(pid)
    if (waits === undefined) this.#waits.set(pid, (waits = new Set()))
    const all = waits
    const wait = { future, what, to }
    all.add(wait)
    noteSettled(future, () => all.delete(wait))
    if (pid === OUTSIDE) this.onTestWaits?.()
  }
}
