// What a hop costs in a ring of threads, by how many there are and how warm each is: `node bench/micro/ring.ts 2 10 100`.

import { openRing } from '../contenders/tsworks/ring.ts'

const ROUNDS = [50, 200, 1_000, 1_000, 4_000]
for (const threads of process.argv.slice(2).map(Number)) {
  const ring = await openRing(threads)
  for (const each of ROUNDS) {
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    await ring.run(each * threads)
    const { user, system } = process.cpuUsage(cpu)
    const hops = each * threads
    const us = ((performance.now() - began) * 1_000) / hops
    console.log(
      `${threads} threads, ${each} hops each: ${us.toFixed(1)} µs a hop, processor ${(user / hops).toFixed(1)} + ${(system / hops).toFixed(1)} µs`,
    )
  }
  if (threads === Number(process.argv.at(-1))) process.exit()
}
