/**
 * The line of a real thread to the simulation that it takes its steps with.
 *
 *   asleep ──grant──▶ a step, its microtasks ──▶ done: asleep
 *                       ╰─▶ blocked ──grant to look──▶ …
 *
 * One side runs at a time: from a grant on, the simulation stands still until this thread gives control back. Code that has waited for
 * something outside (a file, a real timer) comes back when it likes, with no grant: what it tells waits in the port until the simulation looks,
 * and a step that is granted meanwhile is taken when that code has returned. What is loaded comes back so too, but the simulation grants
 * nothing until it hears that no load is under way, which is said when all that follows from the load has been told.
 */

import process from 'node:process'
import { setImmediate } from 'node:timers'
import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { runOutsideScopes } from '../../threads/scopes.ts'
import type { Movable } from '../../wire/movables.ts'
import {
  FOR_SIMULATION,
  FOR_THREAD,
  type Answer,
  type Asked,
  type FarNews,
  type Grant,
  type LockStepBoot,
  type Told,
  type ToSimulation,
} from './protocol.ts'

export class LockStepLine {
  readonly #port: MessagePort
  readonly #signals: Int32Array
  readonly #time: Float64Array
  readonly #step: (grant: Grant) => void
  /** Granted while other code was running here. */
  readonly #granted: Grant[] = []
  /** The simulation stands still until it gets control back. */
  #owes = false
  /** It has asked without, so that since then things may have come that it has not seen. */
  #isOutside = false
  #isEnding = false
  /** The loads that are under way, in words. */
  readonly #loading: string[] = []
  /** What the simulation has heard of them last. */
  #toldLoading: string | undefined
  #error: { readonly error: unknown } | undefined

  /** `step` takes a step. */
  constructor(port: MessagePort, { signals, time }: LockStepBoot, step: (grant: Grant) => void) {
    this.#port = port
    this.#signals = new Int32Array(signals)
    this.#time = new Float64Array(time)
    this.#step = step
    port.on('message', (grant: Grant) => {
      this.#granted.push(grant)
      this.#takeSteps()
    })
    setImmediate(() => this.#port.postMessage({ kind: 'up' } satisfies ToSimulation))
    // However it ends (but by terminate(), which the simulation calls): nobody waits for a thread that is gone.
    process.on('exit', () => this.#giveBack({ kind: 'gone' }))
  }

  /** Virtual time, in ms. */
  now(): number {
    return this.#time[0]!
  }

  /** @throws DataCloneError; then nothing was told */
  tell(told: Told, transfer: readonly Movable[] = []): void {
    this.#port.postMessage({ kind: 'told', told } satisfies ToSimulation, [...transfer])
  }

  ask(asked: Asked): unknown {
    if (!this.#owes) this.#isOutside = true
    this.#port.postMessage({ kind: 'asked', asked } satisfies ToSimulation)
    this.#call()
    for (;;) {
      const message = this.#next()
      if (message.kind === 'answer') return message.value
      this.#owes = true
      this.#granted.push(message)
      this.#endStep()
    }
  }

  /** The next news of the kernel, for a thread that stands still; those first that were granted and not taken. */
  receive(): FarNews | undefined {
    const at = this.#granted.findIndex(({ kind }) => kind === 'news')
    if (at < 0) return this.ask({ kind: 'receive' }) as FarNews | undefined
    const [grant] = this.#granted.splice(at, 1)
    return grant!.kind === 'news' ? grant!.message : undefined
  }

  /** Stands still until the simulation lets it look again, which it does when something has come, or after `ms` of virtual time. */
  standStill(ms: number): void {
    const isOutside = this.#isOutside || !this.#owes
    this.#isOutside = false
    // No load goes on while this thread stands still.
    this.#tellLoading(undefined)
    this.#giveBack({ kind: 'blocked', ms, isOutside })
    for (;;) {
      const message = this.#next()
      this.#owes = true
      if (message.kind === 'look') break
      if (message.kind !== 'answer') this.#granted.push(message)
    }
    this.#endStep()
  }

  /** The simulation stands still until that is loaded. */
  async loading<T>(work: Promise<T>, what: string): Promise<T> {
    this.#loading.push(what)
    this.#tellLoading(this.#loading[0])
    try {
      return await work
    } finally {
      this.#loading.splice(this.#loading.indexOf(what), 1)
      this.#endStep()
    }
  }

  #tellLoading(what: string | undefined): void {
    if (what === this.#toldLoading) return
    this.#toldLoading = what
    this.tell({ kind: 'loading', what })
  }

  #takeSteps(): void {
    for (let grant = this.#granted.shift(); grant !== undefined; grant = this.#granted.shift()) {
      this.#owes = true
      try {
        this.#step(grant)
      } catch (error) {
        this.#error ??= { error }
      }
    }
    this.#endStep()
  }

  /** Gives control back when the microtasks have run. */
  #endStep(): void {
    if (this.#isEnding) return
    this.#isEnding = true
    // What is taken next is no step of the code that has just run.
    runOutsideScopes(() => void setImmediate(this.#whenDrained))
  }

  readonly #whenDrained = (): void => {
    this.#isEnding = false
    this.#tellLoading(this.#loading[0])
    if (this.#granted.length > 0) this.#takeSteps()
    else if (this.#owes) this.#giveBack({ kind: 'done', error: this.#takeError() })
  }

  #takeError(): { readonly error: unknown } | undefined {
    const error = this.#error
    this.#error = undefined
    return error
  }

  #giveBack(message: ToSimulation): void {
    this.#owes = false
    this.#port.postMessage(message)
    this.#call()
  }

  #call(): void {
    Atomics.add(this.#signals, FOR_SIMULATION, 1)
    Atomics.notify(this.#signals, FOR_SIMULATION)
  }

  /** The next message of the simulation; stands still until it comes. */
  #next(): Grant | Answer {
    for (;;) {
      // The count comes first: a message that is posted after it makes the wait return at once.
      const seen = Atomics.load(this.#signals, FOR_THREAD)
      const received = receiveMessageOnPort(this.#port)
      if (received !== undefined) return received.message as Grant | Answer
      Atomics.wait(this.#signals, FOR_THREAD, seen)
    }
  }
}
