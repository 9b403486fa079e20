/**
 * NetTask: a Task that has connections. What happens to them comes as messages, in its own thread, one at a time, between its other messages.
 *
 *   listen ─▶ onNetReady ─▶ onNetUp(conn, 2) ─▶ onNetReceived … ─▶ onNetDown(conn, 2, reason)
 *   connect ──────────────▶ onNetUp(conn, 2) ─▶ onNetReceived … ─▶ onNetDown(conn, 2, reason) ─▶ again, or onNetDown(conn, 1, reason)
 *
 * PyWorks' NetTask, with its names; its current State has each hook first, as all hooks (S23).
 */

import type { Owner } from '../core/belongings.ts'
import { BadDefinition } from '../core/errors.ts'
import { contextOf } from '../core/object-words.ts'
import { Task } from '../core/task.ts'
import { describe, registerBase } from '../core/traits.ts'
import type { NetHook } from '../core/words.ts'
import type { Address } from './address.ts'
import type { Connection } from './connection.ts'
import type { Telegram } from './framing.ts'
import type { Level } from './line.ts'
import type { Server } from './server.ts'

// Hooks: see core/actor.ts.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging, no-unused-vars -- see there
export interface NetTask<Events = {}> {
  /** A server listens at `address`. */
  onNetReady?(address: Address, server: Server): unknown
  /** Level 2: connected; of TLS, with hands shaken. From here on `conn.send` sends. */
  onNetUp?(conn: Connection, level: Level): unknown
  /** Level 2: no longer connected. Level 1: a client does not come back, or a server listens no more (`conn` is the Server). */
  onNetDown?(conn: Connection | Server, level: Level, reason: string): unknown
  /** A telegram that answers no request. */
  onNetReceived?(conn: Connection, telegram: Telegram): unknown
  /** Nothing has come for `idleTimeout`: the place to ask the peer whether it is there, or to close. */
  onNetTimeout?(conn: Connection): unknown
  /** An attempt to connect has failed, a socket has, a peer's stream cannot be read; or a server cannot listen, or shake hands. */
  onNetError?(conn: Connection | Server, error: Error): unknown
}
/** A Task that has connections: see `listen` and `connect`. */
export abstract class NetTask<Events = {}> extends Task<Events> {
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetReady?(address: Address, server: Server): unknown
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetUp?(conn: Connection, level: Level): unknown
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetDown?(conn: Connection | Server, level: Level, reason: string): unknown
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetReceived?(conn: Connection, telegram: Telegram): unknown
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetTimeout?(conn: Connection): unknown
  /** @ts-ignore TS2512, see core/actor.ts */
  abstract onNetError?(conn: Connection | Server, error: Error): unknown

  static {
    registerBase(this, 'Task', { hasNet: true })
  }
}

/**
 * What a State of a NetTask may declare: `class Up extends State<Device> implements NetHooks<string>`. Whoever says which telegrams there are narrows their
 * type, and that of `conn`: `onNetReceived(conn: Connection<string>, line: string)`.
 */
export type NetHooks<T extends Telegram = Telegram> = Pick<NetTask, Exclude<NetHook, 'onNetReceived'>> & {
  onNetReceived?(conn: Connection<T>, telegram: T): unknown
}

/** A NetTask whose `onNetReceived`, where it declares one itself, takes such telegrams. */
export type Receiver<T extends Telegram> = NetTask & {
  onNetReceived?(conn: Connection<T>, telegram: T): unknown
}

/** Who owns what `call` opens. */
export function ownerOf(task: object, call: string): Owner {
  if (task instanceof NetTask) return contextOf(task).owner(call)
  throw new BadDefinition(
    `${call}: expected a NetTask (this, or this.task in one of its States), found ${describe(task)}; let its class extend NetTask`,
  )
}
