/**
 * Makes a folder with odd contents and odd names, indexes it, and asks the system's own tools for the same figures.
 *
 *   node verify.ts [FILES] [SEED]
 */

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { makeTree } from './make-tree.ts'
import { Ticker } from './ticker.ts'

const run = promisify(execFile)
const [files = 20_000, seed = 1] = process.argv.slice(2).map(Number)

/** What the tools say of the folder `tree`. */
const TOOLS = `
  find tree -type f -printf x | wc -c
  find tree -type f -print0 | wc -l -w -c --files0-from=- | tail -n 1
  find tree -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum
`

const folder = await mkdtemp(join(tmpdir(), 'tsworks-indexer-'))
try {
  const tree = join(folder, 'tree')
  makeTree(tree, { files, seed })
  // Named from within, so that the paths, and so their digest, are the same each time.
  const here = { cwd: folder, env: { ...process.env, LC_ALL: 'C' } }
  const main = join(import.meta.dirname, 'main.ts')
  const beside = new Ticker(10)
  const { stdout: report } = await run(process.execPath, [main, 'tree'], here)
  const { due, kept, latestMs } = beside.stop()
  const { stdout: tools } = await run('sh', ['-euc', TOOLS], here)
  const indexed = new Map(report.split('\n').map((line) => [line.slice(0, 8).trimEnd(), line.slice(8)]))
  const [count, lines, words, bytes, , sha256] = tools.trim().split(/\s+/)
  for (const [name, expected] of Object.entries({ files: count, bytes, lines, words, sha256 })) {
    const found = indexed.get(name)
    const agrees = found === expected
    console.log(
      `${agrees ? 'agrees ' : 'differs'} ${name.padEnd(8)}${agrees ? found : `${found}, the tools say ${expected}`}`,
    )
    if (!agrees) process.exitCode = 1
  }
  for (const name of ['took', 'ticker']) console.log(`        ${name.padEnd(8)}${indexed.get(name)}`)
  // This program was idle meanwhile: where its ticks are late, too, the machine was busy with others.
  console.log(`        beside  kept ${kept} of ${due} ticks, the latest ${latestMs.toFixed(1)} ms late`)
} finally {
  await rm(folder, { recursive: true })
}
