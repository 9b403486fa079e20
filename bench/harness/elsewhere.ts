/** Figures of another runtime, from BENCHMARKS.md: measured once, on a machine like this one. Never ranked: runtimes are not compared. */
export const PYWORKS = {
  runtime: 'PyWorks, Python 3.11',
  figures: { 'call and wait (B2)': '3,800 /s', 'many at once (B1)': '25,900 /s', 'ring of 100 (B7)': '12,700 hops/s' },
} as const

export function elsewhere(): string {
  const figures = Object.entries(PYWORKS.figures).map(([what, value]) => `    ${what.padEnd(20)} ${value.padStart(14)}`)
  return [`Another runtime, never ranked: ${PYWORKS.runtime}, as measured before, not now`, '', ...figures, ''].join(
    '\n',
  )
}
