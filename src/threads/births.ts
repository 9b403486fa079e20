/**
 * Births: objects that are made in the thread of their parent, at once and without the kernel, whose way costs twenty times as much.
 *
 *   spawn() ──▶ cell, Remote; what is sent to it waits there ──next turn──▶ constructed, open ──▶ … ──▶ ended
 *                                                                     ╰──▶ its calls get the StartError
 *               ╰──── the kernel hears nothing of it, until somebody needs it to (`report`) ────╯
 *                     it has crashed; somebody elsewhere knows its name or pid alone; it is the parent of one that the kernel makes
 *
 * From then on it is an object like all others: supervised, restarted and ended by the kernel. What may be born: Actors that are spawned by an
 * object of this thread, without a name and not detached, of a definition whose objects belong into this thread, has no configuration, and whose class has
 * been loaded here before.
 *
 * Invariant: an object stands in `#born` from its spawn until it has ended or was reported; its parent is alive, and lives here. So when this thread
 * dies, all of `#born` dies with it, and nobody has to know who that was.
 */

import type { Cell } from '../core/cell.ts'
import { shownMs } from '../core/duration.ts'
import type { Logger } from '../core/logger.ts'
import { traitsOf, type AnyClass } from '../core/traits.ts'
import { decode, encode } from '../wire/codec.ts'
import { Fifo } from '../wire/fifo.ts'
import type { BirthPlan, ObjectPlan } from '../wire/kernel-protocol.ts'
import type { NamedTarget } from './directory.ts'
import { endsWithin } from './ends-within.ts'
import type { KernelLine } from './kernel-line.ts'
import type { Parts } from './parts.ts'
import type { Population } from './population.ts'
import type { RoomCounters } from './room-counters.ts'
import { startErrorIn } from './start-phase.ts'

/** Pids that a thread takes at a time. */
const BLOCK = 1_024

/** A class, and what its constructor gets unless a spawn says otherwise. */
export interface LoadedClass {
  readonly userClass: AnyClass
  readonly args: readonly unknown[]
}

/** The children of one object that were born here and not reported, each the older sister of the next: so the last one ends first. */
interface Family {
  readonly pid: number
  youngest: Born | undefined
}

class Born implements Family {
  readonly pid: number
  readonly cell: Cell
  readonly target: NamedTarget
  readonly key: string
  readonly family: Family
  older: Born | undefined
  younger: Born | undefined
  youngest: Born | undefined
  /** The kernel wants to know it, once it has been constructed. */
  isAsked = false

  constructor(key: string, cell: Cell, target: NamedTarget, family: Family) {
    this.pid = cell.pid
    this.key = key
    this.cell = cell
    this.target = target
    this.family = family
  }
}

export interface BirthsOptions {
  readonly parts: Parts
  readonly population: Population
  readonly rooms: RoomCounters
  readonly line: KernelLine
  readonly log: Logger
  /** Plans a turn of this thread. */
  readonly plan: () => void
  /** That object has a child of which the kernel knows. */
  readonly reported: (parent: number) => void
}

export class Births {
  readonly #options: BirthsOptions
  readonly #plans = new Map<string, BirthPlan>()
  readonly #classes = new Map<string, LoadedClass>()
  readonly #born = new Map<number, Born>()
  /** Those of parents that the kernel knows. */
  readonly #families = new Map<number, Family>()
  /** Not constructed yet. */
  readonly #unborn = new Fifo<Born>()
  #nextPid = 0
  #pidsLeft = 0

  constructor(options: BirthsOptions) {
    this.#options = options
  }

  /** Learns what may be born here. */
  learn(plans: readonly BirthPlan[]): void {
    for (const plan of plans) this.#plans.set(plan.key, plan)
  }

  /** A class was loaded here. One that has more to its start than its constructor starts as the kernel says. */
  loaded(key: string, loaded: LoadedClass): void {
    const { userClass } = loaded
    if (traitsOf(userClass).kind === 'Actor' && !('config' in userClass)) this.#classes.set(key, loaded)
  }

  // ── To its start ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Makes a child; undefined where that is the kernel's to do. */
  spawn(parent: Cell, key: string, given: readonly unknown[] | undefined): NamedTarget | undefined {
    const plan = this.#plans.get(key)
    if (plan === undefined || !this.#classes.has(key) || parent.isEnding) return undefined
    if (plan.spreads && (parent.identity.parent ?? 0) === 0) return undefined
    const { parts, population, rooms } = this.#options
    const { module, level, failure, mailbox, callTimeout } = plan
    const args = given && encode(given, parts.references, 'options.args').bytes
    const pid = this.#takePid()
    const bound = { ...mailbox, slot: rooms.takeOwn() }
    const identity: ObjectPlan = {
      name: `${key}:${pid}`,
      pid,
      place: parts.here,
      level,
      bound,
      callTimeout,
      index: 0,
      module,
      key,
      parent: parent.pid,
      args,
      failure,
      incarnation: 0,
    }
    const cell = population.cellFor(identity, () => parts.rooms.boxFor(pid, bound))
    // Not as one whose module is being loaded, for which a thread may stand still.
    cell.display.mode('starting')
    // The cell's own, which has its room besides: one plan for each object is enough.
    const target = parts.directory.born(cell.identity as ObjectPlan)
    const born = new Born(key, cell, target, this.#familyOf(parent.pid))
    this.#link(born)
    this.#born.set(pid, born)
    this.#unborn.push(born)
    this.#options.plan()
    return target
  }

  get isIdle(): boolean {
    return this.#unborn.size === 0
  }

  /** Constructs those that were spawned, until `isOver()`, which is asked after each. */
  turn(isOver: () => boolean): void {
    for (let born = this.#unborn.take(); born !== undefined; born = this.#unborn.take()) {
      this.#bear(born)
      if (isOver()) return
    }
  }

  #bear(born: Born): void {
    const { cell, key } = born
    if (cell.isOver) return
    const loaded = this.#classes.get(key)!
    try {
      cell.construct(loaded.userClass, this.#argsOf(cell) ?? loaded.args)
    } catch (error) {
      return this.#failed(born, error)
    }
    cell.open()
    if (born.isAsked) this.report(cell)
  }

  #argsOf({ identity }: Cell): readonly unknown[] | undefined {
    const { args } = identity as ObjectPlan
    if (args === undefined) return undefined
    const given = { bytes: args, attachments: [] }
    return decode(given, this.#options.parts.references, { path: 'options.args' }) as unknown[]
  }

  #failed({ cell, target, family }: Born, thrown: unknown): void {
    const { log, population } = this.#options
    const error = startErrorIn(cell.name, 'construct', thrown)
    const by = population.cells.get(family.pid)?.name ?? `object ${family.pid}`
    log.error({ err: error }, `${cell.name}, spawned by ${by}, could not start: ${error.message}`)
    target.found({ kind: 'nobody', error })
    cell.stillborn(error)
  }

  // ── As others see it ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The target of one that was born here, and that the kernel does not know. */
  named(name: string): NamedTarget | undefined {
    if (this.#born.size === 0) return undefined
    const born = this.#born.get(Number(name.slice(name.lastIndexOf(':') + 1)))
    return born?.target.name === name ? born.target : undefined
  }

  nameOf(pid: number): string | undefined {
    return this.#born.get(pid)?.target.name
  }

  /** The kernel asks who has a pid of this thread. */
  asked(pid: number): void {
    const { line, population } = this.#options
    const born = this.#born.get(pid)
    if (born?.cell.isOpen === false && !born.cell.isEnding) born.isAsked = true
    else if (born !== undefined) this.report(born.cell)
    else if (!population.cells.has(pid)) {
      const hasBeen = pid < this.#nextPid
      line.tell({ kind: 'unborn', pid, reason: hasBeen ? population.deathOf(pid)?.reason : undefined })
    }
  }

  /** From now on the kernel looks after it, and after whoever it is a child of; nothing to do where it does already. */
  report(cell: Cell): void {
    const born = this.#born.get(cell.pid)
    if (born === undefined) return
    const { line, parts, population, reported } = this.#options
    const parent = population.cells.get(born.family.pid)
    if (parent !== undefined) this.report(parent)
    this.#forget(born)
    if (born.youngest !== undefined) this.#families.set(born.pid, born)
    parts.directory.adopt(born.target)
    reported(born.family.pid)
    // Without what only this thread has.
    const { room: _, ...plan } = cell.identity as ObjectPlan & { readonly room?: unknown }
    line.tell({ kind: 'born', plan })
  }

  // ── To its end ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** An object has ended; false where the kernel has to be told. */
  ended({ pid }: Cell): boolean {
    const born = this.#born.get(pid)
    if (born === undefined) return false
    this.#forget(born)
    return !this.#options.parts.system.endsAreHeard
  }

  /** Ends those that an object here has spawned, the last one first; undefined where there are none. */
  endChildren(parent: Cell, reason: string): Promise<void> | undefined {
    const family = this.#born.get(parent.pid) ?? this.#families.get(parent.pid)
    if (family?.youngest === undefined) return undefined
    return this.#endAll(family, `its parent ended: ${reason}`)
  }

  async #endAll(family: Family, reason: string): Promise<void> {
    // Each is off the list when it has ended, or was reported.
    for (let child = family.youngest; child !== undefined; child = family.youngest) await this.#endOne(child, reason)
  }

  /** The child of `by` that was born here is to end; undefined for anybody else, who is the kernel's to end. */
  endChild(target: NamedTarget, by: number, reason: string): Promise<void> | undefined {
    const born = target.pid === undefined ? undefined : this.#born.get(target.pid)
    return born?.family.pid === by ? this.#endOne(born, reason) : undefined
  }

  async #endOne({ cell }: Born, reason: string): Promise<void> {
    const { parts } = this.#options
    if (await endsWithin(parts.clock, parts.stopTimeoutMs, cell.end(reason, { drain: false }))) return
    cell.kill(`it did not end within ${shownMs(parts.stopTimeoutMs)}`)
  }

  // ── Within ────────────────────────────────────────────────────────────────────────────────────────────────────────────────

  #takePid(): number {
    if (this.#pidsLeft === 0) {
      const { parts, line } = this.#options
      this.#nextPid = parts.system.takePids(BLOCK)
      this.#pidsLeft = BLOCK
      line.tell({ kind: 'pids', first: this.#nextPid, count: BLOCK })
    }
    this.#pidsLeft--
    return this.#nextPid++
  }

  #familyOf(parent: number): Family {
    const known = this.#born.get(parent) ?? this.#families.get(parent)
    if (known !== undefined) return known
    const family: Family = { pid: parent, youngest: undefined }
    this.#families.set(parent, family)
    return family
  }

  #link(born: Born): void {
    const { family } = born
    born.older = family.youngest
    if (family.youngest !== undefined) family.youngest.younger = born
    family.youngest = born
  }

  #forget(born: Born): void {
    const { family, older, younger, pid } = born
    this.#born.delete(pid)
    if (older !== undefined) older.younger = younger
    if (younger !== undefined) younger.older = older
    else family.youngest = older
    if (family.youngest === undefined && this.#families.get(family.pid) === family) this.#families.delete(family.pid)
  }
}
