/** Observers for code that belongs to no object: each a cell of its own, known to nobody but this thread. */

import type { EventsOptions } from '../core/arguments.ts'
import type { Cell } from '../core/cell.ts'
import type { Host } from '../core/host.ts'
import type { Identity } from '../core/identity.ts'
import type { MailboxPolicy } from '../core/mailbox.ts'
import type { AnyClass } from '../core/traits.ts'
import type { NamedTarget } from './directory.ts'
import { EventStream } from './event-stream.ts'
import type { Outbound } from './outbound.ts'
import type { Parts } from './parts.ts'
import type { Population } from './population.ts'
import type { BoundedBox } from './rooms.ts'
import type { ThreadMemory } from './shared-state.ts'

export interface OutsiderOptions<C extends Cell> {
  /** What it is called, before its pid. */
  readonly name: string
  readonly mailbox: MailboxPolicy
  /** What its constructor gets. */
  readonly args?: readonly unknown[]
  readonly Kind: new (host: Host, identity: Identity) => C
}

/** Makes one, open at once. */
export type MakeOutsider = <C extends Cell>(
  userClass: AnyClass,
  options: OutsiderOptions<C>,
) => { readonly cell: C; readonly room: BoundedBox }

export class Outsiders {
  readonly #parts: Parts
  readonly #memory: ThreadMemory
  readonly #population: Population

  constructor(parts: Parts, memory: ThreadMemory, population: Population) {
    this.#parts = parts
    this.#memory = memory
    this.#population = population
  }

  readonly make: MakeOutsider = (userClass, { name, mailbox, args = [], Kind }) => {
    const { system, rooms } = this.#parts
    const pid = system.nextPid()
    const room = rooms.boxFor(pid, mailbox, this.#memory.rooms.takeOwn())
    const cell = this.#population.makeOutsider(Kind, { name: `${name}:${pid}`, pid, room })
    cell.construct(userClass, args)
    cell.open()
    return { cell, room }
  }

  /** Observes an object for whoever reads the stream. */
  read(target: NamedTarget, options: EventsOptions, outbound: Outbound): EventStream<never> {
    return new EventStream(target, options, { parts: this.#parts, outbound, make: this.make })
  }
}
