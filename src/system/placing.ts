/**
 * Placing: which object runs in which thread (the option `thread` of a definition).
 *
 *   own       a new thread for each object, which may block in it
 *   main      the main thread
 *   parent    the thread of whoever spawns it; the main thread for what starts with the system
 *   group     one of a small set of threads, in turn; 'shared' is the group of those who say nothing else
 */

import { availableParallelism } from 'node:os'
import process from 'node:process'
import { BadDefinition } from '../core/errors.ts'
import type { Kernel } from '../threads/kernel.ts'
import { MOST_OBJECTS } from '../threads/room-counters.ts'
import type { Cast, DefinitionPlan, ObjectPlan, Place } from '../wire/kernel-protocol.ts'
import { MAIN_PLACE } from '../wire/kernel-protocol.ts'
import { Fifo } from '../wire/fifo.ts'

/** What a thread takes that does next to nothing: its heap, stack and the modules of a small program. */
const BYTES_PER_THREAD = 12_000_000
/** As many may be had in any case. */
const LEAST_THREADS = 16

interface Group {
  readonly seats: Seat[]
  next: number
}

interface Slots {
  readonly free: Fifo<number>
  next: number
}

/** A thread, and those that follow it when it has died: who shared it stays together. */
export interface Seat {
  readonly label: string
  readonly isShared: boolean
  /** The group whose thread it is. */
  readonly group?: string
  /** Where it is now; Placing alone writes it. */
  place: Place
}

/** What the machine carries. */
export interface Machine {
  /** Threads in all. */
  readonly threads: number
  /** Threads of a group that says nothing else. */
  readonly groupThreads: number
}

export function thisMachine(): Machine {
  return {
    threads: Math.max(LEAST_THREADS, Math.floor(process.availableMemory() / BYTES_PER_THREAD)),
    groupThreads: Math.max(1, availableParallelism() - 1),
  }
}

export class Placing {
  readonly #kernel: Kernel
  readonly #groups = new Map<string, Group>()
  /** By the place where each is now: threads that were given something to run and have not ended. */
  readonly #seats = new Map<Place, Seat>()
  readonly #slots = new Map<Place, Slots>()
  readonly #machine: Machine

  constructor(kernel: Kernel, machine: Machine) {
    this.#kernel = kernel
    this.#machine = machine
  }

  /** All threads that were given something to run, and the main thread. */
  get places(): Place[] {
    return [MAIN_PLACE, ...this.#seats.keys()]
  }

  /** Where an object of that definition goes; `spawner` is the thread of whoever spawns it. */
  placeOf(plan: ObjectPlan, definition: DefinitionPlan, spawner: Place = MAIN_PLACE): Place {
    const { placement } = definition
    switch (placement.kind) {
      case 'main':
        return MAIN_PLACE
      case 'parent':
        return spawner
      case 'own':
        return this.#reserve(plan.name, { isShared: false }).place
      case 'group':
        return this.#inGroup(placement.group, placement.threads)
      default:
        throw new TypeError(`unknown placement: ${JSON.stringify(placement satisfies never)}`)
    }
  }

  /**
   * Whether children of a definition may be born in that thread: where their parent lives is where they belong. Of a group of several threads the
   * first generation is `spread` over them, and those that they spawn stay with them: one that starts with the system may have thousands of
   * children, which shall have all cores; and a family that belongs together shall not pay for each word.
   */
  birthsAt(place: Place, { placement }: DefinitionPlan): 'all' | 'spread' | 'none' {
    if (placement.kind === 'parent') return 'all'
    if (placement.kind === 'main') return place === MAIN_PLACE ? 'all' : 'none'
    if (placement.kind !== 'group' || this.#seats.get(place)?.group !== placement.group) return 'none'
    return (placement.threads ?? this.#machine.groupThreads) > 1 ? 'spread' : 'all'
  }

  /** Starts the thread of an object whose place was reserved. */
  async startThread(
    first: ObjectPlan,
    definition: DefinitionPlan,
    how: { readonly cast: Cast; readonly forThreads: unknown },
  ): Promise<void> {
    const { label, isShared } = this.#seats.get(first.place)!
    await this.#kernel.startThread(first.place, {
      label,
      module: first.module,
      cast: how.cast,
      forThreads: how.forThreads,
      lastSlot: slotOf((this.#slots.get(first.place)?.next ?? 1) - 1),
      resourceLimits: definition.resourceLimits,
      blockingForbidden: isShared
        ? `${first.name} runs on ${label}, a thread that others share, and would stop them too; await the Future, or give it a thread ` +
          "of its own (thread: 'own')"
        : undefined,
    })
  }

  /** An object has left a thread; a thread of its own leaves with it. */
  left(place: Place, how: { readonly isEmpty: boolean; readonly reason: string }): void {
    if (how.isEmpty && this.#kernel.isGone(place)) return this.ended(place)
    if (!how.isEmpty || this.#seats.get(place)?.isShared !== false) return
    void this.#dismiss(place, how.reason)
  }

  async #dismiss(place: Place, reason: string): Promise<void> {
    await this.#kernel.dismiss(place, reason)
    this.ended(place)
  }

  /** The seat of those who live there, also where their thread has just died. */
  seatAt(place: Place): Seat {
    return this.#seats.get(place)!
  }

  /** Where a seat is now: in a new thread, if the last one is gone. That is started with the first object of it. */
  seated(seat: Seat): Place {
    if (!this.#kernel.isGone(seat.place)) return seat.place
    this.ended(seat.place)
    return this.#take(seat)
  }

  /** A thread has ended. */
  ended(place: Place): void {
    this.#seats.delete(place)
    this.#slots.delete(place)
  }

  /** Lets all threads but the main one leave; by label, those that did not by themselves. */
  async dismissAll(): Promise<{ readonly forced: string[]; readonly givenUp: string[] }> {
    const all = await Promise.all(
      [...this.#seats].map(async ([place, { label }]) => ({ label, leave: await this.#kernel.dismiss(place) })),
    )
    const forced = all.filter(({ leave }) => leave === 'forced').map(({ label }) => label)
    // Those of earlier, too: while one is left, the process cannot exit by itself.
    return { forced, givenUp: this.#kernel.givenUp }
  }

  /** A counter for the mailbox of an object in that thread. */
  takeSlot(place: Place, name: string): number {
    let slots = this.#slots.get(place)
    if (slots === undefined) this.#slots.set(place, (slots = { free: new Fifo(), next: 0 }))
    if (slots.next === MOST_OBJECTS && slots.free.size === 0)
      throw new BadDefinition(
        `${name}: its thread has ${MOST_OBJECTS} objects already; spread them over more threads (thread: { group, threads })`,
      )
    const slot = slots.free.take() ?? slotOf(slots.next++)
    this.#kernel.giveSlot(place, slot)
    return slot
  }

  giveBackSlot(place: Place, slot: number): void {
    // To the end: what is still on its way to the object before gives its room back meanwhile.
    this.#slots.get(place)?.free.push(slot)
  }

  #inGroup(name: string, threads: number | undefined): Place {
    let group = this.#groups.get(name)
    if (group === undefined) this.#groups.set(name, (group = { seats: [], next: 0 }))
    const size = threads ?? this.#machine.groupThreads
    const at = group.next++ % size
    return this.seated((group.seats[at] ??= this.#reserve(`${name}-${at + 1}`, { isShared: true, group: name })))
  }

  #reserve(label: string, how: Pick<Seat, 'isShared' | 'group'>): Seat {
    const seat = { label, ...how, place: MAIN_PLACE }
    this.#take(seat)
    return seat
  }

  /** Gives a seat a place of its own. */
  #take(seat: Seat): Place {
    const count = this.#seats.size
    if (count >= this.#machine.threads)
      throw new BadDefinition(
        `${seat.label}: a thread of its own would be number ${count + 1}, and the memory of this machine carries about ${this.#machine.threads}; ` +
          "let objects share threads (thread: 'shared' or { group: 'io', threads: 4 }), which carry as many as you like",
      )
    seat.place = this.#kernel.reservePlace()
    this.#seats.set(seat.place, seat)
    return seat.place
  }
}

/** The counters that are the kernel's to give (threads/room-counters.ts). */
function slotOf(n: number): number {
  return 2 * n
}
