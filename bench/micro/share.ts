/**
 * What `share` and `transfer` save, and cost: `node bench/micro/share.ts`. CPU time, the best of five rounds; ratios are what counts.
 *
 * `transfer` goes the ways that its links go, without them: written, moved by structuredClone, read.
 */

import { decode, encode, type References } from '../../src/wire/codec.ts'
import { copyValue } from '../../src/wire/copy.ts'
import { share } from '../../src/wire/shared.ts'
import { transfer } from '../../src/wire/transfer.ts'
import { posted, within } from '../../test/wire/ways.ts'

const references: References = { write: () => undefined, read: () => ({}) }
const border = { passOn: () => undefined, place: { path: 'args', executed: 'no' } } as const

/** Of one run, in µs. */
function time(runs: number, run: () => void): number {
  for (let i = 0; i < runs / 5; i++) run()
  let best = Infinity
  for (let round = 0; round < 5; round++) {
    const before = process.cpuUsage()
    for (let i = 0; i < runs; i++) run()
    const { user, system } = process.cpuUsage(before)
    best = Math.min(best, (user + system) / runs)
  }
  return best
}

function show(what: string, runs: number, run: () => void): void {
  console.log(what.padEnd(40), time(runs, run).toFixed(2).padStart(10), 'µs')
}

const rows = (count: number) => ({
  list: Array.from({ length: count }, (_, id) => ({ id, name: `name ${id}`, tags: ['a', 'b'], at: id / 3 })),
})

const small = [7, 'hello', { a: 1 }]
show('small arguments: copied, nothing shared', 200_000, () => void copyValue(small, border))
for (const count of [12, 1_000]) {
  const runs = 400_000 / count
  const plain = rows(count)
  const shared = share(rows(count))
  show(`${count} rows: copied within a thread`, runs, () => void copyValue([plain], border))
  show(`${count} rows: shared within a thread`, runs, () => void copyValue([shared], border))
  show(`${count} rows: made`, runs, () => void rows(count))
  show(`${count} rows: made and shared`, runs, () => void share(rows(count)))
  show(`${count} rows: written`, runs, () => void encode([plain], references, 'args'))
  show(`${count} rows: written, shared`, runs, () => void encode([shared], references, 'args'))
  const [bytes, sharedBytes] = [encode([plain], references, 'args'), encode([shared], references, 'args')]
  show(`${count} rows: read`, runs, () => void decode(bytes, references))
  show(`${count} rows: read, shared`, runs, () => void decode(sharedBytes, references))
  show(`${count} rows: their ${bytes.bytes.length} bytes copied`, runs, () => void new Uint8Array(bytes.bytes))
}
show('small arguments: copied, some are shared', 200_000, () => void copyValue(small, border))
for (const bytes of [1_000, 100_000, 10_000_000]) {
  const runs = bytes > 1_000_000 ? 20 : 2_000
  const make = () => [new Uint8Array(bytes)]
  show(`${bytes} bytes: made`, runs, () => void make())
  show(`${bytes} bytes: copied within a thread`, runs, () => void within(make()))
  show(`${bytes} bytes: moved within a thread`, runs, () => void within(transfer(make())))
  show(`${bytes} bytes: written and read`, runs, () => void decode(encode(make(), references, 'args'), references))
  show(`${bytes} bytes: moved to another thread`, runs, () => void posted(transfer(make())))
}
