import type { Contender } from './contender.ts'
import type { Goal } from './goal.ts'

/** One benchmark: the same work for all who can do it. */
export interface Workload {
  /** As in the table of goals, `B1`; with a letter where one goal needs two measurements, `B5a`. */
  readonly id: string
  readonly title: string
  /** What a figure counts. */
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly goals: readonly Goal[]
  /** What one must know to read the figures. */
  readonly notes?: readonly string[]
  /** Rounds at most, where one takes long. */
  readonly mostRounds?: number
  /** How this contender is measured; undefined if it cannot take part. */
  measurement(contender: Contender): Measurement | undefined
}

/** Measures in this process; rejects if what was done is not what the oracle says. */
export type Measurement = (scale: Scale) => Promise<Figures>

/** By variant of the workload; the only one is called ''. */
export type Figures = Readonly<Record<string, number>>

/** How much is done. */
export interface Scale {
  readonly warmUpMs: number
  readonly measureMs: number
  /** Of two sizes the one that holds. */
  size(full: number, quick: number): number
}

export const FULL: Scale = { warmUpMs: 300, measureMs: 500, size: (full) => full }
/** To see that all still works; its figures say nothing. */
export const QUICK: Scale = { warmUpMs: 10, measureMs: 30, size: (_, quick) => quick }
