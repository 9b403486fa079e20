import { actor, Actor, Future, start, subsystem, Task, task, tell, type Remote } from 'tsworks'
import type { Handled, Masses } from '../../harness/contender.ts'
import { settings } from './settings.ts'

class Member extends Actor {
  #handled = 0

  message(_n: number): void {
    this.#handled++
  }
  handled(): number {
    return this.#handled
  }
}

/** Sends to many, in its own thread. */
class Sender extends Task {
  readonly #members: Remote<Member>[] = []

  async spread(objects: number, messages: number): Promise<Handled> {
    await this.#grow(objects)
    const before = await this.#handled()
    const began = performance.now()
    for (let sent = 0; sent < messages;) {
      const member = this.#members[sent % objects]!
      tell(member).message(sent)
      if (++sent % 1_000 === 0 || sent === messages) await member.handled()
    }
    const ms = performance.now() - began
    return { messages: (await this.#handled()) - before, ms }
  }
  async #grow(to: number): Promise<void> {
    while (this.#members.length < to) {
      const more = Array.from({ length: Math.min(1_000, to - this.#members.length) }, () => this.spawn(program.member))
      await Promise.all(more.map((member) => member.handled()))
      this.#members.push(...more)
    }
  }
  async #handled(): Promise<number> {
    let sum = 0
    for (let i = 0; i < this.#members.length; i += 1_000)
      for (const handled of await Promise.all(this.#members.slice(i, i + 1_000).map((member) => member.handled())))
        sum += handled
    return sum
  }
}

/** Tells itself again what it is told, so that as many wait as there were at first. */
class Queue extends Task {
  readonly #again = tell(this.self<Queue>())
  #finished = new Future<Handled>()
  #messages = 0
  #handled = 0
  #began = 0

  run(length: number, messages: number): Future<Handled> {
    this.#finished = new Future<Handled>()
    this.#messages = messages
    this.#handled = 0
    for (let n = 0; n < length; n++) void this.#again.message(n)
    this.#began = performance.now()
    return this.#finished
  }
  message(n: number): void {
    this.#handled++
    if (this.#handled < this.#messages) void this.#again.message(n)
    else if (this.#handled === this.#messages)
      this.#finished.set({ messages: this.#messages, ms: performance.now() - this.#began })
  }
  /** Asked when all the rest has been handled, too. */
  handled(): number {
    return this.#handled
  }
}

const together = { group: 'together', threads: 1 } as const
const unbounded = { capacity: Infinity }
const program = subsystem(import.meta.url, {
  sender: task(Sender, { thread: together }),
  member: actor(Member, { count: 0, thread: together, mailbox: unbounded }),
  queue: task(Queue, { mailbox: unbounded }),
})

export async function openMasses(): Promise<Masses> {
  const system = await start(import.meta.url, program, settings)
  const queue = system.actor('queue')
  return {
    spread: (objects, messages) => system.actor('sender').spread(objects, messages),
    async queued(length, messages) {
      const { ms } = await queue.run(length, messages)
      // Those that still waited when the last one was counted.
      return { messages: (await queue.handled()) - length + 1, ms }
    },
  }
}
