import { start, subsystem, Task, task, type Remote, type System } from 'tsworks'
import type { Subject } from '../../harness/contender.ts'
import { settings } from './settings.ts'

interface Ticks {
  tick(n: number, text: string): void
}

class Ticking extends Task<Ticks> {
  #observers: readonly Remote<Observer>[] = []

  async heardBy(observers: readonly Remote<Observer>[]): Promise<void> {
    this.#observers = observers
    await Promise.all(observers.map((observer) => observer.listenTo(this.self<Ticking>())))
  }
  async run(times: number): Promise<number> {
    const before = await this.#heard()
    for (let n = 0; n < times; n++) this.notify.tick(n, 'hello')
    return (await this.#heard()) - before
  }
  async #heard(): Promise<number> {
    const each = await Promise.all(this.#observers.map((observer) => observer.heard()))
    return each.reduce((sum, heard) => sum + heard, 0)
  }
}

class Observer extends Task {
  #heard = 0

  async listenTo(subject: Remote<Ticking>): Promise<void> {
    await this.observe(subject)
  }
  tick(_n: number, _text: string): void {
    this.#heard++
  }
  heard(): number {
    return this.#heard
  }
}

const program = subsystem(import.meta.url, {
  ticking: task(Ticking, { count: 0 }),
  observer: task(Observer, { count: 0 }),
})

let starting: Promise<System<typeof program>> | undefined

/** Each with observers of its own; what was opened before goes on, idle. */
export async function openSubject(observers: number): Promise<Subject> {
  const system = await (starting ??= start(import.meta.url, program, settings))
  const ticking = system.spawn(program.ticking)
  await ticking.heardBy(Array.from({ length: observers }, () => system.spawn(program.observer)))
  return { notify: (times) => ticking.run(times) }
}
