/** What came of one workload: as it is printed, drawn, and written to results/latest.json. */

import type { Contender } from './contender.ts'
import { verdict, type Verdict } from './goal.ts'
import { summary, type Summary } from './statistics.ts'
import type { Figures, Workload } from './workload.ts'

/** One contender in one variant. */
export interface Row extends Summary {
  readonly contender: string
  readonly role: Contender['role']
  readonly variant: string
  readonly samples: readonly number[]
}

export interface Result {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly better: 'more' | 'less'
  readonly rows: readonly Row[]
  /** Of those who have no figure, why. */
  readonly failures: readonly Failure[]
  readonly verdicts: readonly Verdict[]
  readonly notes: readonly string[]
}

export interface Failure {
  readonly contender: string
  readonly round: number
  readonly why: string
}

/** What one process has measured. */
export type Outcome =
  | { readonly kind: 'measured'; readonly figures: Figures }
  | { readonly kind: 'failed'; readonly why: string }

export interface Measured {
  readonly contender: Contender
  readonly round: number
  readonly outcome: Outcome
}

/**
 * What all rounds together say; where all was `quick`, nothing about goals.
 *
 * A contender that has failed once has no figure at all: what is wrong sometimes is not to be trusted the other times.
 */
export function result(workload: Workload, measured: readonly Measured[], quick = false): Result {
  const { id, title, unit, better, goals, notes = [] } = workload
  const failures = measured.flatMap(({ contender: { name }, round, outcome }) =>
    outcome.kind === 'failed' ? [{ contender: name, round, why: outcome.why }] : [],
  )
  const failed = new Set(failures.map(({ contender }) => contender))
  const rows: Row[] = []
  for (const [contender, theirs] of Map.groupBy(measured, (one) => one.contender)) {
    if (failed.has(contender.name)) continue
    const figures = theirs.flatMap(({ outcome }) =>
      outcome.kind === 'measured' ? Object.entries(outcome.figures) : [],
    )
    for (const [variant, entries] of Map.groupBy(figures, ([name]) => name)) {
      const samples = entries.map(([, figure]) => figure)
      rows.push({ contender: contender.name, role: contender.role, variant, samples, ...summary(samples) })
    }
  }
  const verdicts = quick ? [] : goals.map((goal) => verdict(goal, rows, better))
  return { id, title, unit, better, rows, failures, verdicts, notes }
}
