/**
 * What the codec costs beside what Node has: `node bench/micro/codec.ts`. Ratios are what counts; the machine is shared and noisy.
 *
 * Contenders take turns in each round; shown is the median of the rounds, and the cost relative to v8.serialize + deserialize.
 */

import { deserialize, serialize, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ByteReader } from '../../src/wire/byte-reader.ts'
import { ByteWriter } from '../../src/wire/byte-writer.ts'
import { decodeFrom, encodeInto, type References } from '../../src/wire/codec.ts'
import { copyValue } from '../../src/wire/copy.ts'
import { codec } from '../../src/wire/define-codec.ts'

const references: References = { write: () => undefined, read: () => ({}) }
const border = { references, place: { path: 'args', executed: 'no' } } as const
const origin = { references, attachments: [] }
const writer = new ByteWriter()
const reader = new ByteReader()

function encoded(value: unknown): Uint8Array {
  writer.reset()
  encodeInto(writer, value, border)
  return writer.written()
}

function decoded(bytes: Uint8Array): unknown {
  reader.open(bytes)
  return decodeFrom(reader, origin)
}

const contenders = {
  'v8 both ways': (value: unknown) => deserialize(serialize(value)) as unknown,
  structuredClone: (value: unknown) => structuredClone(value),
  'codec both ways': (value: unknown) => decoded(encoded(value)),
  'codec, one way': (value: unknown) => encoded(value),
  'copy in a thread': (value: unknown) => copyValue(value, { passOn: () => undefined, place: border.place }),
}

function row(i: number) {
  return { id: i, name: `device ${i}`, on: i % 2 === 0, at: 1.5 * i, tags: ['a', 'b', `tag${i}`], pos: { x: i, y: -i } }
}

function rows(bytes: number) {
  const list: unknown[] = []
  while (JSON.stringify(list).length < bytes)
    for (let i = 0; i < Math.max(1, bytes / 2000); i++) list.push(row(list.length))
  return { rows: list }
}

class Money {
  readonly cents: number
  readonly currency: string
  constructor(cents: number, currency: string) {
    this.cents = cents
    this.currency = currency
  }
}
codec(import.meta.url, {
  class: Money,
  write: ({ cents, currency }) => ({ cents, currency }),
  read: ({ cents, currency }) => new Money(cents, currency),
})

class QuotaError extends Error {
  left = 3
}
codec(import.meta.url, { class: QuotaError })

const workloads: Readonly<Record<string, unknown>> = {
  '(number, string)': [7, 'hello'],
  '(object of 3)': [{ id: 7, name: 'hello', on: true }],
  'rows 1 KB': rows(1_000),
  'rows 64 KB': rows(64_000),
  'rows 1 MB': rows(1_000_000),
  'numbers 10,000': Array.from({ length: 10_000 }, (_, i) => i * 1.5),
  'integers 10,000': Array.from({ length: 10_000 }, (_, i) => i),
  'dictionary of 1,000': Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, i])),
  'Map of 1,000': new Map(Array.from({ length: 1000 }, (_, i) => [`key ${i}`, { i }])),
  'string 1 MB': 'x'.repeat(1_000_000),
  'bytes 1 KB': new Uint8Array(1_000),
  'bytes 1 MB': new Uint8Array(1_000_000),
  error: new TypeError('no such thing', { cause: new Error('deeper') }),
  'error of ones own': new QuotaError('no such thing', { cause: new Error('deeper') }),
  'plain objects 100': Array.from({ length: 100 }, (_, i) => ({ cents: i, currency: 'EUR' })),
  'instances 100': Array.from({ length: 100 }, (_, i) => new Money(i, 'EUR')),
}

const ROUNDS = 9

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function microseconds(run: () => unknown, times: number): number {
  // What the contender before has left is not this one's to clear away.
  collectGarbage()
  const start = performance.now()
  for (let i = 0; i < times; i++) run()
  return ((performance.now() - start) * 1_000) / times
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
}

console.log(`Node ${process.version}; µs, and × v8.serialize + deserialize\n`)
console.log(
  ' '.repeat(20) +
    Object.keys(contenders)
      .map((name) => name.padStart(22))
      .join(''),
)
for (const [workload, value] of Object.entries(workloads)) {
  const samples = Object.values(contenders).map((): number[] => [])
  const times = Math.max(3, Math.round(40_000 / microseconds(() => contenders['v8 both ways'](value), 20)))
  for (let round = 0; round <= ROUNDS; round++)
    Object.values(contenders).forEach((contender, i) => {
      const cost = microseconds(() => contender(value), times)
      if (round > 0) samples[i]!.push(cost)
    })
  const medians = samples.map(median)
  const cells = medians.map((one) =>
    `${one.toPrecision(3).padStart(13)} (${(one / medians[0]!).toFixed(2)})`.padStart(22),
  )
  console.log(workload.padEnd(20) + cells.join(''))
}
