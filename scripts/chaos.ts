/**
 * A minute of chaos: objects on real threads, random traffic, faults at random moments, and what must hold looked at (test/chaos/run.ts).
 *
 *   npm run chaos                                a new seed, which is printed
 *   npm run chaos -- --seed=5 --seconds=10       the same faults again
 *   npm run chaos -- --runs=10                   ten seeds in a row
 */

import { parseArgs } from 'node:util'
import { runChaos } from '../test/chaos/run.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    runs: { type: 'string', default: '1' },
  },
})
const first = values.seed === undefined ? Math.floor(Math.random() * 1_000_000_000) : Number(values.seed)
const [seconds, runs] = [Number(values.seconds), Number(values.runs)]
for (const [name, n] of Object.entries({ seed: first, seconds, runs }))
  if (!Number.isFinite(n) || n < 0)
    throw new Error(`npm run chaos -- --${name}=…: expected a number, found ${values[name as 'seed']}`)

let failed = 0
for (let n = 0; n < runs; n++) {
  const result = await runChaos(first + n, seconds, (line) => console.log(line))
  const { wrong, ...figures } = result
  console.log(figures)
  for (const line of wrong.slice(0, 20)) console.log(`✖ ${line}`)
  if (wrong.length > 20) console.log(`✖ and ${wrong.length - 20} more`)
  console.log(
    wrong.length === 0
      ? `✔ seed ${result.seed}`
      : `✖ seed ${result.seed}: npm run chaos -- --seed=${result.seed} --seconds=${seconds}`,
  )
  if (wrong.length > 0) failed++
}
process.exitCode = failed === 0 ? 0 : 1
