/**
 * The children of this thread's objects, whoever has made them: those that were born here (births.ts), and those that the kernel makes
 * (spawning.ts), wherever they live.
 */

import type { Cell } from '../core/cell.ts'
import type { Future, FutureKeeper } from '../core/future.ts'
import type { Named, SpawnOptions } from '../core/object-context.ts'
import { Births, type BirthsOptions } from './births.ts'
import { namedTargetOf } from './directory.ts'
import { ObjectEnds } from './object-ends.ts'
import { Spawning } from './spawning.ts'

export interface ChildrenOptions extends Omit<BirthsOptions, 'reported'> {
  readonly keeper: FutureKeeper
}

export class Children {
  readonly births: Births
  readonly spawning: Spawning
  readonly ends: ObjectEnds
  readonly #options: ChildrenOptions
  /** Objects with children that the kernel knows, so that only they ask it to end them. */
  readonly #parents = new Set<number>()

  constructor(options: ChildrenOptions) {
    const { parts, line, log, keeper } = options
    this.#options = options
    this.births = new Births({ ...options, reported: (parent) => void this.#parents.add(parent) })
    this.spawning = new Spawning(parts, { line, log })
    this.ends = new ObjectEnds(line, keeper)
  }

  spawn(cell: Cell | undefined, what: string | Named, options: SpawnOptions): object {
    const { births, spawning } = this
    const key = typeof what === 'string' ? what : what.key
    if (cell === undefined || options.detached === true) return spawning.spawn(cell, key, { ...options, parent: 0 })
    const born = options.name === undefined ? births.spawn(cell, key, options.args) : undefined
    if (born !== undefined) return born.remote
    // Before its child, which the kernel makes.
    births.report(cell)
    this.#parents.add(cell.pid)
    return spawning.spawn(cell, key, { ...options, parent: cell.pid })
  }

  /** Ends a child of `cell`; rejects for anybody else. */
  stopOther(cell: Cell, remote: object): Future<void> {
    const target = namedTargetOf(remote, `${cell.name}.stop(child)`)
    const reason = `${cell.name} stopped it`
    const ending = this.births.endChild(target, cell.pid, reason)
    return ending === undefined
      ? this.ends.stopObject(target, { by: cell.pid, reason })
      : this.ends.settledBy(target, ending)
  }

  /** Ends the children of `cell`, those that were born here first; undefined where there are none. */
  stopAll(cell: Cell, reason: string): Promise<void> | undefined {
    const born = this.births.endChildren(cell, reason)
    if (!this.#parents.delete(cell.pid)) return born
    const { line } = this.#options
    const others = (): Promise<unknown> =>
      line.ask((request) => ({ kind: 'stopChildren', request, pid: cell.pid, reason }))
    return (born ?? Promise.resolve()).then(others).then(() => undefined)
  }
}
