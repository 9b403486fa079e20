/** The placements on which every clause is tried, and definitions of the same classes on each of them. */

import type { ClassOf } from '../../../src/core/remote-type.ts'
import { actor, task, type Definition, type DefinitionOptions } from '../../../src/system/definitions.ts'
import { traitsOf } from '../../../src/core/traits.ts'

export const PLACEMENTS = ['own', 'shared', 'main'] as const
export type Placement = (typeof PLACEMENTS)[number]

const ALL_PAIRS = PLACEMENTS.flatMap((caller) =>
  PLACEMENTS.map((callee) => ({ caller, callee, shown: `${caller} → ${callee}` })),
)
/** Each placement as caller and as callee, and both in one thread. */
const SOME_PAIRS = ['own → shared', 'shared → shared', 'shared → main', 'main → own']

/**
 * Caller and callee, each on each placement. `shared` is one thread: two objects with it live in the same one. On the older Nodes it is some of them:
 * that all of them do the same is tried on the newest.
 */
export const PAIRS =
  Number.parseInt(process.versions.node, 10) >= 26
    ? ALL_PAIRS
    : ALL_PAIRS.filter(({ shown }) => SOME_PAIRS.includes(shown))

type Define = (userClass: unknown, options: DefinitionOptions) => Definition
type Everywhere<T> = { [K in keyof T & string as `${K}_${Placement}`]: Definition<T[K], false> }

/** `{ door: Door }` becomes `door_own`, `door_shared` and `door_main`; those on `shared` live in one thread. */
export function everywhere<const T extends Readonly<Record<string, ClassOf<object>>>>(
  classes: T,
  options: DefinitionOptions = {},
): Everywhere<T> {
  const definitions: Record<string, Definition> = {}
  for (const [key, userClass] of Object.entries(classes))
    for (const placement of PLACEMENTS) {
      const thread = placement === 'shared' ? { group: 'shared', threads: 1 } : placement
      const define = (traitsOf(userClass).kind === 'Task' ? task : actor) as Define
      definitions[`${key}_${placement}`] = define(userClass, { ...options, thread })
    }
  return definitions as unknown as Everywhere<T>
}
