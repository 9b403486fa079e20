/**
 * A program of the suite: classes, how many objects of them there are, and a run that throws unless its oracle holds.
 *
 *   sizes.full    the suite's own        quick   for a look        tiny   for tests
 *   own           where each object has a thread: as much smaller as it must be to have at most 32 objects
 */

import type { DropReason, Subsystem, System, ThreadOption } from 'tsworks'
import { threadOf, type Placement } from './placement.ts'

export const SCALES = ['full', 'quick', 'tiny'] as const
export type Scale = (typeof SCALES)[number]

/** Numbers with a name that can be read: `{ pings: 40_000 }`. */
export type Size = Readonly<Record<string, number>>

export interface Benchmark<S extends Size = Size, D extends Subsystem = Subsystem> {
  readonly name: string
  /** The module that its threads begin with. */
  readonly url: string
  readonly sizes: Readonly<Record<Scale, S>>
  readonly own?: Partial<S>
  /** Why messages may stay unhandled in it; in the others none may. */
  readonly mayDrop?: readonly DropReason[]
  define(thread: ThreadOption, size: S): D
  run(system: System<D>, size: S): Promise<void>
}

/** Ties the types of size, definitions and run together; whoever has many of them need not know them. */
export function benchmark<S extends Size, D extends Subsystem>(one: Benchmark<S, D>): Benchmark {
  return one
}

/** How big it is on a placement. */
export function sizeOn(placement: Placement, { sizes, own = {} }: Benchmark, scale: Scale): Size {
  const size = sizes[scale]
  if (placement !== 'own') return size
  return Object.fromEntries(Object.entries(size).map(([what, n]) => [what, Math.min(n, own[what] ?? n)]))
}

export function definitionsOn(placement: Placement, one: Benchmark, size: Size): Subsystem {
  return one.define(threadOf(placement), size)
}
