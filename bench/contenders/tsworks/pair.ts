import { start, subsystem, Task, task } from 'tsworks'
import type { Pair } from '../../harness/contender.ts'
import { add } from '../services/add.ts'
import { settings } from './settings.ts'

class Adder extends Task {
  add(n: number, text: string): number {
    return add(n, text)
  }
}

class Caller extends Task {
  readonly #adder = this.actor(program.adder)

  async awaited(count: number): Promise<number> {
    let sum = 0
    for (let n = 0; n < count; n++) sum += await this.#adder.add(n, 'hello')
    return sum
  }
  blocked(count: number): number {
    let sum = 0
    for (let n = 0; n < count; n++) sum += this.#adder.add(n, 'hello').get()
    return sum
  }
}

const program = subsystem(import.meta.url, { adder: task(Adder), caller: task(Caller) })

export async function openPair(): Promise<Pair> {
  const system = await start(import.meta.url, program, settings)
  return system.actor('caller')
}
