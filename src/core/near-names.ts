/**
 * Which of the known names did somebody mean?
 *
 * Pure. Used wherever a name is refused, so that every such error offers the same help.
 */

/**
 * The names within a third of `wanted`'s length in edits, or that contain it, nearest first; at most three.
 *
 * @example
 * nearNames('wroker', ['worker', 'math'])
 * // => ['worker']
 */
export function nearNames(wanted: string, known: Iterable<string>): string[] {
  const most = Math.max(1, Math.ceil(wanted.length / 3))
  const found: { readonly name: string; readonly distance: number }[] = []
  for (const name of known) {
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase(), most)
    const part = wanted.length > 2 && name.toLowerCase().includes(wanted.toLowerCase())
    if (distance <= most || part) found.push({ name, distance: Math.min(distance, most) })
  }
  found.sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
  return found.slice(0, 3).map(({ name }) => name)
}

/** Insertions, deletions, changes and swaps of neighbours; `most + 1` as soon as it is clear that there are more. */
function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(row[j - 1]! + 1, above[j]! + 1, above[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = above
    above = row
  }
  return above[b.length]!
}
