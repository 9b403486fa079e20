import { RAW } from '../harness/names.ts'
import type { Goal } from '../harness/goal.ts'
import { expectEqual } from '../harness/oracle.ts'
import { perSecond } from '../harness/per-second.ts'
import type { Figures, Workload } from '../harness/workload.ts'

/** How large, and how many of them are on their way at once. */
const SIZES = [
  { size: '1 KB', bytes: 1_000, atOnce: 64 },
  { size: '64 KB', bytes: 64_000, atOnce: 8 },
  { size: '1 MB', bytes: 1_000_000, atOnce: 2 },
] as const

/** What of, and how much of what raw postMessage makes of it is the goal. */
const KINDS = [
  { kind: 'object', make: rows, atLeast: 0.9 },
  { kind: 'string', make: (bytes: number) => 'tsworks '.repeat(bytes / 8), atLeast: 1 },
  { kind: 'bytes', make: (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => i), atLeast: 1 },
] as const

export const values: Workload = {
  id: 'B6',
  title: 'values there and back: 64 at once of 1 KB, 8 of 64 KB, 2 of 1 MB',
  unit: 'values/s',
  better: 'more',
  goals: SIZES.flatMap(({ size }) =>
    KINDS.map(({ kind, atLeast }): Goal => ({ kind: 'ratio', variant: `${kind} of ${size}`, atLeast, than: RAW })),
  ),
  notes: [
    'An object is an array of rows with a number, a text, a flag, an array of texts and a position; its size is that of its JSON.',
  ],
  measurement: ({ openService }) =>
    openService &&
    (async (scale) => {
      const service = await openService()
      const figures: Record<string, number> = {}
      for (const { size, bytes, atOnce } of SIZES)
        for (const { kind, make } of KINDS) {
          const value = make(bytes)
          const variant = `${kind} of ${size}`
          expectEqual(variant, withoutBuffer(await service.echo(value)), value)
          // The first of a kind until its code is compiled: what it takes then is what it takes from then on.
          const warmUpMs = size === SIZES[0].size ? scale.warmUpMs * 5 : scale.warmUpMs
          const brief = { ...scale, warmUpMs, measureMs: scale.measureMs / 3 }
          figures[variant] = await perSecond(brief, async () => {
            const back = await Promise.all(Array.from({ length: atOnce }, () => service.echo(value)))
            for (const one of back) expectEqual(`the length of ${variant}`, (one as typeof value).length, value.length)
            return atOnce
          })
        }
      return figures satisfies Figures
    }),
}

function rows(bytes: number): readonly unknown[] {
  const list: unknown[] = []
  let length = 2
  while (length < bytes) {
    const i = list.length
    const row = { id: i, name: `device ${i}`, on: i % 2 === 0, tags: ['a', 'b', `tag ${i}`], position: { x: i, y: -i } }
    list.push(row)
    length += JSON.stringify(row).length + 1
  }
  return list
}

/** Whoever gives a Buffer for a Uint8Array has given the bytes. */
function withoutBuffer(value: unknown): unknown {
  return Buffer.isBuffer(value) ? new Uint8Array(value) : value
}
