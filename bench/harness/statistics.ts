/** What several rounds say together. */
export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function summary(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('summary(samples): expected at least one sample, found none')
  const sorted = samples.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  const median = (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2
  return { median, min: sorted[0]!, max: sorted.at(-1)! }
}
