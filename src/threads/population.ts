/** The objects of one thread, and what is remembered of those that have died. */

import { isDeepStrictEqual } from 'node:util'
import { Cell } from '../core/cell.ts'
import { ActorDead } from '../core/errors.ts'
import { Graves } from './graves.ts'
import type { Host } from '../core/host.ts'
import type { Identity } from '../core/identity.ts'
import type { Room } from '../core/mailbox.ts'
import type { ObjectPlan } from '../wire/kernel-protocol.ts'

/** What is remembered of a dead object. */
export interface Death {
  readonly name: string
  readonly reason: string
  /** Where room in its mailbox was counted: messages that still come for it give theirs back. */
  readonly room: Room | undefined
}

/** Who an object of this thread is, and where it lives; its bound is where its room is counted. */
export type PlanHere = ObjectPlan & Identity

/**
 * Who one is that the kernel has made. All fields are spelled out, so that all have one shape, in one piece; and what `like`, another one of the same
 * definition, has as well is taken from there, since a plan has come as bytes: there may be very many.
 */
function identityOf(plan: ObjectPlan, room: Room | undefined, like: PlanHere | undefined): PlanHere {
  const { name, pid, place, level, callTimeout, index, parent, args, incarnation } = plan
  const { module, key } = like?.module === plan.module ? like : plan
  const failure = like !== undefined && isDeepStrictEqual(like.failure, plan.failure) ? like.failure : plan.failure
  return {
    name,
    pid,
    place,
    level,
    callTimeout,
    index,
    module,
    key,
    parent,
    args,
    failure,
    incarnation,
    room,
    bound: room,
  }
}

export class Population {
  readonly #host: Host
  readonly #cells = new Map<number, Cell>()
  /** By key: the last one of each definition that the kernel has made. */
  readonly #lastOf = new Map<string, PlanHere>()
  readonly #graves = new Graves<number, Death>()

  constructor(host: Host) {
    this.#host = host
  }

  /** By pid. */
  get cells(): ReadonlyMap<number, Cell> {
    return this.#cells
  }

  /** The cell of this incarnation of an object; made when first asked for, with the room of a bounded mailbox. */
  cellFor(plan: ObjectPlan, makeRoom: (plan: ObjectPlan) => Room | undefined): Cell {
    const before = this.#cells.get(plan.pid)
    if (before?.identity.incarnation === plan.incarnation) return before
    if (before === undefined && this.#graves.has(plan.pid))
      throw new ActorDead(plan.name, 'it has ended, and is not restarted', { executed: 'no' })
    const room = before === undefined ? makeRoom(plan) : before.identity.room
    const identity = identityOf(plan, room, this.#lastOf.get(plan.key))
    this.#lastOf.set(identity.key, identity)
    return this.#add(before === undefined ? new Cell(this.#host, identity) : before.successor(identity))
  }

  /** The cell of an object that nobody has known before. */
  newborn(identity: Identity): Cell {
    return this.#add(new Cell(this.#host, identity))
  }

  /** An object for code that belongs to none: known to nobody else. */
  makeOutsider<C extends Cell>(
    Kind: new (host: Host, identity: Identity) => C,
    who: Pick<Identity, 'name' | 'pid' | 'room'>,
  ): C {
    const failure = { action: 'resume', calls: false } as const
    return this.#add(new Kind(this.#host, { ...who, index: 0, level: 0, incarnation: 0, failure }))
  }

  bury(cell: Cell, reason: string): void {
    this.#cells.delete(cell.pid)
    this.#graves.dig(cell.pid, { name: cell.name, reason, room: cell.identity.room })
  }

  /** How an object that lived here has died; undefined for one that lives. */
  deathOf(pid: number): Death | undefined {
    if (this.#cells.has(pid)) return undefined
    return this.#graves.get(pid) ?? { name: `object ${pid}`, reason: 'it has ended', room: undefined }
  }

  #add<C extends Cell>(cell: C): C {
    this.#cells.set(cell.pid, cell)
    return cell
  }
}
