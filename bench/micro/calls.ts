/**
 * The processor time of a message, of all threads together: `node bench/micro/calls.ts [rounds]`.
 *
 * Of many short rounds the least is told: what a message costs where nothing disturbs it. So two versions can be compared on a machine that has
 * much else to do; how many go through in a second there, with two cores free, `npm run bench` tells.
 */

import { start, Task, task, tell, type Remote } from '../../src/index.ts'

class Adder extends Task {
  #sum = 0

  add(n: number, text: string): number {
    return n + text.length
  }

  note(n: number): void {
    this.#sum += n
  }

  sum(): number {
    return this.#sum
  }
}

type Manner = 'many' | 'tells' | 'one after the other' | 'get'

class Caller extends Task {
  async least(manner: Manner, to: Remote<Adder>, rounds: number): Promise<string> {
    const messages = manner === 'many' || manner === 'tells' ? 2_000 : 200
    let least = Infinity
    for (let round = 0; round < rounds; round++) {
      const before = process.cpuUsage()
      await this.#send(manner, to, messages)
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, (user + system) / messages)
    }
    return `${least.toFixed(2)} µs`
  }

  async #send(manner: Manner, to: Remote<Adder>, messages: number): Promise<void> {
    switch (manner) {
      case 'many':
        await Promise.all(Array.from({ length: messages }, (_, n) => to.add(n, 'hello')))
        return
      case 'tells':
        for (let n = 0; n < messages; n++) void tell(to).note(n)
        await to.sum()
        return
      case 'one after the other':
        for (let n = 0; n < messages; n++) await to.add(n, 'hello')
        return
      case 'get':
        for (let n = 0; n < messages; n++) to.add(n, 'hello').get()
    }
  }
}

const together = { thread: { group: 'together', threads: 1 } } as const
const system = await start(import.meta.url, {
  adder: task(Adder),
  caller: task(Caller),
  adderHere: task(Adder, together),
  callerHere: task(Caller, together),
})
const rounds = Number(process.argv[2] ?? 60)
const ways = [
  ['between two threads', 'caller', 'adder', ['many', 'tells', 'one after the other', 'get']],
  ['within a thread', 'callerHere', 'adderHere', ['many', 'tells', 'one after the other']],
] as const
for (const [where, caller, adder, manners] of ways)
  for (const manner of manners)
    console.log(`${where}, ${manner}: ${await system.actor(caller).least(manner, system.actor(adder), rounds)}`)
await system.stop()
