/**
 * What an item of a stream costs: `node bench/micro/streams.ts`. CPU time of the process, all its threads together, and time that has passed; the best of
 * three rounds. Beside it the generator itself, read in place, and a call for each item.
 */

import { start, subsystem, Task, task, type Remote } from '../../src/index.ts'

const ROUNDS = 3

class Source extends Task {
  async *numbers(count: number): AsyncGenerator<number> {
    for (let n = 0; n < count; n++) yield n
  }
  async *rows(count: number): AsyncGenerator<{ id: number; name: string; at: Date }> {
    for (let id = 0; id < count; id++) yield { id, name: `row ${id}`, at: new Date(id) }
  }
  async *chunks(count: number): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n++) yield new Uint8Array(64 * 1024)
  }
  number(n: number): number {
    return n
  }
}

interface Way {
  readonly count: number
  read(source: Remote<Source>, count: number): Promise<void>
}

async function drain(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const item of stream) void item
}

const WAYS: Readonly<Record<string, Way>> = {
  numbers: { count: 200_000, read: (source, count) => drain(source.numbers(count)) },
  'rows of three': { count: 50_000, read: (source, count) => drain(source.rows(count)) },
  'chunks of 64 KiB': { count: 5_000, read: (source, count) => drain(source.chunks(count)) },
  'a call each': {
    count: 20_000,
    read: async (source, count) => {
      for (let n = 0; n < count; n++) await source.number(n)
    },
  },
}

const program = subsystem(import.meta.url, { own: task(Source), main: task(Source, { thread: 'main' }) })
const system = await start(import.meta.url, program, { log: { level: 'warn' } })

async function measured(run: () => Promise<void>, count: number): Promise<{ cpu: number; passed: number }> {
  let best = { cpu: Infinity, passed: Infinity }
  for (let round = 0; round < ROUNDS; round++) {
    const [cpuBefore, before] = [process.cpuUsage(), performance.now()]
    await run()
    const { user, system: kernel } = process.cpuUsage(cpuBefore)
    const cpu = (user + kernel) / count
    if (cpu < best.cpu) best = { cpu, passed: ((performance.now() - before) * 1_000) / count }
  }
  return best
}

const plain = new Source()
const inPlace = await measured(() => drain(plain.numbers(200_000)), 200_000)
const rows: Record<string, unknown>[] = [
  { what: 'numbers, in place', 'CPU µs': inPlace.cpu.toFixed(2), µs: inPlace.passed.toFixed(2) },
]
for (const [what, { count, read }] of Object.entries(WAYS))
  for (const where of ['own', 'main'] as const) {
    const { cpu, passed } = await measured(() => read(system.actor(where), count), count)
    rows.push({ what: `${what}, ${where}`, 'CPU µs': cpu.toFixed(2), µs: passed.toFixed(2) })
  }
console.table(rows)
await system.stop()
