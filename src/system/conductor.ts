/**
 * Conductor: which objects there are, and in which order they start and stop (S27 to S30). Runs in the kernel thread.
 *
 *   begin:  threads ─▶ all constructed ─▶ all onInit ─▶ level 0, 1, … onConfigure ─▶ level 0, 1, … onStart, messages
 *   stop:   level …, 1, 0: each drains what had arrived, its children end, onStop ─▶ its thread leaves
 *
 * Within a level objects of different threads go on side by side; those of one thread in the order of their definition. Each step has
 * a deadline, whose error names the object. If any step of the begin fails, what had started is stopped again, in reverse.
 */

import { BadDefinition, StartError } from '../core/errors.ts'
import type { LogLevel } from '../core/logger.ts'
import type { Bound } from '../core/mailbox.ts'
import { errorToBytes } from '../threads/error-bytes.ts'
import type { GuardedObject } from '../threads/guard.ts'
import type { ForConductor, Kernel, ThreadDeath } from '../threads/kernel.ts'
import type {
  Cast,
  DefinitionPlan,
  Location,
  Loss,
  ObjectInspection,
  ObjectPlan,
  Place,
  ProgramPlan,
  Snapshot,
  SpawnWish,
  StartHook,
  StopReport,
} from '../wire/kernel-protocol.ts'
import { MAIN_PLACE } from '../wire/kernel-protocol.ts'
import { Placing, type Machine } from './placing.ts'
import { Recovery } from './recovery.ts'
import { Reports } from './reports.ts'
import { locationOf } from '../threads/location.ts'
import { Roster, type ObjectRecord } from './roster.ts'
import { planOf } from './spawn-plan.ts'
import { allOrFirstError, Steps } from './steps.ts'
import { Unreported } from './unreported.ts'

/** What the main thread has asked and is waiting for. */
export interface ConductorOptions {
  readonly kernel: Kernel
  /** From 0 to 1, for the jitter of restarts. */
  readonly chance: () => number
  readonly machine: Machine
  /** The system has stopped: the kernel may leave. */
  readonly onStopped: () => void
}

export class Conductor {
  readonly #kernel: Kernel
  readonly #onStopped: () => void
  readonly #chance: () => number
  readonly #roster: Roster
  readonly #reports: Reports
  readonly #unreported: Unreported
  readonly #definitions = new Map<string, DefinitionPlan>()
  readonly #steps: Steps
  readonly #placing: Placing
  #program: ProgramPlan | undefined
  #recovery: Recovery | undefined
  #families: Cast['families'] = {}
  #stopping: Promise<StopReport> | undefined
  /** The level of the log, once it has been changed. */
  #logLevel: LogLevel | undefined

  constructor({ kernel, chance, machine, onStopped }: ConductorOptions) {
    this.#kernel = kernel
    this.#onStopped = onStopped
    this.#chance = chance
    this.#placing = new Placing(kernel, machine)
    this.#roster = new Roster(kernel)
    this.#unreported = new Unreported({
      kernel,
      roster: this.#roster,
      placing: this.#placing,
      definitions: this.#definitions,
    })
    this.#reports = new Reports(kernel, (pid) => this.nameOf(pid))
    this.#steps = new Steps({
      kernel,
      times: () => this.#program!,
      isStopping: () => this.#stopping !== undefined,
      isThere: (pid) => this.#roster.get(pid) !== undefined,
    })
  }

  // ── What threads say ──────────────────────────────────────────────────────────────────────────────────────────────────────

  said(place: Place, message: ForConductor): void {
    switch (message.kind) {
      case 'begin':
        return void this.#answer(place, message.request, this.#begin(message.program))
      case 'shutDown':
        return void this.#answer(place, message.request, this.stop(message.reason)).then(this.#onStopped)
      case 'snapshot':
        return void this.#answer(place, message.request, this.#snapshot())
      case 'locate':
        return this.#roster.locate({ from: place, name: message.name, pid: message.pid })
      case 'spawn':
        return void this.#spawn(message.wish)
      case 'stopObject':
        return void this.#answer(place, message.request, this.#stopObject(message))
      case 'killThread':
        return void this.#answer(place, message.request, this.#killThread(message))
      case 'stopChildren':
        return void this.#answer(place, message.request, this.#stopChildren(message.pid, message.reason))
      case 'ended':
        return this.#endedThere(message)
      case 'crashed':
        return this.#recovery?.crashed(message.pid, message.reason)
      case 'pids':
        return this.#roster.gives(place, message)
      case 'born':
        return this.#roster.born(message.plan)
      case 'unborn':
        return this.#roster.unborn(message)
      case 'observing':
        return this.#observing(message)
      case 'crowded':
        return this.#reports.crowded(message)
      case 'hearDeadLetters':
        return void this.#answer(place, message.request, this.#reports.hear(message.on, this.#placing.places))
      case 'deadLetters':
        return this.#reports.deadLetters(place, message)
      case 'deadLettersTaken':
        return this.#kernel.tell(message.place, { kind: 'deadLettersTaken' })
      case 'setLogLevel':
        this.#logLevel = message.level
        for (const other of this.#placing.places) this.#kernel.tell(other, { kind: 'logLevel', level: message.level })
        return
      default:
        throw new TypeError(`unknown message to the kernel: ${JSON.stringify(message satisfies never)}`)
    }
  }

  /** A thread has died, and its objects with it. */
  threadDied(place: Place, death: ThreadDeath): void {
    this.#recovery?.threadDied(place, death)
  }

  /** All threads have heard of a death, and settled what will never be answered. */
  mourned(place: Place, loss: Loss): void {
    this.#recovery?.mourned(place, loss)
  }

  #observing({ observed, observer, on }: Extract<ForConductor, { readonly kind: 'observing' }>): void {
    const record = this.#roster.get(observed)
    if (record === undefined) return
    if (on) (record.observers ??= new Map()).set(observer.pid, observer)
    else record.observers?.delete(observer.pid)
  }

  /** For the guard of threads. */
  objectOf(pid: number): GuardedObject | undefined {
    const plan = this.#roster.get(pid)?.plan
    return plan && { name: plan.name, maxHandlerTime: this.#definition(plan.key).maxHandlerTime }
  }

  nameOf(pid: number): string | undefined {
    return this.#roster.get(pid)?.plan.name ?? this.#unreported.nameOf(pid)
  }

  // ── Start ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #begin(program: ProgramPlan): Promise<void> {
    this.#program = program
    this.#kernel.linkKind = program.linkKind
    for (const definition of program.definitions) this.#definitions.set(definition.key, definition)
    this.#recovery = this.#makeRecovery(program)
    this.#families = familiesOf(program)
    if (program.watchdog !== undefined)
      this.#kernel.guard.begin(
        program.watchdog,
        program.definitions.flatMap(({ maxHandlerTime }) => maxHandlerTime ?? []),
      )
    try {
      const plans = this.#allPlaced(program.objects)
      const locations = plans.map(locationOf)
      await this.#startThreads(plans, locations)
      await this.#eachInOrder(plans, (plan) => this.#steps.make(plan))
      await this.#hookAll(plans, 'onInit')
      const levels = [...new Set(plans.map(({ level }) => level))].toSorted((a, b) => a - b)
      const ofLevel = (level: number): ObjectPlan[] => plans.filter((plan) => plan.level === level)
      for (const level of levels) await this.#hookAll(ofLevel(level), 'onConfigure')
      for (const level of levels) {
        await this.#hookAll(ofLevel(level), 'onStart')
        this.#kernel.system.openedLevel = level
        await this.#steps.open(ofLevel(level))
      }
      for (const { pid } of plans) this.#roster.hasStarted(pid)
    } catch (error) {
      await this.stop('the system could not start')
      throw error
    }
  }

  #allPlaced(objects: readonly ObjectPlan[]): ObjectPlan[] {
    try {
      const plans = objects.map((plan) => this.#placed(plan))
      for (const plan of plans) this.#roster.add(plan, { hasCell: true })
      return plans
    } catch (error) {
      throw new StartError(`the program cannot start: ${error instanceof Error ? error.message : String(error)}`, {
        phase: 'plan',
        cause: error,
      })
    }
  }

  async #startThreads(plans: readonly ObjectPlan[], locations: readonly Location[]): Promise<void> {
    const families = this.#families
    const castFor = (place: Place): Cast => ({
      locations,
      families,
      objects: plans.filter((plan) => plan.place === place),
      births: this.#unreported.birthsAt(place),
    })
    this.#kernel.tell(MAIN_PLACE, { kind: 'cast', cast: castFor(MAIN_PLACE) })
    const places = [...new Set(plans.map(({ place }) => place))].filter((place) => place !== MAIN_PLACE)
    await allOrFirstError(
      places.map((place) => {
        const cast = castFor(place)
        return this.#startThread(cast.objects[0]!, cast)
      }),
    )
  }

  async #startThread(first: ObjectPlan, cast: Cast): Promise<void> {
    await this.#steps.inStartTime(
      first,
      'thread',
      this.#placing.startThread(first, this.#definition(first.key), { cast, forThreads: this.#program!.forThreads }),
    )
    // It has the level of the settings, which may have been changed since.
    if (this.#logLevel !== undefined) this.#kernel.tell(first.place, { kind: 'logLevel', level: this.#logLevel })
    this.#reports.started(first.place)
  }

  /** Starts a thread in a system that runs. */
  #startThreadLater(first: ObjectPlan): Promise<void> {
    return this.#startThread(first, {
      // The first one's cell is made with its thread.
      locations: [...this.#roster.locations, locationOf(first)],
      families: this.#families,
      objects: [first],
      births: this.#unreported.birthsAt(first.place),
    })
  }

  async #hookAll(plans: readonly ObjectPlan[], hook: StartHook): Promise<void> {
    await this.#eachInOrder(plans, (plan) => this.#steps.hook(plan, hook))
  }

  /** Side by side in different threads, one after the other in the same. */
  async #eachInOrder(plans: readonly ObjectPlan[], step: (plan: ObjectPlan) => Promise<void>): Promise<void> {
    const byPlace = Map.groupBy(plans, ({ place }) => place)
    await allOrFirstError(
      [...byPlace.values()].map(async (ofPlace) => {
        for (const plan of ofPlace) await step(plan)
      }),
    )
  }

  // ── Spawn ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #spawn(wish: SpawnWish): Promise<void> {
    const { pid, from } = wish
    let record: ObjectRecord | undefined
    try {
      const planned = planOf(wish, {
        roster: this.#roster,
        definitions: this.#definitions,
        isStopping: this.#stopping !== undefined,
      })
      const plan = this.#placed(planned, from)
      record = this.#roster.add(plan, { hasCell: false })
      if (!this.#kernel.isAlive(plan.place)) await this.#startThreadLater(plan)
      await this.#steps.make(plan)
      this.#roster.hasCell(record)
      for (const hook of ['onInit', 'onConfigure', 'onStart'] as const) await this.#steps.hook(plan, hook)
      await this.#steps.open([plan])
      this.#roster.hasStarted(pid)
      this.#kernel.tell(from, { kind: 'spawned', pid, location: locationOf(plan) })
    } catch (error) {
      // First, so that the name is free when the other hears of it.
      if (record === undefined) this.#roster.bury(pid)
      else await this.#end(record, 'it could not start', { drain: false })
      this.#kernel.tell(from, { kind: 'notSpawned', pid, error: errorToBytes(error) })
    }
  }

  /** Gives an object its thread, its mailbox a counter there, and what its callers must know. */
  #placed(plan: ObjectPlan, spawner?: Place): ObjectPlan {
    const definition = this.#definition(plan.key)
    const place = this.#placing.placeOf(plan, definition, spawner)
    return { ...plan, place, callTimeout: definition.callTimeout, bound: this.#boundAt(place, plan) }
  }

  #boundAt(place: Place, { key, name }: ObjectPlan): Bound {
    return { ...this.#definition(key).mailbox, slot: this.#placing.takeSlot(place, name) }
  }

  // ── Recovery ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #makeRecovery(program: ProgramPlan): Recovery {
    return new Recovery({
      program,
      chance: this.#chance,
      kernel: this.#kernel,
      roster: this.#roster,
      placing: this.#placing,
      steps: this.#steps,
      definitionOf: ({ key }) => this.#definition(key),
      boundAt: (place, plan) => this.#boundAt(place, plan),
      startThread: (first) => this.#startThreadLater(first),
      end: (record, reason) => this.#end(record, reason, { drain: false }),
      ended: (pid, reason) => this.#ended(pid, reason),
      unreported: (shown) => this.#unreported.among(shown),
      isStopping: () => this.#stopping !== undefined,
      escalate: (reason) => {
        this.#kernel.tell(MAIN_PLACE, { kind: 'escalated', reason })
        void this.stop(reason)
      },
    })
  }

  // ── End ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Stops all: again is harmless. */
  stop(reason: string): Promise<StopReport> {
    this.#stopping ??= this.#stopAll(reason)
    return this.#stopping
  }

  async #stopAll(reason: string): Promise<StopReport> {
    const late: string[] = []
    const levels = [...new Set(this.#roster.all.map(({ plan }) => plan.level))].toSorted((a, b) => b - a)
    for (const level of levels) {
      // What was sent to those of this level has arrived before they are asked to end, so that they handle it (S30).
      await this.#kernel.handOver()
      // Children end with their parents, whatever their level.
      const ofLevel = this.#roster.all.filter(
        ({ plan }) => plan.level === level && this.#roster.get(plan.parent) === undefined,
      )
      const byPlace = Map.groupBy(ofLevel.toReversed(), ({ plan }) => plan.place)
      await Promise.all(
        [...byPlace.values()].map(async (ofPlace) => {
          for (const record of ofPlace)
            if (!(await this.#end(record, reason, { drain: true }))) late.push(record.plan.name)
        }),
      )
    }
    return { late, ...(await this.#placing.dismissAll()) }
  }

  async #stopObject(message: Extract<ForConductor, { readonly kind: 'stopObject' }>): Promise<void> {
    const record = await this.#roster.find(message.pid)
    if (record === undefined) return
    const { plan } = record
    if (message.by !== 0 && plan.parent !== message.by) {
      const by = this.#roster.get(message.by)?.plan.name ?? `object ${message.by}`
      throw new BadDefinition(
        `${by}: stop(child): ${plan.name} is no child of ${by}; only what an object spawned can it stop`,
      )
    }
    await this.#end(record, message.reason, { drain: false })
  }

  async #killThread({ pid, reason }: Extract<ForConductor, { readonly kind: 'killThread' }>): Promise<void> {
    const record = await this.#roster.find(pid)
    if (record === undefined) return
    const { place, name } = record.plan
    if (place === MAIN_PLACE)
      throw new BadDefinition(
        `system.killThread(${name}): ${name} runs on the main thread, which cannot be ended without the process; stopObject(${name}) ends the ` +
          'object alone',
      )
    await this.#kernel.kill(place, { reason: `its thread was ended: ${reason}` })
  }

  async #stopChildren(pid: number, reason: string): Promise<void> {
    const children = this.#roster.get(pid)?.children ?? []
    for (const child of children.toReversed()) await this.#end(child, `its parent ended: ${reason}`, { drain: false })
  }

  /** Ends one object; false if it had not ended when its time was over. */
  async #end(record: ObjectRecord, reason: string, how: { readonly drain: boolean }): Promise<boolean> {
    const { plan } = record
    if (record.life === 'dead') return true
    if (!this.#kernel.isAlive(plan.place)) {
      // Its thread never came up, so nobody has told of its death.
      this.#ended(plan.pid, reason)
      return true
    }
    record.life = 'ending'
    const late = await this.#steps.end(plan, { reason, drain: how.drain })
    if (late !== undefined) this.#ended(plan.pid, late)
    return late === undefined
  }

  /** A thread tells of an end; of one that it has not reported only where somebody listens. */
  #endedThere({ pid, name, reason }: Extract<ForConductor, { readonly kind: 'ended' }>): void {
    if (this.#unreported.has(pid)) this.#kernel.tell(MAIN_PLACE, { kind: 'objectEnded', name, pid, reason })
    else this.#ended(pid, reason)
  }

  #ended(pid: number, reason: string): void {
    const record = this.#roster.get(pid)
    if (record === undefined) return
    const { place, bound, name } = record.plan
    if (bound !== undefined) this.#placing.giveBackSlot(place, bound.slot)
    this.#roster.remove(record, reason)
    this.#recovery?.ended(record)
    // Children of one that has died without ending them: its thread is gone.
    for (const child of record.children?.toReversed() ?? [])
      void this.#end(child, `its parent died: ${reason}`, { drain: false })
    if (this.#stopping === undefined) this.#placing.left(place, { isEmpty: !this.#roster.livesAt(place), reason })
    this.#kernel.tell(MAIN_PLACE, { kind: 'objectEnded', name, pid, reason })
  }

  // ── Questions ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #snapshot(): Promise<Snapshot> {
    const inspected = await this.#kernel.inspect()
    const { threads, objects, shown, ended } = inspected
    const answered = new Map(objects.map((object) => [object.pid, object]))
    const seen = new Map(shown.map((row) => [row.pid, row]))
    const rows = this.#roster.all.map(({ plan }): ObjectInspection => {
      const { name, pid, place, index, level, incarnation } = plan
      const known = { thread: this.#kernel.labelOf(place), conf: this.#definition(plan.key).conf }
      const row = answered.get(pid)
      if (row !== undefined) return { ...row, ...known }
      const { key: _, ...shownRow } = seen.get(pid) ?? { key: undefined }
      return { ...shownRow, name, pid, place, index, level, incarnation, ...known }
    })
    const all = [...rows, ...this.#unreported.inspected(inspected)]
    return { objects: all.toSorted((a, b) => a.pid - b.pid), threads, ended }
  }

  #definition(key: string): DefinitionPlan {
    return this.#definitions.get(key)!
  }

  /** Answers a request once the work for it has ended. */
  async #answer(place: Place, request: number, work: Promise<unknown>): Promise<void> {
    try {
      this.#kernel.tell(place, { kind: 'answer', request, value: await work })
    } catch (error) {
      this.#kernel.tell(place, { kind: 'refusal', request, error: errorToBytes(error) })
    }
  }
}

/** Each key that is not the name of one object, and how many start with the system. */
function familiesOf({ definitions, objects }: ProgramPlan): Cast['families'] {
  const single = new Set(objects.filter(({ name, key }) => name === key).map(({ key }) => key))
  const members = Map.groupBy(objects, ({ key }) => key)
  const keys = definitions.map(({ key }) => key).filter((key) => !single.has(key))
  return Object.fromEntries(keys.map((key) => [key, members.get(key)?.length ?? 0]))
}
