/**
 * Where names live, as far as this thread knows, and the Remotes for them: one for each name, so that `===` tells.
 *
 *   asking ──located──▶ at a place ──answered "dead"──▶ stale: the next actor(name) asks again
 *    ▲ ╰────unknown───▶ nobody
 *    ╰── its thread has died, and it is wanted: it may live in another one by now (S33)
 *
 * The names that start with the system are known from the first line; others take one question to the kernel. What is sent to a name
 * meanwhile is held, in order: so calls to an object that is being restarted wait for it (S19).
 */

import type { EventsOptions } from '../core/arguments.ts'
import { ActorDead, BadDefinition, NoSuchActor } from '../core/errors.ts'
import { nearNames } from '../core/near-names.ts'
import { makeRemote, targetOf, type Manner, type Target } from '../core/remote.ts'
import { DeadPlaces } from './dead-places.ts'
import type { EventStream } from './event-stream.ts'
import type { News } from './kernel-line.ts'
import { locationOf } from './location.ts'
import type { Cast, Location, Place } from '../wire/kernel-protocol.ts'

/** Something that waits for a place to go to. */
export interface HeldSend {
  go(location: Location): void
  fail(error: unknown): void
}

/** What is known of one whose place is not. */
abstract class Unlocated {
  readonly name: string
  readonly pid: number | undefined

  constructor(name: string, pid: number | undefined) {
    this.name = name
    this.pid = pid
  }
}

/** The kernel was asked where it lives. */
class Asking extends Unlocated {
  readonly held: HeldSend[] = []
  /** Whether it has lived somewhere before. */
  readonly hasLived: boolean

  constructor(name: string, pid?: number, hasLived = false) {
    super(name, pid)
    this.hasLived = hasLived
  }
}

/** Nobody has that name. */
class Nobody extends Unlocated {
  readonly error: unknown

  constructor(name: string, pid: number | undefined, error: unknown) {
    super(name, pid)
    this.error = error
  }
}

type Whereabouts = Location | Asking | Nobody

/** Sends what is called on a Remote. */
export type SendFrom = (target: NamedTarget, method: string, args: readonly unknown[], manner: Manner) => unknown

/** The objects of this thread: those that were born here stand in no table of names, since there may be very many. */
export interface ObjectsHere {
  born(name: string): NamedTarget | undefined
  nameOf(pid: number): string | undefined
}

/** Opens a stream of what an object notifies. */
export type OpenEvents = (target: NamedTarget, options: EventsOptions) => EventStream<never>

/** There may be very many: all that is known of it, its name among that, stands in one place. */
export class NamedTarget implements Target {
  readonly remote: object
  told?: object
  readonly directory: Directory
  #known: Whereabouts

  constructor(directory: Directory, known: Whereabouts) {
    this.directory = directory
    this.#known = known
    this.remote = makeRemote(this)
  }

  get name(): string {
    return this.#known.name
  }

  /** Where it is, or whether that is asked. One whose thread has died is asked for: it may live in another by now. */
  get whereabouts(): Whereabouts {
    const { directory } = this
    if (directory.isClosed) return directory.ended(this.name)
    const known = this.#known
    if (!(known instanceof Unlocated) && directory.isDead(known.place)) directory.askAgain(this, known)
    return this.#known
  }

  /** Where it lives; undefined while that is asked, and where nobody has its name. */
  get located(): Location | undefined {
    const { whereabouts } = this
    return whereabouts instanceof Unlocated ? undefined : whereabouts
  }

  /** What was found out. */
  found(known: Whereabouts): void {
    this.#known = known
  }

  /** Nobody has its name. */
  isNobody(error: unknown): void {
    const { name, pid } = this.#known
    this.#known = new Nobody(name, pid, error)
  }

  /** Where it lived when that was last heard of. */
  get location(): Location | undefined {
    return this.#known instanceof Unlocated ? undefined : this.#known
  }

  get pid(): number | undefined {
    return this.#known.pid
  }

  /** The pid of one that the kernel knows, also while it is between two threads. */
  get pidOfKnown(): number | undefined {
    const { whereabouts } = this
    if (!(whereabouts instanceof Unlocated)) return whereabouts.pid
    return whereabouts instanceof Asking && whereabouts.hasLived ? whereabouts.pid : undefined
  }

  send(method: string, args: readonly unknown[], manner: Manner): unknown {
    return this.directory.send(this, method, args, manner)
  }

  /** Calls `send.go` once the place is known, at once if it is; `send.fail` if nobody has the name. */
  whenLocated(send: HeldSend): void {
    const { whereabouts } = this
    if (whereabouts instanceof Asking) whereabouts.held.push(send)
    else if (whereabouts instanceof Nobody) send.fail(whereabouts.error)
    else send.go(whereabouts)
  }
}

/** A Remote as it stands in a message. */
export type RemoteReference =
  | readonly ['remote', Location]
  /** Its place is not known to the sender; its pid is, where the sender has spawned it. */
  | readonly ['remote', string, number | undefined]

export class Directory {
  readonly #targets = new Map<string, NamedTarget>()
  /** Where the names live that start with the system, but for those known to be dead. */
  readonly #known = new Map<string, Location>()
  /** How many objects each family has that starts with the system. */
  #families: Readonly<Record<string, number>> = {}
  readonly events: OpenEvents
  readonly send: SendFrom
  readonly #locate: (name: string, pid?: number) => void
  readonly #here: ObjectsHere
  /** By pid: those whose place has been asked for. */
  readonly #asked = new Map<number, NamedTarget[]>()
  readonly #deadPlaces = new DeadPlaces()
  #error: ((name: string) => unknown) | undefined

  constructor(how: {
    readonly send: SendFrom
    readonly locate: (name: string, pid?: number) => void
    readonly here: ObjectsHere
    readonly events: OpenEvents
  }) {
    this.events = how.events
    this.send = how.send
    this.#locate = how.locate
    this.#here = how.here
  }

  /** Learns where the names live that start with the system. */
  learn({ locations, families }: Pick<Cast, 'locations' | 'families'>): void {
    for (const location of locations) this.#known.set(location.name, location)
    this.#families = families
  }

  /** The target of a name. */
  target(name: string): NamedTarget {
    const before = this.#targets.get(name)
    if (before !== undefined) return before
    const location = this.#known.get(name)
    if (location !== undefined) return this.#add(location)
    const born = this.#here.born(name)
    if (born !== undefined) return born
    const target = this.#add(new Asking(name))
    this.#locate(name)
    return target
  }

  /** The target of an object that was born here: under its name it is found by way of `#here`. */
  born(location: Location): NamedTarget {
    return new NamedTarget(this, location)
  }

  /** One that was born here is an object like all others from now on. */
  adopt(target: NamedTarget): void {
    this.#targets.set(target.name, target)
  }

  /** The target of an object that is about to be spawned from here. */
  spawning(name: string, pid: number): NamedTarget {
    const target = new NamedTarget(this, new Asking(name, pid))
    // Where the name is taken, whoever has it keeps it.
    if (!this.#targets.has(name) && !this.#known.has(name)) this.#targets.set(name, target)
    return target
  }

  /** The targets of `key#0`, `key#1`, … that start with the system, by index, those that have ended included. */
  family(key: string, call: string): NamedTarget[] {
    if (!Object.hasOwn(this.#families, key)) {
      const near = nearNames(key, Object.keys(this.#families))
      throw new BadDefinition(
        `${call}: expected the key of a family (count: n), found ${JSON.stringify(key)}` +
          (near.length === 0 ? '; for one object there is actor(name)' : `; did you mean ${near.join(' or ')}?`),
      )
    }
    return Array.from({ length: this.#families[key]! }, (_, index) => this.target(`${key}#${index}`))
  }

  /** The kernel knows where a name lives, or that nobody has it. */
  located({ name, pid, location, death, near }: Extract<News, { readonly kind: 'located' }>): void {
    const named = pid === undefined ? this.#targets.get(name) : undefined
    const targets = named === undefined ? (this.#asked.get(pid ?? 0) ?? []) : [named]
    if (pid !== undefined) this.#asked.delete(pid)
    if (pid !== undefined && location === undefined) this.died(name, pid)
    const nobody = (): Error =>
      pid === undefined && death === undefined
        ? new NoSuchActor(name, near)
        : new ActorDead(name, death ?? 'it has ended, or could not start', { executed: 'no' })
    for (const target of targets)
      if (location === undefined) this.settleNobody(target, nobody())
      else this.settle(target, location)
  }

  /** Asks the kernel where the object of that pid lives. */
  ask(target: NamedTarget, pid: number): void {
    const asked = this.#asked.get(pid)
    if (asked !== undefined) asked.push(target)
    else {
      this.#asked.set(pid, [target])
      this.#locate(target.name, pid)
    }
  }

  /** Its thread has died. Whoever has the name by now, this target stands for the object of that pid, alive or dead. */
  askAgain(target: NamedTarget, { name, pid }: Location): void {
    target.found(new Asking(name, pid, true))
    this.ask(target, pid)
  }

  /** Whether a thread has died, as far as this one has heard. */
  isDead(place: Place): boolean {
    return this.#deadPlaces.has(place)
  }

  /** The system has stopped: nobody lives anywhere any more. What is held was called, and is failed with all open calls. */
  close(error: (name: string) => unknown): void {
    this.#error = error
  }

  get isClosed(): boolean {
    return this.#error !== undefined
  }

  /** Where everybody is once the system has stopped. */
  ended(name: string): Whereabouts {
    return new Nobody(name, undefined, this.#error!(name))
  }

  /** The name of an object, as far as this thread knows it. */
  nameOf(pid: number): string {
    const here = this.#here.nameOf(pid)
    if (here !== undefined) return here
    const target = this.#targets.values().find((one) => one.pid === pid)
    const known = target ?? this.#known.values().find((one) => one.pid === pid)
    return known?.name ?? `object ${pid}`
  }

  /** One that was asked for lives there. */
  settle(target: NamedTarget, location: Location): void {
    const { whereabouts } = target
    if (!(whereabouts instanceof Asking)) return
    // Its name is here already.
    target.found(locationOf({ ...location, name: whereabouts.name }))
    for (const send of whereabouts.held) send.go(location)
    this.#name(target)
  }

  /** Nobody has the name of one that was asked for; somebody may have it later. */
  settleNobody(target: NamedTarget, error: unknown): void {
    const { whereabouts } = target
    if (!(whereabouts instanceof Asking)) return
    target.isNobody(error)
    for (const send of whereabouts.held) send.fail(error)
    this.#forget(target)
  }

  /** The object is dead: whoever asks for its name again gets a Remote for whoever has the name then. */
  died(name: string, pid: number): void {
    const target = this.#targets.get(name)
    if (target?.pid === pid) this.#targets.delete(name)
    if (this.#known.get(name)?.pid === pid) this.#known.delete(name)
  }

  /**
   * A thread has ended. Where those live that lived there is asked when somebody wants them. `isEmpty`: it had left, and nobody lived there
   * any more; so their names mean whoever has them now.
   */
  placeDied(place: Place, { isEmpty }: { readonly isEmpty: boolean }): void {
    this.#deadPlaces.add(place)
    if (!isEmpty) return
    for (const { name, location } of [...this.#targets.values()])
      if (location?.place === place) this.died(name, location.pid)
    for (const { name, pid, place: at } of [...this.#known.values()]) if (at === place) this.died(name, pid)
  }

  #forget(target: NamedTarget): void {
    if (this.#targets.get(target.name) === target) this.#targets.delete(target.name)
  }

  /** The name means this target from now on, unless it means a newer one: pids of those that have names of their own grow. */
  #name(target: NamedTarget): void {
    const before = this.#targets.get(target.name)
    if (before === undefined || (before.pid ?? 0) < target.pid!) this.#targets.set(target.name, target)
  }

  // ── As it stands in a message ─────────────────────────────────────────────────────────────────────────────────────────────

  write(target: Target): RemoteReference {
    const location = target instanceof NamedTarget ? target.located : undefined
    if (location === undefined) return ['remote', target.name, target.pid]
    // No more than that: one that was born here has its whole plan there.
    return ['remote', locationOf(location)]
  }

  read(reference: RemoteReference): object {
    const [, location, spawned] = reference
    if (typeof location === 'string')
      return (spawned === undefined ? this.target(location) : this.ofPid(location, spawned)).remote
    return this.at(location).remote
  }

  /** The target of one object, wherever it lives; it may not have started yet. */
  ofPid(name: string, pid: number): NamedTarget {
    const before = this.#targets.get(name) ?? this.#here.born(name)
    if (before?.pid === pid) return before
    const asked = this.#asked.get(pid)?.[0]
    if (asked !== undefined) return asked
    const target = new NamedTarget(this, new Asking(name, pid))
    if (before === undefined && !this.#known.has(name)) this.#targets.set(name, target)
    this.ask(target, pid)
    return target
  }

  /** The target of an object that lives there. */
  at(location: Location): NamedTarget {
    const { name, pid } = location
    const before = this.#targets.get(name) ?? this.#here.born(name)
    if (before !== undefined && (before.pid === pid || before.pid === undefined)) {
      // Whoever wrote this may not have heard yet that the thread is dead.
      if (!this.isDead(location.place)) this.settle(before, location)
      return before
    }
    const target = new NamedTarget(this, location)
    this.#name(target)
    return target
  }

  #add(known: Whereabouts): NamedTarget {
    const target = new NamedTarget(this, known)
    this.#targets.set(known.name, target)
    return target
  }
}

/** The target of a Remote that belongs to this directory; throws for any other value. */
export function namedTargetOf(remote: unknown, call: string): NamedTarget {
  const target = targetOf(remote)
  if (target instanceof NamedTarget) return target
  throw new BadDefinition(
    `${call}: expected a Remote of this system, as actor(name) or spawn() gives it, found ${typeof remote}`,
  )
}
