// What a program should print, with room for what differs from run to run:
// `…` in a line stands for any text, a line of only `…` for any lines, none included.

export interface Expectation {
  readonly text: string
  /** The lines may come in any order, as those of several threads do. */
  readonly unordered?: boolean
}

/** What is wrong with the output, in a sentence or two; undefined if nothing is. */
export function mismatch(actual: string, expected: Expectation): string | undefined {
  const wanted = linesOf(expected.text)
  return expected.unordered ? mismatchInAnyOrder(linesOf(actual), wanted) : mismatchInOrder(linesOf(actual), wanted)
}

function mismatchInOrder(actual: readonly string[], wanted: readonly string[]): string | undefined {
  // reached: how far one can get in `actual` after each wanted line; there may be several ways, by lines of only `…`.
  let reached = new Set([0])
  for (const [index, line] of wanted.entries()) {
    const next = new Set<number>()
    for (const at of reached) {
      if (line === '…') for (let skip = at; skip <= actual.length; skip++) next.add(skip)
      else if (at < actual.length && pattern(line).test(actual[at] ?? '')) next.add(at + 1)
    }
    if (next.size === 0) {
      const at = Math.min(...reached)
      return `line ${index + 1}: expected «${line}», found ${at < actual.length ? `«${actual[at]}»` : 'the end'}`
    }
    reached = next
  }
  return reached.has(actual.length) ? undefined : `expected the end, found «${actual[Math.max(...reached)]}»`
}

function mismatchInAnyOrder(actual: readonly string[], wanted: readonly string[]): string | undefined {
  const left = [...actual]
  // The most particular first, so that a line with room does not take another's.
  const particular = wanted.filter((line) => line !== '…').toSorted((a, b) => wildcards(a) - wildcards(b))
  for (const line of particular) {
    const at = left.findIndex((one) => pattern(line).test(one))
    if (at < 0) return `expected «${line}» somewhere, found it nowhere`
    left.splice(at, 1)
  }
  return left.length === 0 || wanted.includes('…') ? undefined : `found «${left[0]}», which nobody expected`
}

function linesOf(text: string): string[] {
  return text.trimEnd().split('\n')
}

function wildcards(line: string): number {
  return line.split('…').length
}

function pattern(line: string): RegExp {
  const literals = line.split('…').map((literal) => literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${literals.join('.*')}$`)
}
