import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Actor, actor, start, subsystem, type Remote } from 'tsworks'
import type { Crowd } from '../../harness/contender.ts'
import { settings } from './settings.ts'

class Idle extends Actor {
  answer(): number {
    return 1
  }
  /** Of all that live in this thread. */
  heap(): number {
    return heapAfterCollection()
  }
}

const program = subsystem(import.meta.url, { idle: actor(Idle, { count: 0 }) })

export async function openCrowd(): Promise<Crowd> {
  const system = await start(import.meta.url, program, settings)
  const idle: Remote<Idle>[] = []
  return {
    async grow(count) {
      let answered = 0
      for (let made = 0; made < count; made += 1_000) {
        const more = Array.from({ length: Math.min(1_000, count - made) }, () => system.spawn(program.idle))
        for (const answer of await Promise.all(more.map((one) => one.answer()))) answered += answer
        idle.push(...more)
      }
      return answered
    },
    heap: async () => heapAfterCollection() + (await idle[0]!.heap()),
  }
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
