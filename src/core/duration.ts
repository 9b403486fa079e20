/** How a stretch of time is written in messages, one way everywhere: `300 ms`, `1.5 s`, `2 min`, `24 h`, `1 h 1 s`. */

const UNITS = [
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const

/** A time in ms, in words; exact to a thousandth of a second, as it is below a second. */
export function shownMs(ms: number): string {
  if (!Number.isFinite(ms)) return String(ms)
  if (ms < 1_000) return `${ms} ms`
  const parts: string[] = []
  let left = Math.round(ms)
  for (const [unit, length] of UNITS) {
    const count = unit === 's' ? left / length : Math.floor(left / length)
    if (count > 0) parts.push(`${count} ${unit}`)
    left -= count * length
  }
  return parts.join(' ')
}
