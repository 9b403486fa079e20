/**
 * What calls cost that lend a function or an AbortSignal: `node bench/micro/lent.ts`. CPU time of the process, all its threads together, best of five rounds,
 * 500 calls at a time; ratios are what counts. `plain` is there on both sides of a change of what lends nothing.
 */

import { start, subsystem, Task, task, type Lent, type Remote } from '../../src/index.ts'

const CALLS = 20_000
const AT_A_TIME = 500

class Borrower extends Task {
  plain(n: number): number {
    return n
  }
  given(_lent: unknown): number {
    return 1
  }
  async called(back: Lent<(n: number) => number>): Promise<number> {
    return await back(1)
  }
}

const WAYS = {
  'a number': (to) => to.plain(1),
  'a function, not called': (to) => to.given(() => 1),
  'a function, called once': (to) => to.called((n) => n),
  'an AbortSignal': (to, signal) => to.given(signal),
} satisfies Record<string, (to: Remote<Borrower>, signal: AbortSignal) => PromiseLike<unknown>>

class Lender extends Task {
  async run(to: Remote<Borrower>, way: keyof typeof WAYS): Promise<void> {
    const { signal } = new AbortController()
    for (let done = 0; done < CALLS; done += AT_A_TIME)
      await Promise.all(Array.from({ length: AT_A_TIME }, () => WAYS[way](to, signal)))
  }
}

const together = { thread: { group: 'together', threads: 1 } } as const
const program = subsystem(import.meta.url, {
  lender: task(Lender),
  borrower: task(Borrower),
  lenderBeside: task(Lender, together),
  borrowerBeside: task(Borrower, together),
})
const system = await start(import.meta.url, program)
const pairs = [
  ['between two threads', system.actor(program.lender), system.actor(program.borrower)],
  ['within one', system.actor(program.lenderBeside), system.actor(program.borrowerBeside)],
] as const
for (const [where, lender, borrower] of pairs)
  for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
    let best = Infinity
    for (let round = 0; round < 6; round++) {
      const before = process.cpuUsage()
      await lender.run(borrower, way)
      const { user, system: inSystem } = process.cpuUsage(before)
      if (round > 0) best = Math.min(best, (user + inSystem) / CALLS)
    }
    console.log(`${where}: ${way}`.padEnd(48), best.toFixed(2).padStart(8), 'µs a call')
  }
await system.stop()
