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
import type { Cast, Location, Place } from '../wire/kernel-protocol.ts'

/** Something that waits for a place to go to. */
export interface HeldSend {
  go(location: Location): void
  fail(error: unknown): void
}

type Whereabouts =
  | { readonly kind: 'asking'; readonly held: HeldSend[] }
  | { readonly kind: 'at'; readonly location: Location }
  | { readonly kind: 'nobody'; readonly error: unknown }

/** Sends what is called on a Remote. */
export type SendFrom = (target: NamedTarget, method: string, args: readonly unknown[], manner: Manner) => unknown

/** The objects of this thread: those that were born here stand in no table of names, since there may be very many. */
export interface ObjectsHere {
  born(name: string): NamedTarget | undefined
  nameOf(pid: number): string | undefined
}

/** Opens a stream of what an object notifies. */
export type OpenEvents = (target: NamedTarget, options: EventsOptions) => EventStream<never>

export class NamedTarget implements Target {
  readonly name: string
  readonly remote: object
  told?: object
  readonly directory: Directory
  readonly #send: SendFrom
  #pid: number | undefined
  #hasLived = false
  #whereabouts: Whereabouts

  constructor(
    directory: Directory,
    name: string,
    how: { readonly send: SendFrom; readonly whereabouts: Whereabouts; readonly pid?: number },
  ) {
    this.directory = directory
    this.name = name
    this.#whereabouts = how.whereabouts
    this.#send = how.send
    this.#pid = how.pid
    this.remote = makeRemote(this)
  }

  get whereabouts(): Whereabouts {
    const ended = this.directory.ended(this.name)
    if (ended !== undefined) return ended
    const known = this.#whereabouts
    if (known.kind === 'at' && this.directory.isDead(known.location.place)) this.#askAgain(known.location)
    return this.#whereabouts
  }

  /** Its thread has died. Whoever has the name by now, this target stands for the object of that pid, alive or dead. */
  #askAgain({ pid }: Location): void {
    this.#pid = pid
    this.#hasLived = true
    this.#whereabouts = { kind: 'asking', held: [] }
    this.directory.ask(this, pid)
  }

  /** What was found out. */
  found(whereabouts: Whereabouts): void {
    this.#whereabouts = whereabouts
  }

  /** Where it lived when that was last heard of. */
  get location(): Location | undefined {
    return this.#whereabouts.kind === 'at' ? this.#whereabouts.location : undefined
  }

  get pid(): number | undefined {
    return this.location?.pid ?? this.#pid
  }

  /** The pid of one that the kernel knows, also while it is between two threads. */
  get pidOfKnown(): number | undefined {
    const { whereabouts } = this
    if (whereabouts.kind === 'at') return whereabouts.location.pid
    return whereabouts.kind === 'asking' && this.#hasLived ? this.#pid : undefined
  }

  send(method: string, args: readonly unknown[], manner: Manner): unknown {
    return this.#send(this, method, args, manner)
  }

  /** Calls `send.go` once the place is known, at once if it is; `send.fail` if nobody has the name. */
  whenLocated(send: HeldSend): void {
    const { whereabouts } = this
    if (whereabouts.kind === 'at') send.go(whereabouts.location)
    else if (whereabouts.kind === 'asking') whereabouts.held.push(send)
    else send.fail(whereabouts.error)
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
  readonly #send: SendFrom
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
    this.#send = how.send
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
    if (location !== undefined) return this.#add(name, { kind: 'at', location })
    const born = this.#here.born(name)
    if (born !== undefined) return born
    const target = this.#add(name, { kind: 'asking', held: [] })
    this.#locate(name)
    return target
  }

  /** The target of an object that was born here: under its name it is found by way of `#here`. */
  born(location: Location): NamedTarget {
    return new NamedTarget(this, location.name, { send: this.#send, whereabouts: { kind: 'at', location } })
  }

  /** One that was born here is an object like all others from now on. */
  adopt(target: NamedTarget): void {
    this.#targets.set(target.name, target)
  }

  /** The target of an object that is about to be spawned from here. */
  spawning(name: string, pid: number): NamedTarget {
    const target = new NamedTarget(this, name, { send: this.#send, whereabouts: { kind: 'asking', held: [] }, pid })
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
      this.settle(target, location === undefined ? { kind: 'nobody', error: nobody() } : { kind: 'at', location })
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

  /** Whether a thread has died, as far as this one has heard. */
  isDead(place: Place): boolean {
    return this.#deadPlaces.has(place)
  }

  /** The system has stopped: nobody lives anywhere any more. What is held was called, and is failed with all open calls. */
  close(error: (name: string) => unknown): void {
    this.#error = error
  }

  /** Where everybody is once the system has stopped. */
  ended(name: string): Whereabouts | undefined {
    return this.#error === undefined ? undefined : { kind: 'nobody', error: this.#error(name) }
  }

  /** The name of an object, as far as this thread knows it. */
  nameOf(pid: number): string {
    const here = this.#here.nameOf(pid)
    if (here !== undefined) return here
    const target = this.#targets.values().find((one) => one.pid === pid)
    const known = target ?? this.#known.values().find((one) => one.pid === pid)
    return known?.name ?? `object ${pid}`
  }

  /** Ends the asking of one target. */
  settle(target: NamedTarget, found: Exclude<Whereabouts, { readonly kind: 'asking' }>): void {
    const { whereabouts } = target
    if (whereabouts.kind !== 'asking') return
    target.found(found)
    for (const send of whereabouts.held)
      if (found.kind === 'at') send.go(found.location)
      else send.fail(found.error)
    // Nobody has the name now; somebody may have it later.
    if (found.kind === 'nobody') this.#forget(target)
    else this.#name(target)
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
    if (!(target instanceof NamedTarget) || target.whereabouts.kind !== 'at') return ['remote', target.name, target.pid]
    // No more than that: one that was born here has its whole plan there.
    const { name, pid, place, level, bound, callTimeout } = target.whereabouts.location
    return ['remote', { name, pid, place, level, bound, callTimeout }]
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
    const target = new NamedTarget(this, name, { send: this.#send, whereabouts: { kind: 'asking', held: [] }, pid })
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
      if (!this.isDead(location.place)) this.settle(before, { kind: 'at', location })
      return before
    }
    const target = new NamedTarget(this, name, { send: this.#send, whereabouts: { kind: 'at', location } })
    this.#name(target)
    return target
  }

  #add(name: string, whereabouts: Whereabouts): NamedTarget {
    const target = new NamedTarget(this, name, { send: this.#send, whereabouts })
    this.#targets.set(name, target)
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
