import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { describe, it } from 'node:test'
import { mutated, mutantTable, withTable } from '../../scripts/mutant-table.ts'
import { MUTANTS, type Mutant } from '../mutants.ts'

const root = new URL('../..', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

describe('the mutants', () => {
  it('are many, each with an id of its own', () => {
    assert.ok(MUTANTS.length >= 20)
    assert.equal(new Set(MUTANTS.map(({ id }) => id)).size, MUTANTS.length)
  })

  for (const mutant of MUTANTS)
    it(`still fit the source: ${mutant.id}`, () => {
      const broken = mutated(read(mutant.file), mutant)
      assert.notEqual(broken, read(mutant.file))
      // Broken in what it does, not in its grammar: that any test would notice.
      stripTypeScriptTypes(broken)
    })

  it('name tests that there are', () => {
    // In their file, or in the contract that it runs; that they run, and pass without the mutant, `npm run mutants` sees.
    for (const { id, test, name } of MUTANTS) {
      const folder = test.slice(0, test.lastIndexOf('/'))
      const sources = [test, ...globSync(`${folder}/*-contract.ts`, { cwd: root })].map(read)
      assert.ok(
        sources.some((source) => source.includes(name)),
        `${id}: ${test} has no test ${name}`,
      )
    }
  })

  it('stand in docs/proof.md as they are: else `npm run mutants -- --docs`', () => {
    const page = read('docs/proof.md')
    assert.equal(page, withTable(page, MUTANTS))
    assert.ok(page.includes(mutantTable(MUTANTS)))
  })
})

describe('the text of a mutant', () => {
  const mutant: Mutant = {
    id: 'deaf',
    breaks: 'nobody listens',
    clause: 'S1',
    file: 'src/core/ear.ts',
    find: 'listen()',
    replace: '',
    test: 'test/core/ear.test.ts',
    name: 'listens',
  }

  it('is replaced as it is', () => {
    assert.equal(mutated('a(); listen(); b()', { ...mutant, replace: "'$&'" }), "a(); '$&'; b()")
  })

  it('must stand there exactly once', () => {
    assert.throws(
      () => mutated('a()', mutant),
      /mutant deaf: expected its text once in src\/core\/ear\.ts, found it 0 times: listen\(\)/,
    )
    assert.throws(() => mutated('listen(); listen(); listen()', mutant), /found it 3 times/)
  })
})
