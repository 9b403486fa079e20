/**
 * Unreported: what the kernel thread knows of objects that were born in threads and that it does not look after (threads/births.ts): what may be
 * born where, and, from shared memory, who there is.
 */

import type { Inspected } from '../threads/inspections.ts'
import type { Kernel } from '../threads/kernel.ts'
import type { Shown } from '../threads/panel.ts'
import type { BirthPlan, DefinitionPlan, ObjectInspection, Place } from '../wire/kernel-protocol.ts'
import type { Placing } from './placing.ts'
import type { Roster } from './roster.ts'

export interface UnreportedOptions {
  readonly kernel: Kernel
  readonly roster: Roster
  readonly placing: Placing
  readonly definitions: ReadonlyMap<string, DefinitionPlan>
}

export class Unreported {
  readonly #options: UnreportedOptions

  constructor(options: UnreportedOptions) {
    this.#options = options
  }

  /** What may be born in that thread: nothing that is configured, or whose handlers are watched, since that takes the kernel. */
  birthsAt(place: Place): BirthPlan[] {
    return [...this.#options.definitions.values()].flatMap((definition) => {
      const births = this.#options.placing.birthsAt(place, definition)
      if (births === 'none' || definition.conf !== undefined || definition.maxHandlerTime !== undefined) return []
      const { module, key, level, failure, mailbox, callTimeout } = definition
      return [{ module, key, level, failure, mailbox, callTimeout, spreads: births === 'spread' }]
    })
  }

  /** The name of one that lives. */
  nameOf(pid: number): string | undefined {
    const { roster, kernel } = this.#options
    const place = roster.blocks.placeOf(pid)
    const key = place === undefined ? undefined : kernel.keyAt(place, pid)
    return key === undefined ? undefined : nameOf({ key, pid })
  }

  /** Those among the objects that shared memory shows. */
  among(shown: readonly Shown[]): { readonly name: string; readonly pid: number }[] {
    return shown.filter((row) => this.has(row.pid)).map((row) => ({ name: nameOf(row), pid: row.pid }))
  }

  /** Those among the objects that were inspected, as a snapshot has them. */
  inspected({ objects, shown }: Inspected): ObjectInspection[] {
    const { kernel, roster } = this.#options
    const answered = objects.filter(({ pid }) => this.has(pid))
    const seen = shown
      .filter(({ pid }) => this.has(pid))
      .map(({ key, ...row }) => ({ ...row, name: nameOf({ key, ...row }), place: roster.blocks.placeOf(row.pid)! }))
    return [...answered, ...seen].map((row) => ({ ...row, thread: kernel.labelOf(row.place), conf: undefined }))
  }

  /** Whether a pid is that of such an object, if anybody's. */
  has(pid: number): boolean {
    const { roster } = this.#options
    return roster.blocks.placeOf(pid) !== undefined && roster.get(pid) === undefined && !roster.isBuried(pid)
  }
}

function nameOf({ key, pid }: Pick<Shown, 'key' | 'pid'>): string {
  return `${key}:${pid}`
}
