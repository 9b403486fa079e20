/**
 * World: the scheduler of one simulation. It picks, by seeded chance, which simulated thread does the next thing.
 *
 *   turn     a thread's host takes its turn            news     a message of the kernel reaches a thread
 *   timer    the next timer of a thread fires          report   a message of a thread reaches the kernel
 *
 * Each of them is a step; any that is ready may be the next, as between real threads, whose event loops know nothing of each other. Within
 * one road (a link, a port, the timers of one thread) the order is kept. All microtasks run between two steps. Time moves only when no
 * step is ready. The same seed gives the same steps, as long as nothing from outside (a socket, a file, a real timer) comes in between.
 */

import { setImmediate, setTimeout, clearTimeout } from 'node:timers'
import { CannotBlockHere } from '../core/errors.ts'
import { SeededRandom } from './seeded-random.ts'
import { VirtualClock, VirtualTime } from './virtual-clock.ts'

/** One kind of step of one thread. */
export interface Step {
  /** In words. */
  readonly what: string
  isReady(): boolean
  run(): void
}

/** Something with steps: a simulated thread, or the kernel. */
export interface Stepper {
  readonly label: string
  /** When the next thing of it is due, in virtual ms; Infinity if none is. */
  readonly nextDue: number
  /** Those that its own event loop does: none of them is done while it is blocked. */
  readonly ownSteps: readonly Step[]
  /** Those that others do for it. */
  readonly otherSteps: readonly Step[]
}

/** A blocking wait: when it began, and when it ends at the latest, in virtual ms. */
export interface Standing {
  readonly since: number
  readonly at: number
}

/** What is said of a blocking wait that cannot end. */
export interface Trouble {
  /** What is waited for, and by whom, in words: `worker.slow in client.ask`. */
  readonly wait: () => string
  /** Why it cannot end; undefined where it may yet, unless it `isHopeless`: nothing comes for so long that something must be said. */
  readonly why: (isHopeless: boolean) => string | undefined
  /** What to do about it. */
  readonly cure: () => string
}

// Taken when this module is loaded, so that a test that replaces the timers of Node does not stop the scheduler.
const immediate = setImmediate
const startTimer = setTimeout
const stopTimer = clearTimeout

/** How many steps an error shows. */
const LAST_STEPS = 10
/** How far time may go on, in ms, while a blocking get() waits for an answer: a periodic timer alone would let it wait for ever. */
const LONGEST_BLOCK_MS = 3_600_000

export class World {
  readonly seed: number
  readonly random: SeededRandom
  readonly time = new VirtualTime()
  /** Steps done so far. */
  steps = 0
  /** What the last steps were, oldest first; for errors. */
  readonly lastSteps: string[] = []
  readonly #steppers: Stepper[] = []
  readonly #blocked = new Set<Stepper>()
  /** What is being loaded (modules, files, real threads), in words: work of the simulation that takes real time. */
  readonly #loading: string[] = []
  #activity: PromiseWithResolvers<void> | undefined
  #stamp = 0

  constructor(seed: number) {
    this.seed = seed
    this.random = new SeededRandom(seed)
  }

  add(stepper: Stepper): void {
    this.#steppers.push(stepper)
  }

  remove(stepper: Stepper): void {
    const at = this.#steppers.indexOf(stepper)
    if (at >= 0) this.#steppers.splice(at, 1)
  }

  makeClock(): VirtualClock {
    return new VirtualClock(this.time, this.touch)
  }

  /** A number that grows: what happened before what. */
  stamp(): number {
    return ++this.#stamp
  }

  /** Something has happened that may have made a step ready. */
  readonly touch = (): void => {
    this.#activity?.resolve()
    this.#activity = undefined
  }

  /** Time and steps stand still for the rest of the simulation until `what` is loaded. */
  async loading<T>(work: Promise<T>, what: string): Promise<T> {
    this.#loading.push(what)
    try {
      return await work
    } finally {
      this.#loading.splice(this.#loading.indexOf(what), 1)
      this.touch()
    }
  }

  /** What is being loaded, in words; undefined if nothing is. */
  get isLoading(): string | undefined {
    return this.#loading[0]
  }

  /** A thread stands still in a blocking wait: it takes none of its own steps. */
  block(stepper: Stepper): void {
    this.#blocked.add(stepper)
  }

  unblock(stepper: Stepper): void {
    this.#blocked.delete(stepper)
  }

  isBlocked(stepper: Stepper): boolean {
    return this.#blocked.has(stepper)
  }

  /** Does one step that is ready, by chance; false if none is. */
  step(): boolean {
    const ready: Step[] = []
    for (const stepper of this.#steppers) {
      for (const step of stepper.otherSteps) if (step.isReady()) ready.push(step)
      if (this.#blocked.has(stepper)) continue
      for (const step of stepper.ownSteps) if (step.isReady()) ready.push(step)
    }
    if (ready.length === 0) return false
    this.steps++
    const step = this.random.pick(ready)
    this.lastSteps.push(step.what)
    if (this.lastSteps.length > LAST_STEPS) this.lastSteps.shift()
    step.run()
    return true
  }

  /** When the next thing is due, of those that are not blocked; Infinity if none is. */
  get nextDue(): number {
    let next = Infinity
    for (const stepper of this.#steppers) if (!this.#blocked.has(stepper)) next = Math.min(next, stepper.nextDue)
    return next
  }

  /** Lets what was resolved go on: returns when all microtasks have run. */
  drain(): Promise<void> {
    return new Promise((resolve) => immediate(resolve))
  }

  /** Calls after `ms` of real time; gives what takes that back. */
  afterReal(ms: number, call: () => void): () => void {
    const timer = startTimer(call, ms)
    return () => stopTimer(timer)
  }

  /** Waits in real time until something from outside has made a difference; false if `ms` have passed. */
  outside(ms: number): Promise<boolean> {
    const activity = (this.#activity ??= Promise.withResolvers())
    return new Promise((resolve) => {
      const timer = startTimer(() => resolve(false), ms)
      void activity.promise.then(() => stopTimer(timer)).then(() => resolve(true))
    })
  }

  /**
   * Stands in for a thread that stands still: the others go on meanwhile, as far as they can without a microtask. `trouble` says why that
   * cannot end, where it cannot, and what to do about it.
   *
   * @throws CannotBlockHere
   */
  standStill(stepper: Stepper, until: Standing, trouble: Trouble): void {
    this.block(stepper)
    try {
      if (this.step()) return
      const next = Math.min(this.nextDue, until.at)
      const isHopeless = next > until.since + LONGEST_BLOCK_MS
      const reason = this.isLoading === undefined ? trouble.why(isHopeless) : `${this.isLoading} is being loaded`
      if (reason !== undefined)
        throw new CannotBlockHere(
          `future.get() of ${trouble.wait()} cannot be simulated: ${reason}; while code in the one thread of a simulation is blocked, nothing there that waits for a promise can go on: ${trouble.cure()}`,
        )
      this.time.now = Math.max(this.time.now, next)
    } finally {
      this.unblock(stepper)
    }
  }
}
