/**
 * Driver: runs the steps of a simulation for as long as a test asks: until something settles, for a stretch of time, until nothing can run.
 *
 *   step is ready ──▶ do one, then let all microtasks run
 *   none is       ──▶ a module is being loaded?       wait for it, in real time
 *                     a handler waits for outside?    run(): wait for it, in real time, no longer than the patience
 *                     a timer is set, within limits?  move time to it
 *                     else                            nothing is left to do
 *
 * One of them runs at a time; others wait for it, in order. While none does, nothing that the system owes the test can come: what the test
 * awaits then, for as long as the patience, fails and says so.
 */

import { shownMs } from '../core/duration.ts'
import { BadDefinition, TsworksError } from '../core/errors.ts'
import { clockOf, giveUpFuture, isFuture, tieOf, type Future } from '../core/future.ts'
import { targetOf } from '../core/remote.ts'
import { describe } from '../core/traits.ts'
import { currentScope } from '../threads/scopes.ts'
import type { Recorder, Waiting } from './recorder.ts'
import { VirtualClock } from './virtual-clock.ts'
import type { World } from './world.ts'

export interface DriverOptions {
  readonly world: World
  readonly recorder: Recorder
  /** How long to wait for something outside that makes no difference, and for the test to drive what it awaits, in real ms. */
  readonly patience: number
}

/** How far run() lets time go on, in ms: a periodic timer alone would let it run for ever. */
const LONGEST_RUN_MS = 86_400_000

/** How long modules, files and real threads may take to load, in real ms. */
const LONGEST_LOAD_MS = 60_000

/** Steps after which a run is taken for one that never ends, unless time has gone on meanwhile. */
const MOST_STEPS_AT_ONE_TIME = 1_000_000

export class Driver {
  readonly #world: World
  readonly #recorder: Recorder
  readonly #patience: number
  /** The one that is running, or the last one; never rejects. */
  #last: Promise<unknown> = Promise.resolve()
  /** The calls of the test that drive the simulation now, or wait for their turn to. */
  readonly #underWay: string[] = []
  #stopWatching: () => void = () => {}

  constructor({ world, recorder, patience }: DriverOptions) {
    this.#world = world
    this.#recorder = recorder
    this.#patience = patience
    recorder.onTestWaits = () => this.#watch()
  }

  get seed(): number {
    return this.#world.seed
  }

  /** The calls of the test that have not ended. */
  get underWay(): readonly string[] {
    return this.#underWay
  }

  /** Runs until `work` settles; time goes on as needed. Rejects with its error, or with why it will never settle. */
  run<R>(work: PromiseLike<R>, call: string): Promise<R> {
    const misfit = this.#misfit(work, call)
    if (misfit !== undefined) return Promise.reject(misfit)
    let isSettled = false
    const settled = (): void => {
      isSettled = true
      this.#world.touch()
    }
    // Asked at once, so that it counts as waited for.
    const outcome = Promise.resolve(work)
    outcome.then(settled, settled)
    return this.#inTurn(call, async () => {
      const latest = this.#world.time.now + LONGEST_RUN_MS
      let isOutsideSilent = false
      for (;;) {
        await this.#steps(() => isSettled)
        if (isSettled) return outcome
        const waitsOutside = this.#world.nextDue === Infinity || this.#recorder.waitsOutside
        if (waitsOutside && !isOutsideSilent) isOutsideSilent = !(await this.#world.outside(this.#patience))
        else if (!this.#jump(latest)) throw this.#stalled(call)
      }
    })
  }

  /** Runs all that is due in the next `ms`. */
  advance(ms: number, call: string): Promise<void> {
    return this.#inTurn(call, async () => {
      const until = this.#world.time.now + ms
      do await this.#steps(() => false)
      while (this.#jump(until))
      this.#world.time.now = Math.max(this.#world.time.now, until)
    })
  }

  /** Runs until nothing can without time, or something outside. */
  settle(call: string): Promise<Waiting[]> {
    return this.#inTurn(call, async () => {
      await this.#steps(() => false)
      return this.#recorder.waiting()
    })
  }

  /**
   * Lets time go on until `isDone`, but no further than `ms`, and then runs what can without time; whether it is done.
   */
  until(isDone: () => boolean, ms: number, call: string): Promise<boolean> {
    return this.#inTurn(call, async () => {
      const until = this.#world.time.now + ms
      do await this.#steps(isDone)
      while (!isDone() && this.#jump(until))
      await this.#steps(() => false)
      return isDone()
    })
  }

  /** Does steps until none is ready, or `isDone`. */
  async #steps(isDone: () => boolean): Promise<void> {
    const world = this.#world
    await world.drain()
    for (let steps = 0; !isDone(); steps++) {
      if (steps > MOST_STEPS_AT_ONE_TIME)
        throw new TsworksError(
          `${MOST_STEPS_AT_ONE_TIME} steps without time going on: objects send each other messages without end; the last steps: ` +
            `${world.lastSteps.join(', ')} (seed ${world.seed})`,
          { code: 'ENDLESS' },
        )
      if (world.isLoading !== undefined) await this.#load()
      else if (!world.step()) return
      await world.drain()
    }
  }

  /** Waits, in real time, for what is being loaded. */
  async #load(): Promise<void> {
    const what = this.#world.isLoading!
    if (await this.#world.outside(LONGEST_LOAD_MS)) return
    throw new TsworksError(
      `${what} is not there after ${shownMs(LONGEST_LOAD_MS)} of real time: is there a top-level await in it that waits for ever?`,
      { code: 'STALLED' },
    )
  }

  /** Moves time to the next timer, if that is not after `until`. */
  #jump(until: number): boolean {
    const next = this.#world.nextDue
    if (next > until || next === Infinity) return false
    this.#world.time.now = Math.max(this.#world.time.now, next)
    return true
  }

  #stalled(call: string): TsworksError {
    const waiting = this.#recorder.waiting()
    const outside = waiting.some((one) => one.for === 'outside')
    const list = waiting.map(({ name, method, what }) => `${name}.${method} waits for ${what}`)
    return new TsworksError(
      `${call}: what it waits for has not come: ${list.join(', ') || 'no handler is open'}; nothing is left to run within ` +
        `${shownMs(LONGEST_RUN_MS)} of virtual time, and nothing has come from outside for ${shownMs(this.#patience)} of real time (patience)` +
        `${outside ? `; where that takes longer, give the simulation more: testSystem(program, { patience: ${10 * Math.max(1_000, this.#patience)} })` : ''} ` +
        `(seed ${this.seed}, after ${shownMs(this.#world.time.now)} of virtual time)`,
      { code: 'STALLED' },
    )
  }

  /** Why `work` is nothing that this simulation could run for. */
  #misfit(work: unknown, call: string): BadDefinition | undefined {
    if (!isThenable(work))
      return new BadDefinition(
        `${call}: expected the Future of a call, or a promise, found ${shownWork(work)}; call the method: sim.run(sim.actor(name).method(…))`,
      )
    const clock = isFuture(work) ? clockOf(work) : undefined
    if (clock === undefined || (clock instanceof VirtualClock && clock.shows(this.#world.time))) return undefined
    return new BadDefinition(
      `${call}: expected a Future of this simulation, found that of ${tieOf(work as Future<unknown>)!.what}, which belongs to ` +
        (clock instanceof VirtualClock ? 'another simulation: run that one' : 'a system with real threads: await it'),
    )
  }

  /** From now on, while nothing drives the simulation: what the test awaits fails when the patience is over. */
  #watch(): void {
    this.#stopWatching()
    if (this.#underWay.length > 0 || this.#recorder.testWaits().length === 0) return
    this.#stopWatching = this.#world.afterReal(this.#patience, () => {
      for (const { future, what, to } of this.#recorder.testWaits())
        // What was made by hand and passed to nobody is the test's own affair.
        if (tieOf(future) !== undefined) giveUpFuture(future, this.#standsStill(to === undefined ? undefined : what))
    })
  }

  /** `call` is undefined for a Future made by hand. */
  #standsStill(call: string | undefined): TsworksError {
    return new TsworksError(
      `${call ?? 'a Future made by hand'} was awaited while the simulation stood still, so it could not come: await sim.run(future) instead, or let the simulation go on ` +
        `(sim.advance(ms), sim.settle()) before you await it; nothing had for ${shownMs(this.#patience)} of real time (patience, a setting)`,
      { code: 'STANDS_STILL', executed: call === undefined ? undefined : 'maybe' },
    )
  }

  #inTurn<R>(call: string, work: () => Promise<R>): Promise<R> {
    if (currentScope() !== undefined)
      return Promise.reject(
        new TsworksError(`${call}: called in an object of a system; only the test drives a simulation`, {
          code: 'NOT_IN_OBJECTS',
        }),
      )
    this.#stopWatching()
    this.#underWay.push(call)
    const result = this.#last.then(work).finally(() => {
      this.#underWay.splice(this.#underWay.indexOf(call), 1)
      this.#watch()
    })
    this.#last = result.catch(() => {})
    return result
  }
}

function shownWork(work: unknown): string {
  if (typeof work === 'function') return 'a function'
  return targetOf(work) !== undefined ? 'a Remote' : describe(work)
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === 'object' || typeof value === 'function') &&
    value !== null &&
    typeof Reflect.get(value, 'then') === 'function'
  )
}
