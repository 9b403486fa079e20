/** Where the objects of a program run. The semantics are the same everywhere; the figures are not. */

import { availableParallelism } from 'node:os'
import type { ThreadOption } from 'tsworks'

export const PLACEMENTS = ['one', 'groups', 'own'] as const
export type Placement = (typeof PLACEMENTS)[number]

const THREADS: Readonly<Record<Placement, ThreadOption>> = {
  one: { group: 'savina', threads: 1 },
  groups: { group: 'savina', threads: availableParallelism() },
  own: 'own',
}

export function threadOf(placement: Placement): ThreadOption {
  return THREADS[placement]
}

export const WORDS: Readonly<Record<Placement, string>> = {
  one: 'one thread',
  groups: `${availableParallelism()} threads`,
  own: 'one thread each',
}
