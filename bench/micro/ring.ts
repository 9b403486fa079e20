// What a hop costs in a ring of so many threads, by how warm each is: `node bench/micro/ring.ts 100`.

import { openRing } from '../contenders/tsworks/ring.ts'

const ROUNDS = [50, 200, 1_000, 1_000, 4_000]

const threads = Number(process.argv[2] ?? 100)
const ring = await openRing(threads)
for (const each of ROUNDS) {
  const hops = each * threads
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await ring.run(hops)
  const us = ((performance.now() - began) * 1_000) / hops
  const { user, system } = process.cpuUsage(cpu)
  const [inUser, inSystem] = [user / hops, system / hops].map((one) => one.toFixed(1))
  console.log(`${threads} threads, ${each} hops each: ${us.toFixed(1)} µs a hop, processor ${inUser} + ${inSystem} µs`)
}
process.exit()
