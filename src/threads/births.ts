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
 * Invariant: the cell of an object has a Born from its spawn until it has ended or was reported; its parent is alive, and lives here. So when this
 * thread dies, all of them die with it, and nobody has to know who that was.
 */

import type { Cell } from '../core/cell.ts'
import { shownMs } from '../core/duration.ts'
import type { FailurePolicy } from '../core/failure.ts'
import type { Logger } from '../core/logger.ts'
import type { Room } from '../core/mailbox.ts'
import { traitsOf, type AnyClass } from '../core/traits.ts'
import { decode, encode } from '../wire/codec.ts'
import type { BirthPlan, ObjectPlan, Place } from '../wire/kernel-protocol.ts'
import type { NamedTarget } from './directory.ts'
import { endsWithin } from './ends-within.ts'
import type { KernelLine } from './kernel-line.ts'
import { locationOf } from './location.ts'
import type { Parts } from './parts.ts'
import type { PlanHere, Population } from './population.ts'
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
  /** The oldest one that has not been constructed; all younger ones have not either. */
  unborn: Born | undefined
  /** It stands in the line of those that have one. */
  isInLine: boolean
}

/** What objects of a definition have in common that are born here. */
type Kind = BirthPlan & { readonly place: Place }

/** Who one is that was born here: what it has in common with its kind stands there, since there may be very many. */
class BornIdentity implements PlanHere {
  readonly pid: number
  readonly parent: number
  readonly args: Uint8Array | undefined
  readonly room: Room
  readonly #kind: Kind

  constructor(kind: Kind, { pid, parent, args, room }: Pick<BornIdentity, 'pid' | 'parent' | 'args' | 'room'>) {
    this.pid = pid
    this.parent = parent
    this.args = args
    this.room = room
    this.#kind = kind
  }

  get name(): string {
    return `${this.key}:${this.pid}`
  }

  get bound(): Room {
    return this.room
  }

  get place(): Place {
    return this.#kind.place
  }

  get level(): number {
    return this.#kind.level
  }

  get callTimeout(): number | undefined {
    return this.#kind.callTimeout
  }

  get index(): number {
    return 0
  }

  get module(): string {
    return this.#kind.module
  }

  get key(): string {
    return this.#kind.key
  }

  get failure(): FailurePolicy {
    return this.#kind.failure
  }

  get incarnation(): number {
    return 0
  }
}

/** As the kernel gets it, without what only this thread has. */
function planOf(identity: PlanHere): ObjectPlan {
  const { index, module, key, parent, args, failure, incarnation } = identity
  return { ...locationOf(identity), index, module, key, parent, args, failure, incarnation }
}

class Born {
  readonly cell: Cell
  readonly target: NamedTarget
  readonly family: Family
  older: Born | undefined
  younger: Born | undefined
  /** Its own children, once it has had any. */
  children: Family | undefined
  /** The kernel wants to know it, once it has been constructed. */
  isAsked = false

  constructor(cell: Cell, target: NamedTarget, family: Family) {
    this.cell = cell
    this.target = target
    this.family = family
  }
}

/** Every so many births it is one of the family that has waited longest. */
const FAIR = 256

/**
 * Who is born next: of the family that came last the oldest child, so that a tree of objects grows a branch at a time, and one that has
 * ended makes room for the next; of one family all in the order in which they were spawned. Now and then it is one of the family that has waited
 * longest, so that none waits for ever for those that come after it.
 */
class UnbornLine {
  /** From `#first` on, those that have come last at the end; one may have nobody to be born any more. */
  #families: Family[] = []
  #first = 0
  #births = 0

  /** One that was just linked into its family. */
  add(born: Born): void {
    const { family } = born
    family.unborn ??= born
    if (family.isInLine) return
    family.isInLine = true
    this.#families.push(family)
  }

  get isEmpty(): boolean {
    this.#letGo()
    return this.#families.length === 0
  }

  take(): Born | undefined {
    if (this.isEmpty) return undefined
    const isFair = ++this.#births % FAIR === 0
    const family = isFair ? this.#families[this.#first]! : this.#families.at(-1)!
    const born = family.unborn
    family.unborn = born?.younger
    return born
  }

  /** Of families at either end that have nobody any more. */
  #letGo(): void {
    const families = this.#families
    if (families.length === 0) return
    while (families.length > this.#first && families.at(-1)!.unborn === undefined) families.pop()!.isInLine = false
    while (this.#first < families.length && families[this.#first]!.unborn === undefined)
      families[this.#first++]!.isInLine = false
    if (this.#first === families.length) this.#families = []
    else if (this.#first >= 1_024 && this.#first * 2 >= families.length) this.#families = families.slice(this.#first)
    else return
    this.#first = 0
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
  readonly #kinds = new Map<string, Kind>()
  readonly #classes = new Map<string, LoadedClass>()
  /** Those of parents that the kernel knows. */
  readonly #families = new Map<number, Family>()
  readonly #line = new UnbornLine()
  #nextPid = 0
  #pidsLeft = 0

  constructor(options: BirthsOptions) {
    this.#options = options
  }

  /** Learns what may be born here. */
  learn(plans: readonly BirthPlan[]): void {
    for (const plan of plans) this.#kinds.set(plan.key, { ...plan, place: this.#options.parts.here })
  }

  /** A class was loaded here. One that has more to its start than its constructor starts as the kernel says. */
  loaded(key: string, loaded: LoadedClass): void {
    const { userClass } = loaded
    if (traitsOf(userClass).kind === 'Actor' && !('config' in userClass)) this.#classes.set(key, loaded)
  }

  // ── To its start ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Makes a child; undefined where that is the kernel's to do. */
  spawn(parent: Cell, key: string, given: readonly unknown[] | undefined): NamedTarget | undefined {
    const kind = this.#kinds.get(key)
    if (kind === undefined || !this.#classes.has(key) || parent.isEnding) return undefined
    if (kind.spreads && (parent.identity.parent ?? 0) === 0) return undefined
    const { parts, population, rooms } = this.#options
    const args = given && encode(given, parts.references, 'options.args').bytes
    const pid = this.#takePid()
    const room = parts.rooms.boxFor(pid, kind.mailbox, rooms.takeOwn())
    const identity = new BornIdentity(kind, { pid, parent: parent.pid, args, room })
    const cell = population.newborn(identity)
    // Not as one whose module is being loaded, for which a thread may stand still.
    cell.display.mode('starting')
    const target = parts.directory.born(identity)
    const born = new Born(cell, target, this.#familyOf(parent))
    this.#link(born)
    cell.hosted = born
    this.#line.add(born)
    this.#options.plan()
    return target
  }

  get isIdle(): boolean {
    return this.#line.isEmpty
  }

  /** Constructs one of those that were spawned; false where there is none. */
  bear(): boolean {
    const born = this.#line.take()
    if (born === undefined) return false
    this.#bear(born)
    return true
  }

  #bear(born: Born): void {
    const { cell } = born
    if (cell.isOver) return
    const loaded = this.#classes.get(cell.identity.key!)!
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
    target.isNobody(error)
    cell.stillborn(error)
  }

  // ── As others see it ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The target of one that was born here, and that the kernel does not know. */
  named(name: string): NamedTarget | undefined {
    const born = this.#bornOf(Number(name.slice(name.lastIndexOf(':') + 1)))
    return born?.target.name === name ? born.target : undefined
  }

  nameOf(pid: number): string | undefined {
    return this.#bornOf(pid)?.target.name
  }

  /** The kernel asks who has a pid of this thread. */
  asked(pid: number): void {
    const { line, population } = this.#options
    const born = this.#bornOf(pid)
    if (born?.cell.isOpen === false && !born.cell.isEnding) born.isAsked = true
    else if (born !== undefined) this.report(born.cell)
    else if (!population.cells.has(pid)) {
      const hasBeen = pid < this.#nextPid
      line.tell({ kind: 'unborn', pid, reason: hasBeen ? population.deathOf(pid)?.reason : undefined })
    }
  }

  /** From now on the kernel looks after it, and after whoever it is a child of; nothing to do where it does already. */
  report(cell: Cell): void {
    const born = bornOf(cell)
    if (born === undefined) return
    const { line, parts, population, reported } = this.#options
    const parent = population.cells.get(born.family.pid)
    if (parent !== undefined) this.report(parent)
    this.#forget(born)
    if (born.children?.youngest !== undefined) this.#families.set(cell.pid, born.children)
    parts.directory.adopt(born.target)
    reported(born.family.pid)
    line.tell({ kind: 'born', plan: planOf(cell.identity as PlanHere) })
  }

  // ── To its end ────────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** An object has ended; whether it is one of those of whom the kernel does not know. */
  ended(cell: Cell): boolean {
    const born = bornOf(cell)
    if (born === undefined) return false
    this.#forget(born)
    return true
  }

  /** Ends those that an object here has spawned, the last one first; undefined where there are none. */
  endChildren(parent: Cell, reason: string): Promise<void> | undefined {
    const family = this.#childrenOf(parent)
    if (family?.youngest === undefined) return undefined
    return this.#endAll(family, `its parent ended: ${reason}`)
  }

  async #endAll(family: Family, reason: string): Promise<void> {
    // Each is off the list when it has ended, or was reported.
    for (let child = family.youngest; child !== undefined; child = family.youngest) await this.#endOne(child, reason)
  }

  /** The child of `by` that was born here is to end; undefined for anybody else, who is the kernel's to end. */
  endChild(target: NamedTarget, by: number, reason: string): Promise<void> | undefined {
    const born = target.pid === undefined ? undefined : this.#bornOf(target.pid)
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

  #familyOf(parent: Cell): Family {
    const known = this.#childrenOf(parent)
    if (known !== undefined) return known
    const { pid } = parent
    const family: Family = { pid, youngest: undefined, unborn: undefined, isInLine: false }
    const born = bornOf(parent)
    if (born === undefined) this.#families.set(pid, family)
    else born.children = family
    return family
  }

  #childrenOf(parent: Cell): Family | undefined {
    const born = bornOf(parent)
    return born === undefined ? this.#families.get(parent.pid) : born.children
  }

  #bornOf(pid: number): Born | undefined {
    const cell = this.#options.population.cells.get(pid)
    return cell && bornOf(cell)
  }

  #link(born: Born): void {
    const { family } = born
    born.older = family.youngest
    if (family.youngest !== undefined) family.youngest.younger = born
    family.youngest = born
  }

  #forget(born: Born): void {
    const { family, older, younger, cell } = born
    cell.hosted = undefined
    if (family.unborn === born) family.unborn = younger
    if (older !== undefined) older.younger = younger
    if (younger !== undefined) younger.older = older
    else family.youngest = older
    if (family.youngest === undefined && this.#families.get(family.pid) === family) this.#families.delete(family.pid)
  }
}

/** Where it was born here, and was not reported. */
function bornOf({ hosted }: Cell): Born | undefined {
  return hosted instanceof Born ? hosted : undefined
}
