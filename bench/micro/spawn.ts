/**
 * What an object costs that is spawned: `node bench/micro/spawn.ts skynet 100000` or `… idle 100000`, with the built package.
 *
 *   skynet   a tree of Actors, ten children each, down to so many leaves, each of which answers its number; the sum comes up again
 *   idle     so many Actors that have each handled one message, and do nothing: memory of each
 */

import process from 'node:process'
import { actor, Actor, Future, start, subsystem, tell, type Remote } from 'tsworks'

class Skynet extends Actor {
  #parent: Remote<Skynet> | undefined
  #answer: Future<number> | undefined
  #missing = 10
  #sum = 0

  /** Gives the sum of all numbers below `size`. */
  run(size: number, answer: Future<number>) {
    this.#answer = answer
    this.begin(undefined, 0, size)
  }

  begin(parent: Remote<Skynet> | undefined, number: number, size: number) {
    this.#parent = parent
    if (size === 1) return this.#end(number)
    const share = size / 10
    for (let child = 0; child < 10; child++)
      tell(this.spawn(definitions.skynet)).begin(this.self<Skynet>(), number + child * share, share)
  }

  took(sum: number) {
    this.#sum += sum
    if (--this.#missing === 0) this.#end(this.#sum)
  }

  #end(sum: number) {
    if (this.#parent !== undefined) tell(this.#parent).took(sum)
    this.#answer?.set(sum)
    this.stop()
  }
}

class Idle extends Actor {
  #said = 0
  say(n: number) {
    this.#said = n
  }
  said() {
    return this.#said
  }
}

class Parent extends Actor {
  async fill(count: number) {
    const before = memory()
    let last: Remote<Idle> | undefined
    for (let n = 0; n < count; n++) {
      last = this.spawn(definitions.idle)
      tell(last).say(n)
      if (n % 1_000 === 999) await last.said()
    }
    await last!.said()
    return (memory() - before) / count
  }
}

function memory(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const definitions = subsystem(import.meta.url, {
  skynet: actor(Skynet, { count: 0, mailbox: { capacity: Infinity } }),
  idle: actor(Idle, { count: 0 }),
  root: actor(Skynet),
  parent: actor(Parent),
})

const system = await start(import.meta.url, definitions)
const [mode, size = '1000'] = process.argv.slice(2)
const count = Number(size)
const began = performance.now()
if (mode === 'idle') {
  const bytes = await system.actor('parent').fill(count)
  console.log(`${count} idle Actors: ${Math.round(bytes)} bytes each, ${shown(began)}`)
} else {
  const answer = new Future<number>()
  tell(system.actor('root')).run(count, answer)
  const sum = await answer
  if (sum !== (count * (count - 1)) / 2) throw new Error(`expected ${(count * (count - 1)) / 2}, found ${sum}`)
  console.log(`skynet of ${count} leaves: ${shown(began)}`)
}
const stopped = performance.now()
await system.stop()
console.log(`stop: ${shown(stopped)}`)

function shown(since: number): string {
  const { user, system: inSystem } = process.cpuUsage()
  return `${Math.round(performance.now() - since)} ms, ${Math.round((user + inSystem) / 1000)} ms of CPU in all`
}
