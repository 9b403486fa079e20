/**
 * Objects that are being spawned from this thread: each has its Remote at once, and what is sent there waits until the kernel has told
 * where it lives, or why it could not start.
 *
 *   spawn() ──`spawn`──▶ kernel ──`spawned`─────▶ located
 *                               ──`notSpawned`──▶ its calls fail with the error, which is logged too: there may be no calls
 */

import type { Cell } from '../core/cell.ts'
import { ActorDead, StartError } from '../core/errors.ts'
import type { Logger } from '../core/logger.ts'
import type { SpawnOptions } from '../core/object-context.ts'
import { encode } from '../wire/codec.ts'
import type { Location } from '../wire/kernel-protocol.ts'
import type { NamedTarget } from './directory.ts'
import type { KernelLine } from './kernel-line.ts'
import type { Parts } from './parts.ts'

export class Spawning {
  readonly #parts: Parts
  readonly #line: KernelLine
  readonly #log: Logger
  /** By pid: who is being spawned, and by whom. */
  readonly #wishes = new Map<number, { readonly target: NamedTarget; readonly by: string }>()

  constructor(parts: Parts, { line, log }: { readonly line: KernelLine; readonly log: Logger }) {
    this.#parts = parts
    this.#line = line
    this.#log = log
  }

  /** Asks the kernel for an object; `parent` is the pid of the one that it ends with, or 0. */
  spawn(by: Cell | undefined, key: string, how: SpawnOptions & { readonly parent: number }): object {
    const { here, system, directory, references } = this.#parts
    const { name, parent } = how
    const args = how.args === undefined ? undefined : encode(how.args, references, 'options.args').bytes
    const pid = system.nextPid()
    const target = directory.spawning(name ?? `${key}:${pid}`, pid)
    this.#wishes.set(pid, { target, by: by?.name ?? 'the program' })
    this.#line.tell({ kind: 'spawn', wish: { pid, name, key, parent, from: here, args } })
    return target.remote
  }

  spawned(pid: number, location: Location): void {
    const wish = this.#take(pid)
    if (wish !== undefined) this.#parts.directory.settle(wish.target, location)
  }

  notSpawned(pid: number, error: unknown): void {
    const wish = this.#take(pid)
    if (wish === undefined) return
    const { target, by } = wish
    const why = error instanceof StartError && error.cause instanceof ActorDead ? error.cause : error
    // One that comes too late, since its parent or the system ends, is nobody's mistake.
    const level = why instanceof ActorDead && why.executed === 'no' ? 'debug' : 'error'
    this.#log[level](
      { err: error },
      `${target.name}, spawned by ${by}, could not start: ${error instanceof Error ? error.message : String(error)}`,
    )
    this.#parts.directory.settleNobody(target, error)
  }

  #take(pid: number): { readonly target: NamedTarget; readonly by: string } | undefined {
    const wish = this.#wishes.get(pid)
    this.#wishes.delete(pid)
    return wish
  }
}
