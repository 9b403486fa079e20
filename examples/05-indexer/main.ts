import process from 'node:process'
import { AbortError, start } from 'tsworks'
import { commandLine } from './command-line.ts'
import { pathBytes } from './path-bytes.ts'
import { ProgressLine } from './progress-line.ts'
import { indexing } from './tasks.ts'
import { Ticker } from './ticker.ts'
import { cannotRead } from './total.ts'
import { wordRuleHere } from './words.ts'

const system = await start(import.meta.url, indexing, { signals: false })
const indexer = system.actor('indexer')

const progress = new ProgressLine()
await system.observe(indexer, {
  progress: (files, bytes) => progress.show(`${files} files, ${(bytes / 1e6).toFixed(1)} MB`),
})

const rule = wordRuleHere()
const began = performance.now()
const ticker = new Ticker(10)
const { folder, tasks, window } = commandLine
const total = indexer.indexFolder({ folder: pathBytes(folder), rule, window })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => total.cancel(signal))
try {
  const { files, bytes, lines, words, sha256, troubles } = await total
  const { due, kept, latestMs } = ticker.stop()
  const seconds = ((performance.now() - began) / 1_000).toFixed(2)
  progress.clear()
  for (const trouble of troubles) console.error(`indexer: ${trouble}`)
  for (const [name, value] of Object.entries({ files, bytes, lines, words, sha256 }))
    console.log(name.padEnd(8) + value)
  console.log(`ticker  kept ${kept} of ${due} ticks, the latest ${latestMs.toFixed(1)} ms late`)
  console.log(`took    ${seconds} s with ${tasks} Tasks`)
  if (troubles.length > 0) process.exitCode = 1
} catch (error) {
  ticker.stop()
  progress.clear()
  const isInterrupted = error instanceof AbortError
  console.error(`indexer: ${isInterrupted ? 'interrupted' : cannotRead(pathBytes(folder), error)}`)
  process.exitCode = isInterrupted ? 130 : 1
} finally {
  await system.stop()
}
