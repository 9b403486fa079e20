// The table of mutants in docs/proof.md, between two markers, made of the list in test/mutants.ts.

import type { Mutant } from '../test/mutants.ts'

const BEGIN = '<!-- mutants: `npm run mutants -- --docs` writes what follows -->'
const END = '<!-- end of mutants -->'

/** Each mutant with the test that fails for it, as rows of a Markdown table. */
export function mutantTable(mutants: readonly Mutant[]): string {
  const rows = mutants.map(
    ({ clause, breaks, test, name }, at) => `| ${at + 1} | ${clause} | ${breaks} | \`${test}\`: ${name} |`,
  )
  return ['| | | Broken on purpose | Caught by |', '|---|---|---|---|', ...rows].join('\n')
}

/** A page with today's table in place of the one it has; throws where it has no place for one. */
export function withTable(page: string, mutants: readonly Mutant[]): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (before < 0 || after < before) throw new Error(`the page lacks the lines ${BEGIN} and ${END}`)
  return `${page.slice(0, before)}${BEGIN}\n${mutantTable(mutants)}\n${page.slice(after)}`
}

/** The source with a mutant in it; throws where its text does not stand there exactly once. */
export function mutated(source: string, { id, file, find, replace }: Mutant): string {
  const [before, after, ...more] = source.split(find)
  if (after === undefined || more.length > 0)
    throw new Error(
      `mutant ${id}: expected its text once in ${file}, found it ${after === undefined ? 0 : more.length + 1} times: ${find}`,
    )
  return `${before}${replace}${after}`
}
