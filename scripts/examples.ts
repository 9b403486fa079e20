// Runs every example as its README says: each ```output block is what the ```sh block above it prints.
// Words after `output`: `unordered` (lines in any order), `exit=1` (the code to end with, 0 unless said).

import { glob, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { root, run } from './command.ts'
import { mismatch } from './expected-output.ts'
import { blocksOf } from './markdown.ts'

const only = process.argv.slice(2)
const folders = (await Array.fromAsync(glob('examples/*/', { cwd: root }))).toSorted()
if (folders.length === 0) console.log('no examples yet')
for (const name of only) if (!folders.includes(join('examples', name))) fail(`no examples/${name}`)
if ((await run('node', ['scripts/run.js', 'build', '--no-check'])).code !== 0) process.exitCode = 1

for (const folder of folders) {
  if (only.length > 0 && !only.includes(basename(folder))) continue
  const readme = join(folder, 'README.md')
  const blocks = blocksOf(await readFile(join(root, readme), 'utf8'))
  let command: string | undefined
  let checked = 0
  for (const { words, text, line } of blocks) {
    if (words[0] === 'sh') command = text
    if (words[0] !== 'output') continue
    const wrong = await tryOut(command, text, words)
    console.log(`${wrong === undefined ? '✔' : '✖'} ${readme}:${line}`)
    if (wrong !== undefined) fail(wrong)
    checked++
  }
  if (checked === 0) fail(`${readme} has no \`\`\`output block: what does this example print?`)
}

async function tryOut(
  command: string | undefined,
  expected: string,
  words: readonly string[],
): Promise<string | undefined> {
  if (command === undefined) return 'no ```sh block above it'
  const { code, stdout, stderr } = await run('sh', ['-ec', command], { quiet: true, timeoutMs: 120_000 })
  const exit = Number(words.find((word) => word.startsWith('exit='))?.slice('exit='.length) ?? 0)
  const wrong =
    code === 124 ? 'still running after 2 minutes' : code === exit ? undefined : `exit code ${code}, not ${exit}`
  const difference = wrong ?? mismatch(stdout, { text: expected, unordered: words.includes('unordered') })
  return difference && `${difference}\n--- stdout\n${stdout}--- stderr\n${stderr}`
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}
