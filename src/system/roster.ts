/**
 * Roster: who there is, by pid and by name; who has ended; and where somebody lives, for those who ask (S19, S39).
 *
 *   a question ─▶ known, and its thread takes messages in ─▶ answered
 *              ─▶ about to be spawned ─▶ waits, and is looked at again at each change
 *              ─▶ was born in a thread that lives, without the kernel ─▶ that thread is asked, and the question waits
 *              ─▶ has ended, or never was ─▶ answered, with near names
 */

import { Graves } from '../threads/graves.ts'
import { nearNames } from '../core/near-names.ts'
import type { Kernel } from '../threads/kernel.ts'
import { locationOf } from '../threads/location.ts'
import type { Location, ObjectPlan, Observer, Place } from '../wire/kernel-protocol.ts'
import { PidBlocks } from './pid-blocks.ts'

export interface ObjectRecord {
  /** Of the incarnation that lives now. */
  plan: ObjectPlan
  life: 'living' | 'ending' | 'dead'
  /** Whether its thread takes in what is sent to it. */
  hasCell: boolean
  /** Whether it has ever been started; if not, its death is a start that failed. */
  hasStarted: boolean
  /** By pid: who observes it, for the case that its thread dies. Made when first needed, as the next: there may be very many records. */
  observers: Map<number, Observer> | undefined
  /** Objects that it spawned and that end with it, in order. */
  children: ObjectRecord[] | undefined
  /** How many restarts it has had in a row, and when the last one was (ms), for the backoff. */
  attempt: number
  restartedAt: number | undefined
}

/** Where does somebody live? With a pid: that one; else whoever has the name. */
export interface Question {
  readonly from: Place
  readonly name: string
  readonly pid: number | undefined
}

export class Roster {
  readonly #kernel: Kernel
  readonly #objects = new Map<number, ObjectRecord>()
  readonly #byName = new Map<string, ObjectRecord>()
  /** By pid: why the last ones have ended; undefined for those that could not be made. */
  readonly #graves = new Graves<number, string | undefined>()
  /** Why the last one of a name has ended. */
  readonly #deaths = new Graves<string, string>()
  /** About somebody who is not there yet. */
  readonly #questions: Question[] = []
  /** Who waits for the record of a pid. */
  #searches: { readonly pid: number; readonly found: () => void }[] = []
  /** Which thread gives which pids to those that are born in it. */
  readonly blocks = new PidBlocks()
  /** Pids that a thread was asked for. */
  readonly #asked = new Set<number>()

  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  get all(): ObjectRecord[] {
    return [...this.#objects.values()]
  }

  /** Where those live whose threads take messages in; for the others one has to ask. */
  get locations(): Location[] {
    return this.all.filter(({ hasCell }) => hasCell).map(({ plan }) => locationOf(plan))
  }

  get(pid: number): ObjectRecord | undefined {
    return this.#objects.get(pid)
  }

  /** The record of an object that lives, also of one that was born in a thread and that nobody has reported yet. */
  async find(pid: number): Promise<ObjectRecord | undefined> {
    while (!this.#objects.has(pid) && this.#isAsked(pid))
      await new Promise<void>((found) => this.#searches.push({ pid, found }))
    return this.#objects.get(pid)
  }

  named(name: string): ObjectRecord | undefined {
    return this.#byName.get(name)
  }

  at(place: Place): ObjectRecord[] {
    return this.all.filter(({ plan }) => plan.place === place)
  }

  livesAt(place: Place): boolean {
    return this.#objects.values().some(({ plan }) => plan.place === place)
  }

  /** Those that start with the system get their cells with their threads. */
  add(plan: ObjectPlan, how: { readonly hasCell: boolean }): ObjectRecord {
    const record: ObjectRecord = {
      plan,
      life: 'living',
      hasCell: how.hasCell,
      hasStarted: false,
      observers: undefined,
      children: undefined,
      attempt: 0,
      restartedAt: undefined,
    }
    this.#objects.set(plan.pid, record)
    this.#byName.set(plan.name, record)
    const parent = this.get(plan.parent)
    if (parent !== undefined) (parent.children ??= []).push(record)
    return record
  }

  /** The cell of one that is being spawned has been made. */
  hasCell(record: ObjectRecord): void {
    record.hasCell = true
    this.lookAgain()
  }

  /** Its first start has succeeded; it may have ended since. */
  hasStarted(pid: number): void {
    const record = this.#objects.get(pid)
    if (record !== undefined) record.hasStarted = true
  }

  /** Its thread has died: who asks for it waits for its next cell. */
  lostCell(record: ObjectRecord): void {
    record.hasCell = false
  }

  /** Who observes it, where they live now; one that is known to nobody but itself (system.observe, events) lives where it did. */
  observersOf({ observers }: ObjectRecord): Observer[] {
    return [...(observers?.values() ?? [])].map((observer) => {
      const record = this.#objects.get(observer.pid)
      return record === undefined ? observer : locationOf(record.plan)
    })
  }

  /** It is dead, and its name is free. */
  remove(record: ObjectRecord, reason: string): void {
    const { pid, name, parent } = record.plan
    record.life = 'dead'
    this.#objects.delete(pid)
    if (this.#byName.get(name) === record) this.#byName.delete(name)
    const siblings = this.get(parent)?.children
    if (siblings?.includes(record) === true) siblings.splice(siblings.indexOf(record), 1)
    this.#deaths.dig(name, reason)
    this.bury(pid, reason)
  }

  /** Nobody of that pid will ever be there again. */
  bury(pid: number, reason?: string): void {
    this.#graves.dig(pid, reason)
    this.lookAgain()
  }

  /**
   * Answers a question, now or when there is an answer.
   *
   * Whoever asks may have the name from one that is spawning it: that wish was posted before this question, but on another port, and
   * Node tells nothing of the order between two. It has been read once the event loop has gone round.
   */
  locate(question: Question, rounds = 2): void {
    const { from, name, pid } = question
    const record = pid === undefined ? this.#byName.get(name) : this.#objects.get(pid)
    if (record === undefined && pid === undefined && rounds > 0)
      return void this.#kernel.clock.after(1, () =>
        this.#kernel.attempt(from, { kind: 'locate', name, pid }, () => this.locate(question, rounds - 1)),
      )
    if (record === undefined && this.#isAsked(pid ?? pidIn(name))) return void this.#questions.push(question)
    // A message that came before its cell would find nobody.
    if (record?.hasCell === false || (record === undefined && pid !== undefined && !this.#hasEnded(pid)))
      return void this.#questions.push(question)
    const near = record === undefined ? nearNames(name, this.#byName.keys()) : []
    const location = record === undefined ? undefined : locationOf(record.plan)
    const death = record === undefined ? this.#deathOf(question) : undefined
    this.#kernel.tell(from, { kind: 'located', name, pid, location, death, near })
  }

  /**
   * A thread has died: it may have named one that it was about to spawn, and died before the wish was out. The wishes of others, who are
   * alive, have been read once the event loop has gone round, as above.
   */
  buryNeverSpawned(asked = this.#askedPids(), rounds = 2): void {
    if (asked.length === 0) return
    if (rounds > 0) return void this.#kernel.clock.after(1, () => this.buryNeverSpawned(asked, rounds - 1))
    for (const pid of asked)
      if (!this.#objects.has(pid) && !this.#hasEnded(pid) && this.blocks.placeOf(pid) === undefined) this.bury(pid)
  }

  /** A thread gives these pids from now on. */
  gives(place: Place, block: { readonly first: number; readonly count: number }): void {
    this.blocks.add(place, block)
    this.lookAgain()
  }

  /** One that was born in a thread is looked after from here from now on. */
  born(plan: ObjectPlan): void {
    this.#asked.delete(plan.pid)
    this.add(plan, { hasCell: true }).hasStarted = true
    this.lookAgain()
  }

  /** Nobody of that pid lives in the thread that gives it. */
  unborn({ pid, reason }: { readonly pid: number; readonly reason: string | undefined }): void {
    this.#asked.delete(pid)
    this.bury(pid, reason)
  }

  /** Whether it is remembered that it has ended. */
  isBuried(pid: number): boolean {
    return this.#graves.has(pid)
  }

  /** Whether somebody of that pid may have been born in a thread that lives: that thread is asked then, and answers by `born` or `unborn`. */
  #isAsked(pid: number): boolean {
    const place = this.blocks.placeOf(pid)
    if (place === undefined || this.#objects.has(pid) || this.#graves.has(pid)) return false
    if (!this.#kernel.isAlive(place)) {
      this.#asked.delete(pid)
      return false
    }
    if (!this.#asked.has(pid)) this.#kernel.tell(place, { kind: 'whoIs', pid })
    this.#asked.add(pid)
    return true
  }

  #askedPids(): number[] {
    return this.#questions.flatMap(({ pid }) => (pid === undefined || this.#objects.has(pid) ? [] : [pid]))
  }

  /** Something has changed that a question may have waited for. */
  lookAgain(): void {
    for (const question of this.#questions.splice(0)) this.locate(question)
    const searches = this.#searches
    this.#searches = []
    for (const { found } of searches) found()
  }

  #deathOf({ name, pid = pidIn(name) }: Question): string | undefined {
    const place = this.blocks.placeOf(pid)
    const withThread = place === undefined ? undefined : this.#kernel.deathOf(place)
    return this.#graves.get(pid) ?? this.#deaths.get(name) ?? withThread
  }

  #hasEnded(pid: number): boolean {
    // Of one that may be born in a thread the thread is asked, as long as it lives; those pids are not given in the order of their births.
    return this.#graves.has(pid) || this.blocks.placeOf(pid) !== undefined || pid < (this.#graves.oldest ?? -Infinity)
  }
}

/** The pid in the name of one that was spawned without a name: `key:pid`. */
function pidIn(name: string): number {
  return Number(name.slice(name.lastIndexOf(':') + 1))
}
