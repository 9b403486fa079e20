import { Actor, actor, Future, start, subsystem, tell, type Remote } from 'tsworks'
import { settings } from './settings.ts'

const CHILDREN = 10

class Node extends Actor {
  #parent: Remote<Node> | Future<number> | undefined
  #missing = CHILDREN
  #sum = 0

  grow(parent: Remote<Node> | Future<number>, first: number, leaves: number): void {
    this.#parent = parent
    if (leaves === 1) return this.#finish(first)
    const part = leaves / CHILDREN
    for (let i = 0; i < CHILDREN; i++) tell(this.spawn(program.node)).grow(this.self<Node>(), first + i * part, part)
  }
  grown(sum: number): void {
    this.#sum += sum
    if (--this.#missing === 0) this.#finish(this.#sum)
  }
  #finish(sum: number): void {
    if (this.#parent instanceof Future) this.#parent.set(sum)
    else tell(this.#parent!).grown(sum)
    this.stop()
  }
}

const program = subsystem(import.meta.url, { node: actor(Node, { count: 0 }) })

export async function openSkynet(): Promise<(leaves: number) => Promise<number>> {
  const system = await start(import.meta.url, program, settings)
  return async (leaves) => {
    const sum = new Future<number>()
    tell(system.spawn(program.node)).grow(sum, 0, leaves)
    return await sum
  }
}
