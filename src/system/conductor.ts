/**
 * Conductor: which objects there are, and in which order they start and stop (S27 to S30). Runs in the kernel thread.
 *
 *   begin:  threads ─▶ all constructed ─▶ all onInit ─▶ level 0, 1, … onConfigure ─▶ level 0, 1, … onStart, messages
 *   stop:   level …, 1, 0: each drains what had arrived, its children end, onStop ─▶ its thread leaves
 *
 * Within a level objects of different threads go on side by side; those of one thread in the order of their definition. Each step has
 * a deadline, whose error names the object. If any step of the begin fails, what had started is stopped again, in reverse.
 */

import { ActorDead, BadDefinition, StartError, type StartPhase } from '../core/errors.ts'
import type { LogLevel } from '../core/logger.ts'
import { nearNames } from '../core/near-names.ts'
import { checkedName } from '../core/address.ts'
import { errorToBytes } from '../threads/error-bytes.ts'
import type { ForConductor, Kernel } from '../threads/kernel.ts'
import type {
  Cast,
  DefinitionPlan,
  Location,
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
import { Placing } from './placing.ts'
import { locationOf, Roster, type ObjectRecord } from './roster.ts'

/** What the main thread has asked and is waiting for. */
export interface ConductorOptions {
  readonly kernel: Kernel
  /** The system has stopped: the kernel may leave. */
  readonly onStopped: () => void
}

export class Conductor {
  readonly #kernel: Kernel
  readonly #onStopped: () => void
  readonly #roster: Roster
  readonly #definitions = new Map<string, DefinitionPlan>()
  #placing: Placing
  #program: ProgramPlan | undefined
  #stopping: Promise<StopReport> | undefined
  /** The level of the log, once it has been changed. */
  #logLevel: LogLevel | undefined

  constructor({ kernel, onStopped }: ConductorOptions) {
    this.#kernel = kernel
    this.#onStopped = onStopped
    this.#placing = new Placing(kernel)
    this.#roster = new Roster(kernel)
  }

  // ── What threads say ──────────────────────────────────────────────────────────────────────────────────────────────────────

  said(place: Place, message: ForConductor): void {
    switch (message.kind) {
      case 'begin':
        return void this.#answer(place, message.request, this.#begin(message.program))
      case 'shutDown':
        return void this.#answer(place, message.request, this.stop(message.reason)).then(this.#onStopped)
      case 'fence':
        return this.#kernel.tell(place, { kind: 'answer', request: message.request, value: undefined })
      case 'snapshot':
        return void this.#answer(place, message.request, this.#snapshot())
      case 'locate':
        return this.#roster.locate({ from: place, name: message.name, pid: message.pid })
      case 'spawn':
        return void this.#spawn(message.wish)
      case 'stopObject':
        return void this.#answer(place, message.request, this.#stopObject(message))
      case 'stopChildren':
        return void this.#answer(place, message.request, this.#stopChildren(message.pid, message.reason))
      case 'ended':
        return this.#ended(message.pid, message.reason)
      case 'setLogLevel':
        this.#logLevel = message.level
        for (const other of this.#placing.places) this.#kernel.tell(other, { kind: 'logLevel', level: message.level })
        return
      default:
        throw new TypeError(`unknown message to the kernel: ${JSON.stringify(message satisfies never)}`)
    }
  }

  /** A thread has died with all that lived in it. */
  threadDied(place: Place, reason: string): void {
    this.#placing.ended(place)
    this.#roster.buryNeverSpawned()
    for (const { plan } of this.#roster.at(place)) this.#ended(plan.pid, reason)
  }

  // ── Start ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #begin(program: ProgramPlan): Promise<void> {
    this.#program = program
    this.#kernel.linkKind = program.linkKind
    for (const definition of program.definitions) this.#definitions.set(definition.key, definition)
    try {
      const plans = this.#allPlaced(program.objects)
      const locations = plans.map(locationOf)
      await this.#startThreads(plans, locations)
      await this.#eachInOrder(plans, (plan) => this.#step(plan, 'construct', () => this.#make(plan)))
      await this.#hookAll(plans, 'onInit')
      const levels = [...new Set(plans.map(({ level }) => level))].toSorted((a, b) => a - b)
      const ofLevel = (level: number): ObjectPlan[] => plans.filter((plan) => plan.level === level)
      for (const level of levels) await this.#hookAll(ofLevel(level), 'onConfigure')
      for (const level of levels) {
        await this.#hookAll(ofLevel(level), 'onStart')
        this.#kernel.system.openedLevel = level
        await this.#open(ofLevel(level))
      }
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
    const castFor = (place: Place): Cast => ({ locations, objects: plans.filter((plan) => plan.place === place) })
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
    await this.#inTime(first, 'thread', () =>
      this.#placing.startThread(first, this.#definition(first.key), { cast, forThreads: this.#program!.forThreads }),
    )
    // It has the level of the settings, which may have been changed since.
    if (this.#logLevel !== undefined) this.#kernel.tell(first.place, { kind: 'logLevel', level: this.#logLevel })
  }

  async #make(plan: ObjectPlan): Promise<void> {
    await this.#kernel.command(plan.place, (command) => ({ kind: 'make', command, plan }))
  }

  async #hookAll(plans: readonly ObjectPlan[], hook: StartHook): Promise<void> {
    await this.#eachInOrder(plans, (plan) => this.#hook(plan, hook))
  }

  async #hook(plan: ObjectPlan, hook: StartHook): Promise<void> {
    await this.#step(plan, hook, () =>
      this.#kernel.command(plan.place, (command) => ({ kind: 'hook', command, pid: plan.pid, hook })),
    )
    const record = this.#roster.get(plan.pid)
    if (hook === 'onStart' && record?.life === 'made') record.life = 'started'
  }

  /** Lets messages in, for a whole level at once: whether one of the same level answers in onStart shall not depend on who is first. */
  async #open(plans: readonly ObjectPlan[]): Promise<void> {
    const byPlace = Map.groupBy(plans, ({ place }) => place)
    await allOrFirstError(
      [...byPlace].map(([place, ofPlace]) =>
        this.#step(ofPlace[0]!, 'onStart', () =>
          this.#kernel.command(place, (command) => ({ kind: 'open', command, pids: ofPlace.map(({ pid }) => pid) })),
        ),
      ),
    )
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

  /** One step of the start of one object; it fails with a StartError that names both, also when the thread dies in it. */
  async #step(plan: ObjectPlan, phase: StartPhase, work: () => Promise<void>): Promise<void> {
    try {
      if (this.#stopping !== undefined)
        throw new ActorDead(plan.name, 'the system was stopped while it started', { executed: 'no' })
      await this.#inTime(plan, phase, work)
    } catch (error) {
      if (error instanceof StartError) throw error
      throw startErrorOf(plan, phase, error)
    }
  }

  #inTime(plan: ObjectPlan, phase: StartPhase, work: () => Promise<void>): Promise<void> {
    const ms = this.#program!.startTimeoutMs
    return new Promise((resolve, reject) => {
      const timer = this.#kernel.clock.after(ms, () => {
        const what = phase === 'thread' ? 'its thread was not up' : `${phase} did not end`
        const cure =
          phase === 'construct' || phase === 'thread'
            ? '; either its module never ends loading (one that imports the file with start() waits for ever in a thread: move what both ' +
              'need to a third one), or this machine starts so many threads slowly (startTimeout gives it longer)'
            : ''
        reject(new StartError(`${plan.name}: ${what} within ${ms} ms${cure}`, { actor: plan.name, phase }))
      })
      work()
        .then(resolve, reject)
        .finally(() => timer.cancel())
    })
  }

  // ── Spawn ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #spawn(wish: SpawnWish): Promise<void> {
    const { pid, from } = wish
    let record: ObjectRecord | undefined
    try {
      const plan = this.#planOf(wish)
      record = this.#roster.add(plan, { hasCell: false })
      if (!this.#kernel.isAlive(plan.place))
        await this.#startThread(plan, { locations: this.#roster.locations, objects: [plan] })
      await this.#step(plan, 'construct', () => this.#make(plan))
      this.#roster.hasCell(record)
      for (const hook of ['onInit', 'onConfigure', 'onStart'] as const) await this.#hook(plan, hook)
      await this.#open([plan])
      this.#kernel.tell(from, { kind: 'spawned', pid, location: locationOf(plan) })
    } catch (error) {
      // First, so that the name is free when the other hears of it.
      if (record === undefined) this.#roster.bury(pid)
      else await this.#end(record, 'it could not start', { drain: false })
      this.#kernel.tell(from, { kind: 'notSpawned', pid, error: errorToBytes(error) })
    }
  }

  #planOf(wish: SpawnWish): ObjectPlan {
    const { key, pid, parent, args } = wish
    const name = wish.name ?? `${key}:${pid}`
    if (wish.name !== undefined) checkedName(wish.name, `spawn(${key}, { name })`)
    const definition = this.#definitions.get(key)
    if (definition === undefined) {
      const near = nearNames(key, this.#definitions.keys())
      throw new BadDefinition(
        `spawn: expected the key of a definition that this system has, found ${JSON.stringify(key)}` +
          (near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`),
      )
    }
    const before = this.#roster.named(name)
    if (before !== undefined)
      throw new BadDefinition(
        `spawn(${key}): the name ${name} is taken by an object of ${before.plan.module} (pid ${before.plan.pid}); names are unique`,
      )
    if (this.#stopping !== undefined)
      throw new ActorDead(name, 'the system is stopping; it was not spawned', { executed: 'no' })
    const parentRecord = this.#roster.get(parent)
    if (parent !== 0 && (parentRecord === undefined || parentRecord.life === 'ending'))
      throw new ActorDead(name, 'its parent has ended; it was not spawned', { executed: 'no' })
    const { module, level, failure } = definition
    return this.#placed(
      { name, pid, index: 0, level, module, key, parent, args, failure, place: MAIN_PLACE, bound: undefined },
      wish.from,
    )
  }

  /** Gives an object its thread, and its bounded mailbox a counter there. */
  #placed(plan: ObjectPlan, spawner?: Place): ObjectPlan {
    const definition = this.#definition(plan.key)
    const place = this.#placing.placeOf(plan, definition, spawner)
    const { mailbox } = definition
    return {
      ...plan,
      place,
      bound: mailbox === undefined ? undefined : { ...mailbox, slot: this.#placing.takeSlot(place, plan.name) },
    }
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
    const record = this.#roster.get(message.pid)
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
    const ms = this.#program!.stopTimeoutMs
    const ended = this.#kernel
      .command(plan.place, (command) => ({ kind: 'end', command, pid: plan.pid, reason, drain: how.drain }))
      .then(
        () => true,
        () => true,
      )
    const inTime = await new Promise<boolean>((resolve) => {
      const timer = this.#kernel.clock.after(ms, () => resolve(false))
      void ended.then(resolve).finally(() => timer.cancel())
    })
    if (!inTime) {
      const late = `it did not end within ${ms} ms`
      this.#kernel.tell(plan.place, { kind: 'kill', pid: plan.pid, reason: late })
      this.#ended(plan.pid, late)
    }
    return inTime
  }

  #ended(pid: number, reason: string): void {
    const record = this.#roster.get(pid)
    if (record === undefined) return
    const { place, bound, name } = record.plan
    if (bound !== undefined) this.#placing.giveBackSlot(place, bound.slot)
    this.#roster.remove(record, reason)
    // Children of one that has died without ending them: its thread is gone.
    for (const child of record.children.toReversed())
      void this.#end(child, `its parent died: ${reason}`, { drain: false })
    if (this.#stopping === undefined) this.#placing.left(place, { isEmpty: !this.#roster.livesAt(place), reason })
    this.#kernel.tell(MAIN_PLACE, { kind: 'objectEnded', name, pid, reason })
  }

  // ── Questions ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

  async #snapshot(): Promise<Snapshot> {
    const { threads, objects } = await this.#kernel.inspect()
    const answered = new Map(objects.map((object) => [object.pid, object]))
    const rows = this.#roster.all.map(({ plan }): ObjectInspection => {
      const { name, pid, place, index, level } = plan
      const known = { thread: this.#kernel.labelOf(place), conf: this.#definition(plan.key).conf }
      const row = answered.get(pid)
      if (row !== undefined) return { ...row, ...known }
      const busy = threads.find((thread) => thread.place === place)?.busy
      const handling = busy?.pid === pid ? { method: busy.method, ageMs: busy.ageMs } : undefined
      return { name, pid, place, index, level, ...known, ...(handling === undefined ? {} : { handling }) }
    })
    return { objects: rows.toSorted((a, b) => a.pid - b.pid), threads }
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
async function allOrFirstError(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work)
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
