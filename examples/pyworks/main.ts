import process from 'node:process'
import { start } from 'tsworks'
import type { RhythmReport } from './rhythm.ts'
import config from './tsworks.config.ts'

const hops = Number(process.argv[2] ?? 10_000)
const began = performance.now()
const system = await start(import.meta.url, config)
const { objects, threads } = await system.snapshot()
console.log(`${objects.length} objects in ${threads.length} threads, started in ${since(began)}`)

const { timeouts, pings } = await system.actor('timeouts').report()
console.log(`timeouts: ${shown(timeouts)}`)
console.log(`pings:    ${shown(pings)}`)

const passed = performance.now()
const ring = system.actors('ring')
const rounds = Math.ceil(hops / ring.length)
await ring[0]!.run(rounds)
console.log(`ring:     ${ring.length} Tasks passed a counter ${rounds * ring.length} times in ${since(passed)}`)

console.log(`echo:     ${await system.actor('echoClient').report()} telegrams came back over TCP`)
console.log(`math:     20! = ${await system.actor('math').factorial(20n)}`)
console.log(`states:   ${await system.actor('states').report()}`)

for (const name of ['client1', 'client2', 'client3'] as const) {
  const { period, calls, sum, perSecond, gaveUp, answer } = await system.actor(name).report()
  console.log(`${name}:  every ${period} ms, ${calls} calls of hello, ${perSecond} a second; the sum is ${sum}`)
  console.log(`          long work: gave up ${gaveUp} time, then tried a little longer: ${answer}`)
}
await system.stop()

function since(begin: number): string {
  return `${((performance.now() - begin) / 1_000).toFixed(2)} s`
}

function shown({ beats, onTime, worstMs }: RhythmReport): string {
  return `${onTime} of ${beats} at the right time, the worst ${worstMs.toFixed(1)} ms off`
}
