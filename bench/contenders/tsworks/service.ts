import { start, subsystem, Task, task, type Settings } from 'tsworks'
import type { Service } from '../../harness/contender.ts'
import { add } from '../services/add.ts'
import { silent } from './silent.ts'

class Adder extends Task {
  add(n: number, text: string): number {
    return add(n, text)
  }
  echo(value: unknown): unknown {
    return value
  }
}

const program = subsystem(import.meta.url, { adder: task(Adder) })

export async function openService(): Promise<Service> {
  return (await startedService()).adder
}

/** With its system, for whoever wants to watch that. */
export async function startedService(settings: Settings = {}) {
  const system = await start(import.meta.url, program, { ...silent, ...settings })
  return { system, adder: system.actor('adder') }
}
