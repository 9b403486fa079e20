import { Actor, actor, start, subsystem, type Remote } from 'tsworks'
import type { Crowd } from '../../harness/contender.ts'
import { heapAfterCollection } from '../../harness/heap.ts'
import { settings } from './settings.ts'

/** Made at once, before any answer is awaited. */
const AT_ONCE = 1_000

class Idle extends Actor {
  answer(): number {
    return 1
  }
}

class Parent extends Actor {
  grow(count: number): Promise<number> {
    return growBy(count, () => this.spawn(program.idle))
  }
  /** Of all that live in this thread. */
  heap(): number {
    return heapAfterCollection()
  }
}

const program = subsystem(import.meta.url, { idle: actor(Idle, { count: 0 }), parent: actor(Parent) })

export async function openCrowd(): Promise<Crowd> {
  const system = await start(import.meta.url, program, settings)
  const parent = system.actor('parent')
  const idle: Remote<Idle>[] = []
  return {
    grow: (count) => growBy(count, () => system.spawn(program.idle), idle),
    growWithin: (count) => parent.grow(count),
    heap: async () => heapAfterCollection() + (await parent.heap()),
  }
}

async function growBy(count: number, spawn: () => Remote<Idle>, kept: Remote<Idle>[] = []): Promise<number> {
  let answered = 0
  for (let made = 0; made < count; made += AT_ONCE) {
    const more = Array.from({ length: Math.min(AT_ONCE, count - made) }, spawn)
    for (const answer of await Promise.all(more.map((one) => one.answer()))) answered += answer
    kept.push(...more)
  }
  return answered
}
