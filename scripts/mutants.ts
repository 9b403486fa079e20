// Breaks the code on purpose, as test/mutants.ts lists it, and sees that a test fails each time.
//
//   npm run mutants                  all of them; `-- 3 fence-open` some, by number or id
//   npm run mutants -- --list        shows them
//   npm run mutants -- --docs        writes their table into docs/proof.md
//
// The tests run in a copy of the sources. First unbroken, since a test that fails anyway, or that does not run, catches nothing. Then each
// mutant has a copy of its own, and five times as long and half a minute more. A test that hangs has noticed, too; but one that says
// what is wrong is better, so it is told which did.

import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MUTANTS, type Mutant } from '../test/mutants.ts'
import { root, run } from './command.ts'
import { mutated, withTable } from './mutant-table.ts'
import type { TestOutcome } from './test-outcomes.ts'

const COPIED = ['src', 'test', 'scripts', 'package.json', 'tsconfig.json']
const AT_A_TIME = 2
const UNBROKEN_MS = 300_000

const { values, positionals } = parseArgs({
  options: { list: { type: 'boolean' }, docs: { type: 'boolean' } },
  allowPositionals: true,
})
const wanted = positionals.length === 0 ? MUTANTS : positionals.map(mutantOf)

if (values.list) for (const mutant of wanted) console.log(`${shown(mutant)}\n       ${mutant.test}: ${mutant.name}`)
else if (values.docs) {
  const page = join(root, 'docs/proof.md')
  await writeFile(page, withTable(await readFile(page, 'utf8'), MUTANTS))
} else await tryAll()

async function tryAll(): Promise<void> {
  const byFile = Map.groupBy(wanted, ({ test }) => test)
  const useless: string[] = []
  const limits = new Map<string, number>()
  await atATime([...byFile], async ([file, mutants]) => {
    const names = mutants.map(({ name }) => name)
    const began = performance.now()
    const { outcomes, code } = await inCopy(undefined, { file, names, ms: UNBROKEN_MS })
    limits.set(file, Math.ceil(30_000 + 5 * (performance.now() - began)))
    const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name)
    const missing = names.filter((text) => !outcomes.some(({ name }) => name.includes(text)))
    if (failed.length > 0) useless.push(`${file}: fails without any mutant: ${failed.join('; ')}`)
    else if (code !== 0) useless.push(`${file}: ended with code ${code} without any mutant`)
    if (missing.length > 0) useless.push(`${file}: no test is named: ${missing.join('; ')}`)
  })
  for (const line of useless) console.log(`✖ ${line}`)
  if (useless.length > 0) process.exit(1)
  console.log(`✔ the tests of ${byFile.size} files pass without mutants`)

  const survived: string[] = []
  await atATime(wanted, async (mutant) => {
    const { test: file, name } = mutant
    const verdict = verdictOf(await inCopy(mutant, { file, names: [name], ms: limits.get(file)! }))
    if (verdict === undefined) survived.push(mutant.id)
    console.log(`${verdict === undefined ? '✖' : '✔'} ${(verdict ?? 'SURVIVED').padEnd(9)} ${shown(mutant)}`)
  })
  console.log(`${wanted.length - survived.length} of ${wanted.length} mutants were caught`)
  if (survived.length === 0) return
  console.log(`these survived, so a test is missing or a mutant breaks nothing: ${survived.join(', ')}`)
  process.exitCode = 1
}

interface Ran {
  readonly outcomes: readonly TestOutcome[]
  readonly code: number
}

/** How a mutant was caught: by a test that failed, by one that took too long, or by a process that died of it; undefined if it was not. */
function verdictOf({ outcomes, code }: Ran): 'failed' | 'hung' | 'died' | undefined {
  // What a file itself has failed by bears its path.
  if (outcomes.some(({ hasThrown, name }) => hasThrown && !name.endsWith('.test.ts'))) return 'failed'
  if (code === 124) return 'hung'
  return code === 0 ? undefined : 'died'
}

/** Runs the tests of a file that are named so, in a copy of the sources in which `mutant` stands. */
async function inCopy(
  mutant: Mutant | undefined,
  { file, names, ms }: { readonly file: string; readonly names: readonly string[]; readonly ms: number },
): Promise<Ran> {
  const folder = await mkdtemp(join(tmpdir(), 'tsworks-mutant-'))
  try {
    for (const part of COPIED) await cp(join(root, part), join(folder, part), { recursive: true })
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    if (mutant !== undefined) {
      const source = join(folder, mutant.file)
      await writeFile(source, mutated(await readFile(source, 'utf8'), mutant))
    }
    const patterns = names.map(
      (name) => `--test-name-pattern=${name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)}`,
    )
    const args = ['--test', '--test-reporter=./scripts/test-outcomes.ts', ...patterns, file]
    const { code, stdout } = await run('node', args, { cwd: folder, quiet: true, timeoutMs: ms })
    const lines = stdout.split('\n').filter((line) => line.startsWith('{"name":'))
    return { outcomes: lines.map((line) => JSON.parse(line) as TestOutcome), code }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function atATime<T>(things: readonly T[], work: (thing: T) => Promise<void>): Promise<void> {
  const left = things.values()
  const worker = async (): Promise<void> => {
    for (const thing of left) await work(thing)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
}

function mutantOf(numberOrId: string): Mutant {
  const mutant = MUTANTS[Number(numberOrId) - 1] ?? MUTANTS.find(({ id }) => id === numberOrId)
  if (mutant === undefined)
    throw new Error(
      `no mutant ${numberOrId}: expected a number from 1 to ${MUTANTS.length}, or an id; --list shows them`,
    )
  return mutant
}

function shown(mutant: Mutant): string {
  return `${String(MUTANTS.indexOf(mutant) + 1).padStart(3)} ${mutant.clause.padEnd(3)} ${mutant.id}: ${mutant.breaks}`
}
