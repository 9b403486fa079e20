import { actor, type Entries, start, subsystem, Task, task } from 'tsworks'
import { example } from './subsystems.ts'

class Page extends Task {
  // Across subsystems, by name and by definition.
  worker = this.actor('worker')
  math = this.actor(example.math)
  async show(n: number): Promise<string> {
    return `${await this.worker.half(n)} ${await this.math.factorial(n)}`
  }
}

export const web = subsystem(import.meta.url, {
  page: task(Page),
  worker2: task(() => import('./classes.ts'), 'Worker', { count: 2 }),
  template: task(Page, { count: 0 }),
  late: actor(() => import('./classes.ts'), 'MathActor'),
})
declare module 'tsworks' {
  interface Registry extends Entries<typeof web> {}
}

export const system = await start(import.meta.url, web)
