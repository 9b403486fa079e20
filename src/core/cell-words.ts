/**
 * What the words of an object do (`this.become(…)`, `this.every(…)`), for one that lives in a cell. Each checks that it may be said
 * here and now, and refuses in English; what it asks for is then done by the cell, or by its host.
 */

import { checkObserved, checkSpawn, nameOfWhat } from './arguments.ts'
import type { Owner } from './belongings.ts'
import type { Cell } from './cell.ts'
import { checkedMs, type ClockTimer } from './clock.ts'
import { BadDefinition, NotInTurn } from './errors.ts'
import type { Future } from './future.ts'
import type { Logger } from './logger.ts'
import { NotifyFace } from './notify-face.ts'
import type { MessageInfo, Named, ObjectContext, SpawnOptions, TimerWish } from './object-context.ts'
import { targetOf } from './remote.ts'
import { describe, traitsOf, type AnyClass, type ClassKind } from './traits.ts'
import { Postponed, type Turn } from './turn.ts'

export class CellWords implements ObjectContext {
  readonly #cell: Cell
  #notify: NotifyFace | undefined

  constructor(cell: Cell) {
    this.#cell = cell
  }

  // ── Who it is ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  get name(): string {
    return this.#cell.name
  }

  get pid(): number {
    return this.#cell.pid
  }

  get index(): number {
    return this.#cell.identity.index
  }

  get log(): Logger {
    return this.#cell.log
  }

  get config(): unknown {
    return this.#cell.config
  }

  get object(): object {
    return this.#cell.behaviour.object
  }

  // ── Others ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  get notify(): object {
    return (this.#notify ??= new NotifyFace((method, args) => this.#cell.host.notify(this.#cell, method, args)))
  }

  actor(what: string | Named, index?: number): object {
    return this.#cell.host.remote(nameOfWhat(`${this.name}.actor(what)`, what, index))
  }

  actors(what: string | Named): object[] {
    const call = `${this.name}.actors(key)`
    return this.#cell.host.family(nameOfWhat(call, what), call)
  }

  self(): object {
    return this.#cell.host.remote(this.name)
  }

  observe(observed: string | Named | object, on: boolean): Future<void> {
    checkObserved(
      `${this.name}.${on ? 'observe' : 'unobserve'}(observed)`,
      observed,
      (value) => targetOf(value) !== undefined,
    )
    return this.#cell.host.observe(this.#cell, observed, on)
  }

  spawn(what: string | Named, options: SpawnOptions): object {
    checkSpawn(`${this.name}.spawn(key, options)`, what, options)
    return this.#cell.host.spawn(this.#cell, what, options)
  }

  watch(remote: object): void {
    this.#cell.host.watch(this.#cell, remote)
  }

  // ── The message in hand ───────────────────────────────────────────────────────────────────────────────────────────────────

  get signal(): AbortSignal {
    return this.#turnFor('signal').signalOn(this.#cell.host.clock)
  }

  get messageInfo(): MessageInfo {
    const { message } = this.#turnFor('context')
    return { ...message.context, sender: message.from }
  }

  become(stateClass: AnyClass, args: readonly unknown[]): void {
    const call = `become(${typeof stateClass === 'function' ? stateClass.name : describe(stateClass)})`
    const turn = this.#turnToChange(call)
    if (turn.stage === 'onLeave')
      throw new NotInTurn(
        `${this.name}: ${call} in onLeave: a State is being left already; decide in the handler, or in onEnter`,
      )
    if (turn.message.kind === 'hook' && turn.message.method === 'onStop')
      throw new NotInTurn(`${this.name}: ${call} in onStop: the object is ending, no message would reach the State`)
    const kind = this.#kindOf(stateClass, call)
    if (kind !== 'State')
      throw new BadDefinition(
        `${this.name}: ${call}: expected a class that extends State, found one that extends ${kind}`,
      )
    const listed = this.#cell.behaviour.states
    if (listed !== undefined && !listed.includes(stateClass))
      throw new BadDefinition(
        `${this.name}: ${call}: expected one of its static states (${listed.map((state) => state.name).join(', ')}); add it there`,
      )
    turn.next = { stateClass, args }
  }

  postpone(): never {
    const turn = this.#turnToChange('postpone()')
    const { state, states } = this.#cell.behaviour
    if (state === undefined && states === undefined && turn.next === undefined)
      throw new NotInTurn(
        `${this.name}: postpone() without a State: nothing would bring the message back; become() one first`,
      )
    if (turn.stage !== 'handler' || turn.message.kind === 'hook' || turn.message.kind === 'timer')
      throw new NotInTurn(
        `${this.name}: postpone() in ${turn.stage === 'handler' ? turn.message.method : turn.stage}: only a message can be postponed`,
      )
    if (turn.streaming !== undefined)
      throw new NotInTurn(
        `${this.name}: postpone() in ${turn.message.method}: it has begun to give its stream; postpone before the first yield, in a method that calls the generator`,
      )
    turn.postponed = true
    throw new Postponed()
  }

  pause(ms: number): Promise<void> {
    checkedMs(ms, `${this.name}: pause(ms)`)
    const { host, pid } = this.#cell
    host.trace?.({ kind: 'pause', pid, until: host.clock.now() + ms })
    return new Promise((resolve) => host.clock.after(ms, resolve))
  }

  // ── Timers ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  every(ms: number): void {
    this.#cell.timers.every(checkedMs(ms, `${this.name}: every(ms)`))
  }

  stateTimeout(state: object, ms: number): void {
    checkedMs(ms, `${this.name}: setTimeout(ms)`)
    this.#checkCurrent(state, 'setTimeout(ms)')
    this.#cell.timers.setState(ms)
  }

  timer({ name, ms, run, owner }: TimerWish): ClockTimer {
    const call = `timer(${describe(name)}, ms, run)`
    if (typeof name !== 'string')
      throw new BadDefinition(`${this.name}: ${call}: expected a name, a text, found ${describe(name)}`)
    checkedMs(ms, `${this.name}: ${call}`)
    if (typeof run !== 'function')
      throw new BadDefinition(`${this.name}: ${call}: expected run: a function, found ${describe(run)}`)
    const isState = traitsOf(owner.constructor as AnyClass).kind === 'State'
    if (isState) this.#checkCurrent(owner, call)
    return this.#cell.timers.setNamed(name, ms, { run, owner: isState ? owner : undefined })
  }

  /** Only the current State may set timers: those of another would outlive it, or never have been its own (S26). */
  #checkCurrent(state: object, call: string): void {
    if (this.#cell.behaviour.state !== state)
      throw new NotInTurn(
        `${this.name}: ${call} in ${state.constructor.name}, which is not the current State: it is not yet in its constructor (set it in ` +
          'onEnter), and no longer once it was left',
      )
  }

  // ── The end ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

  stop(reason = 'it stopped itself'): void {
    this.#cell.stopSoon(reason)
  }

  stopOther(remote: object): Future<void> {
    return this.#cell.host.stopOther(this.#cell, remote)
  }

  fail(error: unknown): never {
    const turn = this.#cell.host.currentTurn(this.#cell)
    if (turn !== undefined) turn.crash ??= { error }
    throw error
  }

  owner(): Owner {
    return this.#cell.belongings
  }

  /** The kind of a class that shall be a State; throws for what is no class of ours. */
  #kindOf(stateClass: unknown, call: string): ClassKind {
    if (typeof stateClass !== 'function')
      throw new BadDefinition(
        `${this.name}: ${call}: expected a class that extends State, found ${describe(stateClass)}` +
          (stateClass === undefined ? '; a class is undefined where two modules import each other' : ''),
      )
    try {
      return traitsOf(stateClass as unknown as AnyClass).kind
    } catch (error) {
      throw error instanceof BadDefinition ? new BadDefinition(`${this.name}: ${call}: ${error.message}`) : error
    }
  }

  // ── Whose turn it is ──────────────────────────────────────────────────────────────────────────────────────────────────────

  #turnFor(word: string): Turn {
    const turn = this.#cell.host.currentTurn(this.#cell)
    if (turn === undefined)
      throw new NotInTurn(
        `${this.name}: this.${word} outside a handler: no message is in hand; take it before the handler ends`,
      )
    return turn
  }

  /** The turn, if it is one that may change the State. */
  #turnToChange(call: string): Turn {
    const turn = this.#cell.host.currentTurn(this.#cell)
    if (turn === undefined)
      throw new NotInTurn(
        `${this.name}: ${call} outside a handler or hook of this object: nothing is in hand that could end; send yourself a message ` +
          '(this.self()) and do it there',
      )
    if (turn.beside)
      throw new NotInTurn(
        `${this.name}: ${call} in ${turn.message.method}, which is interleaved and runs beside others; it may not change the State`,
      )
    return turn
  }
}
