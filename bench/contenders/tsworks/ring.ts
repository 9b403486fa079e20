import { Future, start, subsystem, Task, task, tell, type Remote } from 'tsworks'
import type { Ring } from '../../harness/contender.ts'
import { settings } from './settings.ts'

class Member extends Task {
  #hops = 0
  #next: Remote<Member> | undefined
  #finished = new Future<void>()

  link(next: Remote<Member>): void {
    this.#next = next
  }
  hop(left: number): void {
    this.#hops++
    if (left === 0) this.#finished.set()
    else tell(this.#next!).hop(left - 1)
  }
  /** The last of the hops comes back here. */
  run(hops: number): Future<void> {
    this.#finished = new Future<void>()
    tell(this.#next!).hop(hops - 1)
    return this.#finished
  }
  hops(): number {
    return this.#hops
  }
}

const program = subsystem(import.meta.url, { member: task(Member, { count: 0 }) })

export async function openRing(count: number): Promise<Ring> {
  const system = await start(import.meta.url, program, settings)
  const members = Array.from({ length: count }, () => system.spawn(program.member))
  await Promise.all(members.map((member, i) => member.link(members[(i + 1) % count]!)))
  const counted = async (): Promise<number> => {
    const each = await Promise.all(members.map((member) => member.hops()))
    return each.reduce((sum, hops) => sum + hops, 0)
  }
  return {
    async run(hops) {
      const before = await counted()
      await members[0]!.run(hops)
      return (await counted()) - before
    },
  }
}
