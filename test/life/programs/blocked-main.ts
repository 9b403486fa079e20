/** The main thread blocks in get() while others meet, die and are made. */

import { start, task, Task, type UntypedRemote } from '../../../src/index.ts'
import { throwFromNobody } from '../support/nobody.ts'

class Worker extends Task {
  /** Meets another one for the first time, which takes an introduction. */
  async ask(other: string) {
    return ((await this.actor(other)['called']!()) as string) + ' answers'
  }
  /** Makes one, which takes a new thread. */
  async make() {
    const child = this.spawn('child')
    return ((await child['called']!()) as string).replace(/\d+/, 'n')
  }
  exit() {
    process.exit(3)
  }
  throwLater() {
    throwFromNobody(new RangeError('thrown outside any handler'))
    return new Promise<never>(() => {})
  }
}

class Other extends Task {
  async called() {
    return this.context.sender === 0 ? 'nobody' : await Promise.resolve('other')
  }
}

class Child extends Task {
  called() {
    return 'a child'
  }
}

const system = await start(
  import.meta.url,
  {
    worker: task(Worker),
    second: task(Worker),
    third: task(Worker),
    other: task(Other),
    child: task(Child, { count: 0 }),
  },
  { blockMain: true, log: { level: 'silent' } },
)
const remote = (name: 'worker' | 'second' | 'third') => system.actor(name) as unknown as UntypedRemote

function shown(work: () => unknown): string {
  try {
    return String(work())
  } catch (error) {
    const { name, message, executed } = error as Error & { executed?: string }
    return `${name} ${executed}: ${message}`
  }
}

console.log(shown(() => remote('worker')['ask']!('other').get()))
console.log(shown(() => remote('worker')['make']!().get()))
console.log(shown(() => remote('second')['exit']!().get()))
console.log(shown(() => remote('third')['throwLater']!().get()))
console.log(shown(() => remote('second')['ask']!('other').get()))
console.log(shown(() => remote('worker')['ask']!('other').get()))
const { late, forced } = await system.stop()
console.log(`late ${late.length}, forced ${forced.length}`)
