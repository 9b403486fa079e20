/**
 * SimulatedThread: one thread of a simulated system: a host, its line to the kernel, its timers, and the steps in which they go on.
 *
 *   kernel ──post()──▶ news ─▶ [member: host, commands, log] ─▶ reports ──▶ kernel
 *                              turns, when planned; timers, when due
 *
 *   made ──boot──▶ running ──leave, terminate, kill──▶ over: no step but the reports that it had made, the last of which is its exit
 *
 * Code of a thread that is over may still run, since there is only one real thread; it reaches nobody: its road to the kernel is closed, its
 * links are, its timers do not fire and its host takes no turn.
 */

import type { Trace } from '../core/trace.ts'
import type { Turn } from '../core/turn.ts'
import type { Engine, TurnLoop } from '../threads/engine.ts'
import type { KernelPort } from '../threads/kernel-port.ts'
import { currentScope } from '../threads/scopes.ts'
import type { ThreadEvents, ThreadExit, ThreadHandle } from '../threads/thread-maker.ts'
import { Fifo } from '../wire/fifo.ts'
import type { Place, ToKernel, ToThread } from '../wire/kernel-protocol.ts'
import type { LinkPlace } from './simulated-link.ts'
import type { VirtualClock } from './virtual-clock.ts'
import type { Step, Stepper, Trouble, World } from './world.ts'

export interface SimulatedThreadOptions {
  readonly world: World
  readonly place: Place
  readonly label: string
  readonly trace: Trace
  /** What is to be said where a blocking wait for `what` cannot end. */
  readonly trouble: (what: string) => Trouble
}

/** How often a turn ends after a message, though more wait: one time in so many. */
const TURN_ENDS_ONCE_IN = 4

export class SimulatedThread implements Stepper, LinkPlace {
  readonly place: Place
  readonly label: string
  readonly clock: VirtualClock
  readonly engine: Engine
  readonly ownSteps: readonly Step[]
  readonly otherSteps: readonly Step[]
  readonly #world: World
  readonly #news = new Fifo<ToThread>()
  readonly #reports = new Fifo<ToKernel | ThreadExit>()
  #boot: (() => void) | undefined
  #heard: ((message: ToThread) => void) | undefined
  #events: ThreadEvents | undefined
  #turn: (() => boolean) | undefined
  #isPlanned = false
  #isOver = false
  /** When its last turn ended, as a stamp. */
  #lastTurn = 0
  /** The blocking wait that it is in, or was in last. */
  #wait: { readonly what: string; readonly turn: Turn | undefined; readonly since: number } | undefined
  /** In a turn: when it has looked at its links last, as a stamp. */
  #looked: number | undefined

  constructor({ world, place, label, trace, trouble }: SimulatedThreadOptions) {
    this.#world = world
    this.place = place
    this.label = label
    this.clock = world.makeClock()
    this.engine = {
      clock: this.clock,
      trace,
      hearsCollector: false,
      loop: (turn) => this.#loop(turn),
      limitTurn: () => () => world.random.between(1, TURN_ENDS_ONCE_IN) === 1,
      standStill: (_seen, ms, what) => {
        const { now } = world.time
        const turn = currentScope()?.turn
        // It is asked again and again in one wait, which it knows by what it is for.
        if (this.#wait?.what !== what || this.#wait.turn !== turn) this.#wait = { what, turn, since: now }
        world.standStill(this, { since: this.#wait.since, at: now + ms }, trouble(what))
      },
    }
    this.ownSteps = [
      { what: `${label}: a turn`, isReady: () => this.#isPlanned, run: () => this.#takeTurn() },
      {
        what: `news for ${label}`,
        isReady: () => this.#news.size > 0 && this.#heard !== undefined,
        run: () => this.#hear(),
      },
      {
        what: `${label}: a timer`,
        isReady: () => this.clock.nextDue <= world.time.now,
        run: () => this.clock.fireNext(),
      },
    ]
    this.otherSteps = [
      { what: `${label} begins`, isReady: () => this.#boot !== undefined, run: () => this.#begin() },
      {
        what: `a report of ${label}`,
        isReady: () => this.#reports.size > 0 && this.#events !== undefined,
        run: () => this.#report(),
      },
    ]
    world.add(this)
  }

  get isOver(): boolean {
    return this.#isOver
  }

  get nextDue(): number {
    return this.clock.nextDue
  }

  /** Whether the kernel has told it something that it has not heard. */
  get hasNews(): boolean {
    return this.#news.size > 0
  }

  /** Makes the thread begin, in a step of its own. */
  boots(boot: () => void): void {
    this.#boot = boot
    this.#world.touch()
  }

  /** As the kernel has it. */
  get handle(): ThreadHandle {
    return {
      post: (message) => {
        if (this.#isOver) return
        // As a port does it; the half of a link is the one thing that only a real port could move.
        this.#news.push(message.kind === 'introduced' ? message : structuredClone(message))
        this.#world.touch()
      },
      listen: (events) => {
        this.#events = events
        this.#world.touch()
      },
      terminate: () => this.end({ reason: 'its thread exited with code 1', error: undefined, isClean: false }),
      close: () => this.#world.remove(this),
      threadId: this.place,
      idleMs: () => undefined,
    }
  }

  /** Its own end of the road to the kernel. */
  get port(): KernelPort {
    return {
      post: (message) => {
        if (this.#isOver) return
        this.#reports.push(structuredClone(message))
        this.#world.touch()
      },
      listen: (heard) => {
        this.#heard = heard
        this.#world.touch()
      },
      receive: () => this.#news.take(),
      close: () => {
        this.#heard = undefined
        this.#news.clear()
      },
    }
  }

  /** It leaves, or dies: what it had reported and sent still arrives. */
  end(exit: ThreadExit): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#isPlanned = false
    this.#turn = undefined
    this.#boot = undefined
    this.#heard = undefined
    this.#news.clear()
    this.clock.close()
    this.#reports.push(exit)
    this.#world.touch()
  }

  seenUpTo(): number | undefined {
    if (this.#looked === undefined) return undefined
    // Most looks see all, so that a message takes a few turns at most.
    const now = this.#world.stamp()
    this.#looked = this.#world.random.between(0, 1) === 0 ? now : this.#world.random.between(this.#looked, now)
    return this.#looked
  }

  #loop(turn: () => boolean): TurnLoop {
    this.#turn = turn
    const plan = (): void => {
      if (this.#turn === undefined) return
      this.#isPlanned = true
      this.#world.touch()
    }
    return {
      plan,
      woken: plan,
      end: () => {
        this.#turn = undefined
        this.#isPlanned = false
      },
    }
  }

  #takeTurn(): void {
    this.#isPlanned = false
    this.#looked = this.#lastTurn
    try {
      if (this.#turn?.() === true) this.#isPlanned = this.#turn !== undefined
    } finally {
      this.#looked = undefined
      this.#lastTurn = this.#world.stamp()
    }
  }

  #hear(): void {
    const message = this.#news.take()
    if (message !== undefined) this.#heard?.(message)
  }

  #begin(): void {
    const boot = this.#boot
    this.#boot = undefined
    boot?.()
  }

  #report(): void {
    const report = this.#reports.take()
    if (report === undefined) return
    if ('isClean' in report) this.#events?.exit(report)
    else this.#events?.message(report)
  }
}
