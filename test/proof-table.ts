/**
 * Tables of docs/ whose last column is the proof: `| number | … | core/order `S4: a handler`, `S2: arrive` |`, a file of test/ and parts of the
 * titles of its tests; or a program of test/types/ by its whole name, and what stands in it. A table that names what is not there fails.
 */

import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'

export interface ProofRow {
  readonly number: number
  readonly proof: string
}

/** The rows of a page that have a number, as they stand in it. */
export function proofRows(page: string): ProofRow[] {
  const text = readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^\| (\d+) \|.*\| (.*) \|$/gm)].map(([, number, proof]) => ({
    number: Number(number),
    proof: proof!,
  }))
}

export function checkNumbers(rows: readonly ProofRow[], last: number): void {
  assert.deepEqual(
    rows.map(({ number }) => number),
    Array.from({ length: last }, (_, at) => at + 1),
  )
}

/** Fails unless a row names a test, and each that it names is there. */
export function checkProof({ number, proof }: ProofRow): void {
  // core/order `S4: a handler`, `S2: arrive`; types/methods/methods.ts `worker.opened`
  const named = [...proof.matchAll(/([a-z]+\/[a-z0-9/-]+(?:\.ts)?) ((?:`[^`]+`(?:, )?)+)/g)]
  assert.ok(named.length > 0, `row ${number}: expected a test file and the begin of a test's name, found ${proof}`)
  for (const [, name, parts] of named) {
    const file = name!.endsWith('.ts') ? name! : `${name!}.test.ts`
    const url = new URL(file, import.meta.url)
    assert.ok(existsSync(url), `row ${number}: there is no test/${file}`)
    const source = readFileSync(url, 'utf8')
    const texts = file.endsWith('.test.ts') ? titlesIn(source) : [source]
    for (const [, part] of parts!.matchAll(/`([^`]+)`/g))
      assert.ok(
        texts.some((text) => text.includes(part!)),
        `row ${number}: test/${file} has no ${part}`,
      )
  }
}

/** The titles of tests, as they stand in the source: with `${…}` where a test has it. */
function titlesIn(source: string): string[] {
  return [
    ...source.matchAll(/\b(?:it|test|describe)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g),
  ].map(([, single, double, template]) => single ?? double ?? template!)
}
