/**
 * What the conductor has threads do with one object: make it, run its hooks, let messages in, halt it, end it. Each step has a deadline,
 * whose error names object and phase; a thread that dies in it fails it.
 */

import { shownMs } from '../core/duration.ts'
import { ActorDead, StartError, type StartPhase } from '../core/errors.ts'
import { endsWithin } from '../threads/ends-within.ts'
import type { Kernel } from '../threads/kernel.ts'
import type { Observer, ObjectPlan, ProgramPlan, StartHook } from '../wire/kernel-protocol.ts'

export interface StepsOptions {
  readonly kernel: Kernel
  readonly times: () => Pick<ProgramPlan, 'startTimeoutMs' | 'stopTimeoutMs'>
  readonly isStopping: () => boolean
  /** Whether an object has not ended. */
  readonly isThere: (pid: number) => boolean
}

export class Steps {
  readonly #kernel: Kernel
  readonly #options: StepsOptions

  constructor(options: StepsOptions) {
    this.#kernel = options.kernel
    this.#options = options
  }

  // ── To its start ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Loads its class and constructs it. */
  make(plan: ObjectPlan, observers: readonly Observer[] = []): Promise<void> {
    return this.#step(plan, 'construct', () =>
      this.#kernel.command(plan.place, (command) => ({ kind: 'make', command, plan, observers })),
    )
  }

  hook(plan: ObjectPlan, hook: StartHook): Promise<void> {
    return this.#step(plan, hook, () =>
      this.#kernel.command(plan.place, (command) => ({ kind: 'hook', command, pid: plan.pid, hook })),
    )
  }

  /** Lets messages in, for all of them at once: whether one answers in onStart of another shall not depend on who is first. */
  async open(plans: readonly ObjectPlan[]): Promise<void> {
    const byPlace = Map.groupBy(plans, ({ place }) => place)
    await allOrFirstError(
      [...byPlace].map(async ([place, ofPlace]) => {
        const pids = ofPlace.map(({ pid }) => pid)
        try {
          await this.#step(ofPlace[0]!, 'onStart', () =>
            this.#kernel.command(place, (command) => ({ kind: 'open', command, pids })),
          )
        } catch (error) {
          // All of them have stopped themselves in onStart, and their thread has left before it could say that it has opened them.
          if (pids.some(this.#options.isThere)) throw error
        }
      }),
    )
  }

  /** Waits for a phase of a start no longer than `startTimeout`; rejects with a StartError that names object and phase. */
  async inStartTime(plan: ObjectPlan, phase: StartPhase, work: Promise<void>): Promise<void> {
    const { startTimeoutMs: ms } = this.#options.times()
    if (await endsWithin(this.#kernel.clock, ms, work)) return work
    const what = phase === 'thread' ? 'its thread was not up' : `${phase} did not end`
    const cure =
      phase === 'construct' || phase === 'thread'
        ? '; either its module never ends loading (one that imports the file with start() waits for ever in a thread: move what both ' +
          'need to a third one), or this machine starts so many threads slowly (startTimeout gives it longer)'
        : ''
    throw new StartError(`${plan.name}: ${what} within ${shownMs(ms)}${cure}`, { actor: plan.name, phase })
  }

  async #step(plan: ObjectPlan, phase: StartPhase, work: () => Promise<void>): Promise<void> {
    try {
      if (this.#options.isStopping())
        throw new ActorDead(plan.name, 'the system was stopped while it started', { executed: 'no' })
      await this.inStartTime(plan, phase, work())
    } catch (error) {
      if (error instanceof StartError) throw error
      throw startErrorOf(plan, phase, error)
    }
  }

  // ── To its end ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Ends this incarnation and keeps its mail; at once, if it has not ended in its time. */
  async halt({ pid, place }: ObjectPlan, reason: string): Promise<void> {
    const halted = this.#kernel.command(place, (command) => ({ kind: 'halt', command, pid, reason }))
    if (await endsWithin(this.#kernel.clock, this.#options.times().stopTimeoutMs, halted)) return
    this.#kernel.tell(place, { kind: 'kill', pid, reason: `${this.#late}: ${reason}`, keepMail: true })
  }

  /** Ends an object; one that has not ended in its time is killed. Gives the reason then. */
  async end(
    { pid, place }: ObjectPlan,
    how: { readonly reason: string; readonly drain: boolean },
  ): Promise<string | undefined> {
    const ended = this.#kernel.command(place, (command) => ({ kind: 'end', command, pid, ...how }))
    if (await endsWithin(this.#kernel.clock, this.#options.times().stopTimeoutMs, ended)) return undefined
    this.#kernel.tell(place, { kind: 'kill', pid, reason: this.#late, keepMail: false })
    return this.#late
  }

  get #late(): string {
    return `it did not end within ${shownMs(this.#options.times().stopTimeoutMs)}`
  }
}

/** The error of a step in which the thread of the object has died, or which was not begun because the system stops. */
function startErrorOf({ name: actor }: ObjectPlan, phase: StartPhase, error: unknown): StartError {
  const died = error instanceof ActorDead && error.executed === 'maybe'
  const cause = died ? (error.cause ?? error) : error
  const why = cause instanceof Error ? cause.message : String(cause)
  return new StartError(died ? `${actor}: its thread died in ${phase}: ${why}` : `${actor}: no ${phase}: ${why}`, {
    actor,
    phase,
    cause,
  })
}

/** Waits for all, and then rejects with the first error, so that nothing goes on behind the back of whoever handles it. */
export async function allOrFirstError(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
