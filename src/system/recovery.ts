/**
 * Recovery: what the kernel thread does when objects crash, alone (S32) or with their thread (S33). Which of them come back, and when, the
 * Supervisor decides; here it is done.
 *
 *   an object is halted ─────────────────────────────▶ Supervisor ─▶ its next incarnation in the same thread, which gets its mail
 *   a thread dies ─▶ children of its objects end ────▶ Supervisor ─▶ their next incarnations in another thread, in the order of their start
 *               ╰──▶ all others settle what it will never answer ─▶ one report of the death
 */

import type { Bound } from '../core/mailbox.ts'
import { errorToBytes } from '../threads/error-bytes.ts'
import type { Kernel, ThreadDeath } from '../threads/kernel.ts'
import type { Shown } from '../threads/panel.ts'
import {
  MAIN_PLACE,
  type DefinitionPlan,
  type Loss,
  type ObjectPlan,
  type Place,
  type ProgramPlan,
} from '../wire/kernel-protocol.ts'
import type { Placing, Seat } from './placing.ts'
import type { ObjectRecord, Roster } from './roster.ts'
import type { Steps } from './steps.ts'
import { Supervisor } from './supervisor.ts'

/** What it needs of the conductor. */
export interface RecoveryOptions {
  readonly program: ProgramPlan
  /** From 0 to 1, for the jitter of restarts. */
  readonly chance: () => number
  readonly kernel: Kernel
  readonly roster: Roster
  readonly placing: Placing
  readonly steps: Steps
  readonly definitionOf: (plan: ObjectPlan) => DefinitionPlan
  readonly boundAt: (place: Place, plan: ObjectPlan) => Bound | undefined
  readonly startThread: (first: ObjectPlan) => Promise<void>
  /** Ends an object; settles when it has ended. */
  readonly end: (record: ObjectRecord, reason: string) => Promise<unknown>
  /** An object has ended with its thread. */
  readonly ended: (pid: number, reason: string) => void
  /** Those among the objects of a dead thread that were born in it. */
  readonly unreported: (shown: readonly Shown[]) => readonly { readonly name: string; readonly pid: number }[]
  readonly isStopping: () => boolean
  /** No restart has helped. */
  readonly escalate: (reason: string) => void
}

/** How long the report of a death waits for threads that are too busy to say what it means to them, in ms. */
const REPORT_MS = 1_000

export class Recovery {
  readonly #options: RecoveryOptions
  readonly #supervisor: Supervisor
  /** By the place of a thread that has died: what reports it. */
  readonly #reports = new Map<Place, (loss: Loss | undefined) => void>()
  /** Of objects whose thread has died: when the children that they had then have ended. */
  readonly #childless = new WeakMap<ObjectRecord, Promise<void>>()
  /** Of the same: where they sat. */
  readonly #seats = new WeakMap<ObjectRecord, Seat>()

  constructor(options: RecoveryOptions) {
    this.#options = options
    this.#supervisor = this.#makeSupervisor()
  }

  /** An incarnation is over, and its mail waits for the next one. */
  crashed(pid: number, reason: string): void {
    const { roster, isStopping, end } = this.#options
    const record = roster.get(pid)
    if (record === undefined || record.life === 'ending') return
    if (isStopping()) void end(record, reason)
    else this.#supervisor.crashed([record], reason)
  }

  /** An object has ended, for good. */
  ended(record: ObjectRecord): void {
    this.#supervisor.ended(record)
  }

  /** A thread has died, and its objects with it. */
  threadDied(place: Place, death: ThreadDeath): void {
    const { kernel, roster, placing, ended } = this.#options
    roster.buryNeverSpawned()
    // Who waits for an answer of that thread gets it from here.
    roster.lookAgain()
    const all = roster.at(place)
    const back = all.filter((record) => this.#comesBack(record)).toSorted((a, b) => a.plan.level - b.plan.level)
    const born = this.#options.unreported(death.shown)
    this.#report(place, death, { all, back, born })
    for (const record of back) {
      roster.lostCell(record)
      this.#seats.set(record, placing.seatAt(place))
    }
    if (back.length === 0) placing.ended(place)
    for (const record of all) if (!back.includes(record)) ended(record.plan.pid, death.reason)
    if (back.length > 0) this.#allCrashed(back, death.reason)
    const objects = all.filter(({ life }) => life === 'dead').map(({ plan: { name, pid } }) => ({ name, pid }))
    if (kernel.system.endsAreHeard)
      for (const { name, pid } of born)
        kernel.tell(MAIN_PLACE, { kind: 'objectEnded', name, pid, reason: death.reason })
    if (objects.length > 0) for (const other of placing.places) kernel.tell(other, { kind: 'endedWithThread', objects })
  }

  /** All threads have heard of a death, and settled what will never be answered. */
  mourned(place: Place, loss: Loss): void {
    this.#reports.get(place)?.(loss)
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Whether an object whose thread has died is restarted: not what ends already, nor what ends with a parent that has died too. */
  #comesBack({ life, hasStarted, plan }: ObjectRecord): boolean {
    const { roster, isStopping } = this.#options
    return !isStopping() && hasStarted && life === 'living' && roster.get(plan.parent)?.plan.place !== plan.place
  }

  /** The crash is charged at once, so that a start which the same death has failed is no crash of its own beside it. */
  #allCrashed(records: readonly ObjectRecord[], reason: string): void {
    const childless = this.#endChildren(records, reason)
    for (const record of records) this.#childless.set(record, childless)
    this.#supervisor.crashed(records, reason)
  }

  async #endChildren(records: readonly ObjectRecord[], reason: string): Promise<void> {
    for (const child of records.flatMap(({ children }) => children?.toReversed() ?? []))
      await this.#options.end(child, `its parent has crashed: ${reason}`)
  }

  /** Tells of a death, once it is known what it means to others, but without waiting long for those that stand still. */
  #report(
    place: Place,
    { reason, error, inHand }: ThreadDeath,
    {
      all,
      back,
      born,
    }: {
      readonly all: readonly ObjectRecord[]
      readonly back: readonly ObjectRecord[]
      readonly born: readonly { readonly name: string }[]
    },
  ): void {
    const { kernel, roster } = this.#options
    const namesOf = (records: readonly ObjectRecord[]): string[] => records.map(({ plan }) => plan.name)
    const isTemporary = ({ plan }: ObjectRecord): boolean =>
      this.#options.definitionOf(plan).restart.type === 'temporary'
    const restarting = back.filter((record) => !isTemporary(record))
    const died = {
      kind: 'threadFailed',
      place,
      label: kernel.labelOf(place),
      reason,
      error: errorToBytes(error),
      inHand: inHand && { name: roster.get(inHand.pid)?.plan.name, method: inHand.method, ageMs: inHand.ageMs },
      restarting: namesOf(restarting),
      ended: [...namesOf(all.filter((record) => !restarting.includes(record))), ...born.map(({ name }) => name)],
    } as const
    const timer = kernel.clock.after(REPORT_MS, () => this.#reports.get(place)?.(undefined))
    this.#reports.set(place, (loss) => {
      timer.cancel()
      this.#reports.delete(place)
      kernel.tell(MAIN_PLACE, { ...died, loss })
    })
  }

  #makeSupervisor(): Supervisor {
    const { program, kernel, roster, steps, definitionOf, end, isStopping, escalate } = this.#options
    const groupOf = ({ plan }: ObjectRecord): string => definitionOf(plan).group
    const parentOf = ({ plan }: ObjectRecord): ObjectRecord | undefined => roster.get(plan.parent)
    return new Supervisor({
      clock: kernel.clock,
      chance: this.#options.chance,
      groups: program.groups,
      groupBudget: program.groupBudget,
      groupOf,
      parentOf,
      restartOf: ({ plan }) => definitionOf(plan).restart,
      membersOf: (group) =>
        roster.all
          .filter((record) => groupOf(record) === group && parentOf(record) === undefined)
          .toSorted((a, b) => a.plan.level - b.plan.level),
      halt: async (record, reason) => {
        // The hooks of the next incarnation spawn others, perhaps of the same names.
        await this.#childless.get(record)
        if (record.life !== 'dead' && kernel.isAlive(record.plan.place)) await steps.halt(record.plan, reason)
      },
      restart: (record, reason) => this.#restart(record, reason),
      end: (record, reason) => void end(record, reason),
      hasThread: ({ plan }) => kernel.isAlive(plan.place),
      isStopping,
      escalate,
    })
  }

  /** Makes and starts the next incarnation of an object that is halted, or whose thread has died. */
  async #restart(record: ObjectRecord, reason: string): Promise<void> {
    const { kernel, roster, steps, boundAt, startThread } = this.#options
    const { place, isNew } = this.#placeNow(record)
    const bound = isNew ? boundAt(place, record.plan) : record.plan.bound
    const plan = { ...record.plan, incarnation: record.plan.incarnation + 1, place, bound }
    record.plan = plan
    const isMine = (): boolean => record.plan === plan && record.life !== 'dead'
    if (!kernel.isAlive(place)) await startThread(plan)
    await steps.make(plan, isNew ? roster.observersOf(record) : [])
    if (!record.hasCell) roster.hasCell(record)
    for (const hook of ['onInit', 'onConfigure', 'onStart'] as const) if (isMine()) await steps.hook(plan, hook)
    if (!isMine()) return
    await steps.open([plan])
    const { name, pid, incarnation } = plan
    kernel.tell(MAIN_PLACE, { kind: 'objectRestarted', name, pid, incarnation, reason })
  }

  /** Where the next incarnation of an object lives. */
  #placeNow(record: ObjectRecord): { readonly place: Place; readonly isNew: boolean } {
    const { place } = record.plan
    if (this.#options.kernel.isAlive(place)) return { place, isNew: false }
    return { place: this.#options.placing.seated(this.#seats.get(record)!), isNew: true }
  }
}
