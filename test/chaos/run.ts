/**
 * A chaos run: a town of objects on real threads, traffic and faults as a plan says, and what must hold whatever happens.
 *
 *   every call settles, once                          S10    each object counts its own; the main program, which does not die, too
 *   messages of one sender arrive in order            S2     each object looks
 *   handled + dropped = sent, to the last message     S1     the counters of all threads, those that have died included
 *   no unhandled rejection, no uncaught exception     S16
 *   memory stays bounded                              S8
 *   the final stop ends all by itself                 S30
 */

import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import { start, tell, type Counters, type Snapshot, type System, type UntypedRemote } from '../../src/index.ts'
import { digestOf, planOf, type Step } from './plan.ts'
import { CAST, codeOf, town, type Report } from './town.ts'

export interface ChaosResult {
  readonly seed: number
  readonly digest: string
  readonly steps: number
  readonly faults: Readonly<Record<string, number>>
  readonly deaths: number
  readonly restarts: number
  readonly sent: number
  readonly dropped: Readonly<Record<string, number>>
  readonly outcomes: Readonly<Record<string, number>>
  /** What did not hold. */
  readonly wrong: readonly string[]
}

/** Steps for each second: what a busy machine does not manage in time it does later, but it does all of them. */
const STEPS_PER_S = 50
/**
 * How long what is under way may come no nearer to its end when nothing new is begun, in ms. That it takes long proves nothing: on a busy machine
 * hundreds of messages wait for one object, each of which waits half a second in a circle (S18).
 */
const PATIENCE_MS = 60_000
const ON_ONE_LINE = { compact: true, breakLength: Infinity }
/** A town under any load needs less. */
const MOST_RSS_GROWTH = 1_500_000_000

let towns = 0

export async function runChaos(
  seed: number,
  seconds: number,
  say: (line: string) => void = () => {},
): Promise<ChaosResult> {
  const plan = planOf(seed, Math.round(seconds * STEPS_PER_S), CAST)
  const wrong: string[] = []
  const alarm =
    (what: string) =>
    (error: unknown): void =>
      void wrong.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`)
  const [rejected, thrown] = [alarm('unhandledRejection'), alarm('uncaughtException')]
  process.on('unhandledRejection', rejected)
  process.on('uncaughtException', thrown)
  const rss = process.memoryUsage.rss()
  const system = (await start(`file:///test/chaos/town-${++towns}.ts`, town, {
    log: { level: 'silent' },
    signals: false,
  })) as System
  try {
    const run = new Run(system, wrong)
    say(`seed ${seed}: ${plan.length} steps, plan ${digestOf(plan)}`)
    const began = performance.now()
    for (const [n, step] of plan.entries()) {
      run.step(step)
      const ahead = began + ((n + 1) * 1_000) / STEPS_PER_S - performance.now()
      if (ahead > 0) await pause(ahead)
      if (n % (10 * STEPS_PER_S) === 0)
        say(`  step ${n}: ${run.deaths} deaths, ${run.restarts} restarts, ${wrong.length} wrong`)
    }
    const { outcomes, counters } = await run.end()
    const report = await system.stop()
    for (const [what, names] of Object.entries(report) as [string, readonly string[]][])
      if (names.length > 0) wrong.push(`at the stop ${names.join(', ')} ended ${what}`)
    const growth = process.memoryUsage.rss() - rss
    if (growth > MOST_RSS_GROWTH) wrong.push(`memory grew by ${Math.round(growth / 1e6)} MB`)
    return {
      seed,
      digest: digestOf(plan),
      steps: plan.length,
      faults: countOf(plan),
      deaths: run.deaths,
      restarts: run.restarts,
      sent: counters.sent,
      dropped: counters.dropped,
      outcomes,
      wrong,
    }
  } finally {
    await system.stop()
    process.off('unhandledRejection', rejected)
    process.off('uncaughtException', thrown)
  }
}

class Run {
  deaths = 0
  restarts = 0
  readonly #system: System
  readonly #wrong: string[]
  #made = 0
  #settled = 0

  constructor(system: System, wrong: string[]) {
    this.#system = system
    this.#wrong = wrong
    system.on('threadDied', () => void this.deaths++)
    system.on('restarted', () => void this.restarts++)
    system.on('escalated', ({ reason }) => void wrong.push(`it escalated: ${reason}`))
  }

  step(step: Step): void {
    if (step.kind === 'traffic') return this.#count(this.#actor(step.actor)['act']!(step.to, step.order))
    const { fault, victim, variant } = step
    const remote = this.#actor(victim)
    if (fault === 'killed') this.#count(this.#system.killThread(remote, 'chaos'))
    else if (fault === 'throws')
      try {
        void tell(remote)['throws']!(variant)
      } catch (error) {
        if (codeOf(error) !== 'MAILBOX_FULL') this.#wrong.push(`a tell threw ${String(error)}`)
      }
    else if (fault === 'badArgument' || fault === 'flood')
      this.#count(remote[fault]!(CAST.all[(variant * 7) % CAST.all.length]))
    else this.#count(remote[fault]!(variant))
  }

  /** Waits until all that is under way has come to its end, and looks whether the sums are right. */
  async end(): Promise<{ readonly outcomes: Record<string, number>; readonly counters: Counters }> {
    let until = performance.now() + PATIENCE_MS
    let least = Infinity
    for (;;) {
      const reports = await this.#reports()
      const made = reports.reduce((sum, report) => sum + report.made, this.#made)
      const settled = reports.reduce((sum, report) => sum + report.settled, this.#settled)
      const snapshot = await this.#system.snapshot()
      const counters = sumOf(snapshot)
      const dropped = Object.entries(counters.dropped).filter(([reason]) => !BESIDE.has(reason))
      const accounted = counters.handled + dropped.reduce((sum, [, messages]) => sum + messages, 0)
      const waiting = snapshot.objects.reduce((sum, { queue = 0 }) => sum + queue, 0)
      const left = made - settled + counters.sent - accounted
      if (left < least) {
        least = left
        until = performance.now() + PATIENCE_MS
      }
      const isOver = performance.now() > until
      if ((made === settled && accounted === counters.sent && waiting === 0) || isOver) {
        if (made !== settled) this.#wrong.push(`of ${made} calls ${settled} have settled`)
        if (accounted !== counters.sent)
          this.#wrong.push(`${counters.sent} sent, ${accounted} handled or dropped (${JSON.stringify(counters)})`)
        if (waiting !== 0) this.#wrong.push(`${waiting} messages wait for ever`)
        if (isOver) this.#wrong.push(...snapshot.objects.map((object) => inspect(object, ON_ONE_LINE)))
        const outcomes: Record<string, number> = {}
        for (const report of reports) {
          this.#wrong.push(...report.wrong)
          for (const [outcome, n] of Object.entries(report.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + n
        }
        return { outcomes, counters }
      }
      await pause(100)
    }
  }

  /** One of each thread, as objects of one thread have one report. */
  async #reports(): Promise<Report[]> {
    const { objects } = await this.#system.snapshot()
    const oneEach = new Map(objects.map(({ thread, name }) => [thread, name]))
    return Promise.all(
      [...oneEach.values()].map(async (name) => {
        for (;;)
          try {
            return (await this.#actor(name)['report']!()) as Report
          } catch (error) {
            if (!['ACTOR_DEAD', 'MAILBOX_FULL'].includes(codeOf(error))) throw error
            await pause(20)
          }
      }),
    )
  }

  #actor(name: string): UntypedRemote {
    return this.#system.actor(name)
  }

  #count(future: PromiseLike<unknown>): void {
    this.#made++
    const settled = (): void => void this.#settled++
    future.then(settled, settled)
  }
}

/** Reasons for drops that are not about a message that was sent. */
const BESIDE = new Set(['late answer', 'old incarnation', 'unreadable'])

function sumOf({ threads, ended }: Snapshot): Counters {
  const all = [...threads.map(({ counters }) => counters), ended]
  const dropped: Record<string, number> = {}
  for (const counters of all)
    for (const [reason, n] of Object.entries(counters.dropped)) dropped[reason] = (dropped[reason] ?? 0) + n
  const total = (of: (counters: Counters) => number): number => all.reduce((sum, counters) => sum + of(counters), 0)
  return {
    sent: total(({ sent }) => sent),
    handled: total(({ handled }) => handled),
    unasked: total(({ unasked }) => unasked),
    dropped,
  }
}

function countOf(plan: readonly Step[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const step of plan) if (step.kind === 'fault') counts[step.fault] = (counts[step.fault] ?? 0) + 1
  return counts
}
