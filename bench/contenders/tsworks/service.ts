import { start, subsystem, Task, task, type Settings } from 'tsworks'
import type { Service } from '../../harness/contender.ts'
import { add } from '../services/add.ts'
import { settings } from './settings.ts'

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
export async function startedService(more: Settings = {}) {
  const system = await start(import.meta.url, program, { ...settings, ...more })
  return { system, adder: system.actor('adder') }
}
