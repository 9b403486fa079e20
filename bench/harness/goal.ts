/**
 * Goals, and whether they are met. All are quotients of medians of one run, so they say the same on any machine; but for limits, which
 * are figures.
 */

import type { Row } from './result.ts'

export type Goal =
  /** tsworks ÷ `than`: the best of those who are ranked, or one by name. */
  | (Bound & {
      readonly kind: 'ratio'
      readonly variant?: string
      readonly than: string
      /** That of the other, if it is another one. */
      readonly thanVariant?: string
    })
  /** The figure of tsworks itself. */
  | (Bound & { readonly kind: 'limit'; readonly variant?: string })
  /** The highest of tsworks' costs ÷ the first one: how much it grows along these variants. */
  | (Bound & { readonly kind: 'growth'; readonly variants: readonly string[] })

interface Bound {
  readonly atLeast?: number
  readonly atMost?: number
}

export const BEST = 'the best contender'

export interface Verdict {
  readonly goal: string
  /** Undefined where a figure is missing: nobody took part, or an oracle has failed. */
  readonly found: number | undefined
  /** Whom it was compared with. */
  readonly than: string | undefined
  readonly met: boolean | undefined
}

export function verdict(goal: Goal, rows: readonly Row[], better: 'more' | 'less'): Verdict {
  const { found, than } = judged(goal, rows, better)
  const met =
    found === undefined ? undefined : found >= (goal.atLeast ?? -Infinity) && found <= (goal.atMost ?? Infinity)
  return { goal: inWords(goal), found, than, met }
}

function judged(
  goal: Goal,
  rows: readonly Row[],
  better: 'more' | 'less',
): { readonly found: number | undefined; readonly than?: string | undefined } {
  const ours = (variant: string) => rows.find((row) => row.role === 'tsworks' && row.variant === variant)?.median
  switch (goal.kind) {
    case 'limit':
      return { found: ours(goal.variant ?? '') }
    case 'growth': {
      const costs = goal.variants.map(ours).filter((cost) => cost !== undefined)
      return { found: costs.length === goal.variants.length ? Math.max(...costs.slice(1)) / costs[0]! : undefined }
    }
    case 'ratio': {
      const own = ours(goal.variant ?? '')
      const other = best(
        rows.filter(
          ({ contender, role, variant }) =>
            variant === (goal.thanVariant ?? goal.variant ?? '') &&
            (goal.than === BEST ? role === 'contender' : contender === goal.than),
        ),
        better,
      )
      return {
        found: own === undefined || other === undefined ? undefined : own / other.median,
        than: other?.contender,
      }
    }
    default:
      throw new TypeError(`unknown goal: ${JSON.stringify(goal satisfies never)}`)
  }
}

function best(rows: readonly Row[], better: 'more' | 'less'): Row | undefined {
  const sign = better === 'more' ? 1 : -1
  return rows.toSorted((a, b) => sign * (b.median - a.median))[0]
}

function inWords(goal: Goal): string {
  const bound =
    goal.atLeast === undefined ? `≤ ${goal.atMost?.toLocaleString('en')}` : `≥ ${goal.atLeast.toLocaleString('en')}`
  switch (goal.kind) {
    case 'limit':
      return [goal.variant, bound].filter(Boolean).join(': ')
    case 'growth':
      return `grows ${bound} × from ${goal.variants[0]} to ${goal.variants.at(-1)}`
    case 'ratio':
      return [goal.variant, `${bound} × ${goal.than}`].filter(Boolean).join(': ')
    default:
      throw new TypeError(`unknown goal: ${JSON.stringify(goal satisfies never)}`)
  }
}
