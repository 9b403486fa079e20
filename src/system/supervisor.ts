/**
 * Supervisor: what follows a crash (S34, S35). Runs in the kernel thread, knows no thread and no cell: what it decides, the conductor does.
 *
 *                       budget left?
 *   an object crashes ──yes──▶ backoff ─▶ its strategy's objects are halted, last first, and started again, first first ─▶ a start
 *                     │                                                                        that fails is another crash
 *                     └─no───▶ a child's:  its parent has crashed
 *                              a group's:  the group is restarted as a whole, if the system's budget allows; else the system stops
 *
 * Objects that share a thread crash together when it dies, and are charged once for each supervisor (S35).
 *
 * Each group is one supervisor with one budget, as in OTP: a subsystem, or the children of one object. Nothing here waits but for what it
 * restarts, so inspection and stop work meanwhile; whoever is ended meanwhile is passed over.
 */

import type { Clock } from '../core/clock.ts'
import { shownMs } from '../core/duration.ts'
import { backoffMs, BudgetWindow, DEFAULT_BUDGET, type Budget } from '../core/restart.ts'
import { listed } from '../core/listed.ts'
import type { GroupPlan, RestartPlan, Strategy } from '../wire/kernel-protocol.ts'
import type { ObjectRecord } from './roster.ts'

export interface SupervisorOptions {
  readonly clock: Clock
  /** From 0 to 1, for the jitter. */
  readonly chance: () => number
  readonly groups: readonly GroupPlan[]
  readonly groupBudget: Budget
  /** The id of an object's group. */
  readonly groupOf: (record: ObjectRecord) => string
  readonly restartOf: (record: ObjectRecord) => RestartPlan
  readonly parentOf: (record: ObjectRecord) => ObjectRecord | undefined
  /** Those of a group that live and are nobody's children, in the order of their start. */
  readonly membersOf: (group: string) => readonly ObjectRecord[]
  /** Ends an incarnation and keeps its mail; never rejects. */
  readonly halt: (record: ObjectRecord, reason: string) => Promise<void>
  /** Makes and starts the next incarnation of one that is halted; rejects with what is wrong. */
  readonly restart: (record: ObjectRecord, reason: string) => Promise<void>
  readonly end: (record: ObjectRecord, reason: string) => void
  /** Whether its thread lives. */
  readonly hasThread: (record: ObjectRecord) => boolean
  /** The system stops: nothing is restarted any more, and what fails therefore is no crash. */
  readonly isStopping: () => boolean
  /** No restart has helped. */
  readonly escalate: (reason: string) => void
}

/** Objects with one budget. */
interface Unit {
  /** For messages to people. */
  readonly label: string
  readonly strategy: Strategy
  readonly window: BudgetWindow
  /** A group, all whose objects may be restarted together; undefined for the children of an object. */
  readonly group: string | undefined
  /** Crashes that nobody has begun to mend. */
  crashed: Crash[]
  isMending: boolean
  /** Counts restarts of the whole group, so that what was going on before one gives way to it. */
  epoch: number
}

/** Of one object, or of several that had one thread, in the order of their start. */
interface Crash {
  readonly records: readonly ObjectRecord[]
  readonly reason: string
}

export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #groups = new Map<string, Unit>()
  /** By the pid of the parent. */
  readonly #families = new Map<number, Unit>()
  readonly #system: BudgetWindow
  /** The last crash of each object: who mends an older one gives way. */
  readonly #crashes = new WeakMap<ObjectRecord, Crash>()

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#system = new BudgetWindow(options.groupBudget)
    for (const { id, label, strategy, budget } of options.groups)
      this.#groups.set(id, unitOf({ label, strategy, budget, group: id }))
  }

  /** Objects have crashed: one, which is halted, or all of a thread that has died, in the order of their start. */
  crashed(records: readonly ObjectRecord[], reason: string): void {
    for (const [unit, members] of Map.groupBy(records, (record) => this.#unitOf(record))) {
      const back = members.filter((record) => this.#options.restartOf(record).type !== 'temporary')
      for (const record of members) if (!back.includes(record)) this.#options.end(record, reason)
      if (back.length > 0) this.#charge(unit, { records: back, reason })
    }
  }

  /** An object has ended: nobody supervises children of it any more. */
  ended(record: ObjectRecord): void {
    this.#families.delete(record.plan.pid)
  }

  #unitOf(record: ObjectRecord): Unit {
    const parent = this.#options.parentOf(record)
    if (parent === undefined) return this.#groups.get(this.#options.groupOf(record))!
    const { pid, name } = parent.plan
    let family = this.#families.get(pid)
    if (family === undefined)
      this.#families.set(
        pid,
        (family = unitOf({
          label: `the children of ${name}`,
          strategy: 'oneForOne',
          budget: DEFAULT_BUDGET,
          group: undefined,
        })),
      )
    return family
  }

  /** Mends a crash, if the budget allows. */
  #charge(unit: Unit, crash: Crash): void {
    if (unit.window.charge(this.#options.clock.now())) this.#mend(unit, crash)
    else this.#spent(unit, crash)
  }

  #mend(unit: Unit, crash: Crash): void {
    for (const record of crash.records) this.#crashes.set(record, crash)
    // While a group is restarted as a whole, what crashes in it is part of that.
    if (unit.strategy === 'oneForOne' && !unit.isMending) void this.#mendOne(unit, crash)
    else {
      unit.crashed.push(crash)
      if (!unit.isMending) void this.#mendTogether(unit)
    }
  }

  /** Restarts those that have crashed, one after the other; a start that fails is a crash of its own, and keeps none of the others waiting. */
  async #mendOne(unit: Unit, crash: Crash): Promise<void> {
    const { records, reason } = crash
    const { epoch } = unit
    const isMine = (record: ObjectRecord): boolean =>
      this.#crashes.get(record) === crash &&
      unit.epoch === epoch &&
      record.life !== 'dead' &&
      !this.#options.isStopping()
    await Promise.all(records.map((record) => this.#backOff(record)))
    for (const [at, record] of records.entries()) {
      if (!isMine(record)) continue
      const failed = await this.#restart(record, reason, () => isMine(record))
      if (failed === undefined || !isMine(record)) continue
      // Where there is no thread, nobody that lived there can start.
      const isAlone = this.#options.hasThread(record)
      this.#charge(unit, { records: isAlone ? [record] : records.slice(at).filter(isMine), reason: failed })
    }
  }

  /** Halts and restarts the objects of a group that its strategy names, until none of them has crashed meanwhile. */
  async #mendTogether(unit: Unit): Promise<void> {
    unit.isMending = true
    const { epoch } = unit
    while (unit.crashed.length > 0 && unit.epoch === epoch) {
      const members = this.#options.membersOf(unit.group!)
      const crashes = unit.crashed.splice(0)
      // One that was ended meanwhile is no member any more.
      const placeOf = ({ records }: Crash): number =>
        Math.min(...records.map((record) => members.indexOf(record)).filter((at) => at >= 0))
      const first = crashes.toSorted((a, b) => placeOf(a) - placeOf(b))[0]!
      const from = unit.strategy === 'oneForAll' ? 0 : placeOf(first)
      if (from < members.length) await this.#restartAll(unit, members.slice(from), first)
    }
    if (unit.epoch === epoch) unit.isMending = false
  }

  async #restartAll(unit: Unit, members: readonly ObjectRecord[], crash: Crash): Promise<void> {
    const { epoch } = unit
    const reason = `${unit.label} restarts, since ${namesOf(crash)} crashed: ${crash.reason}`
    for (const member of members.toReversed()) {
      if (this.#options.restartOf(member).type === 'temporary') this.#options.end(member, reason)
      else await this.#options.halt(member, reason)
      if (unit.epoch !== epoch) return
    }
    await Promise.all(crash.records.map((record) => this.#backOff(record)))
    for (const member of members) {
      if (unit.epoch !== epoch || this.#options.isStopping()) return
      // One has crashed meanwhile: once more from there on, or from here, since those from here on are not back yet.
      if (unit.crashed.length > 0) return void unit.crashed.push({ records: [member], reason: crash.reason })
      if (member.life === 'dead') continue
      const failed = await this.#restart(member, reason, () => unit.epoch === epoch)
      if (failed === undefined || unit.epoch !== epoch) continue
      const again = { records: [member], reason: failed }
      if (!unit.window.charge(this.#options.clock.now())) return this.#spent(unit, again)
      unit.crashed.push(again)
    }
  }

  /**
   * Why a start has failed; undefined where all is well, nobody wants it any more, or its thread has died, which is another crash that others
   * mend.
   */
  async #restart(record: ObjectRecord, reason: string, isWanted: () => boolean): Promise<string | undefined> {
    const crash = this.#crashes.get(record)
    try {
      // One whose start has failed before is not halted yet.
      await this.#options.halt(record, reason)
      if (record.life !== 'dead' && isWanted()) await this.#options.restart(record, reason)
      return undefined
    } catch (error) {
      if (record.life === 'dead' || this.#options.isStopping() || this.#crashes.get(record) !== crash) return undefined
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** One crash more than the budget allows. */
  #spent(unit: Unit, crash: Crash): void {
    const { records, reason } = crash
    const { restarts, within } = unit.window.budget
    const why = `${namesOf(crash)} crashed once more after ${restarts} restarts of ${unit.label} within ${shownMs(within)}: ${reason}`
    unit.epoch++
    unit.crashed = []
    unit.isMending = false
    const parent = this.#options.parentOf(records[0]!)
    if (unit.group === undefined && parent !== undefined) {
      this.#families.delete(parent.plan.pid)
      void this.#options
        .halt(parent, why)
        .then(() => parent.life === 'dead' || this.#options.isStopping() || this.crashed([parent], why))
    } else if (unit.group !== undefined && this.#system.charge(this.#options.clock.now()))
      void this.#restartGroup(unit, { records, reason: why })
    else this.#options.escalate(why)
  }

  /** Whatever its strategy: as long as one of them cannot start, or crashes meanwhile, all are halted and started once more. */
  async #restartGroup(unit: Unit, crash: Crash): Promise<void> {
    unit.window.reset()
    unit.isMending = true
    const { epoch } = unit
    for (
      let first: Crash | undefined = crash;
      first !== undefined && unit.epoch === epoch;
      first = unit.crashed.splice(0)[0]
    )
      await this.#restartAll(unit, this.#options.membersOf(unit.group!), first)
    if (unit.epoch === epoch) unit.isMending = false
  }

  async #backOff(record: ObjectRecord): Promise<void> {
    const { clock, chance } = this.#options
    const { backoff } = this.#options.restartOf(record)
    if (backoff === undefined) return
    // What has run well for longer than the longest wait begins anew.
    const isCalm = record.restartedAt === undefined || clock.now() - record.restartedAt > backoff.cap
    record.attempt = isCalm ? 0 : record.attempt + 1
    const ms = backoffMs(backoff, record.attempt, chance())
    await new Promise<void>((resolve) => void clock.after(ms, resolve))
    record.restartedAt = clock.now()
  }
}

function unitOf(of: Pick<Unit, 'label' | 'strategy' | 'group'> & { readonly budget: Budget }): Unit {
  const { label, strategy, group, budget } = of
  return { label, strategy, group, window: new BudgetWindow(budget), crashed: [], isMending: false, epoch: 0 }
}

function namesOf({ records }: Crash): string {
  const names = records.map(({ plan }) => plan.name)
  return names.length === 1 ? `${names[0]} has` : `${listed(names)} have`
}
