import { start, subsystem, Task, task, tell } from 'tsworks'
import type { Neighbour, OneWay } from '../../harness/contender.ts'
import { add } from '../services/add.ts'
import { settings } from './settings.ts'

class Counting extends Task {
  #total = 0

  told(n: number, text: string): void {
    this.#total += add(n, text)
  }
  add(n: number, text: string): number {
    return add(n, text)
  }
  total(): number {
    return this.#total
  }
}

const program = subsystem(import.meta.url, { across: task(Counting), beside: task(Counting, { thread: 'main' }) })

export function openOneWay(): Promise<OneWay> {
  return openCounting('across')
}

export function openNeighbour(): Promise<Neighbour> {
  return openCounting('beside')
}

async function openCounting(key: keyof typeof program): Promise<Neighbour> {
  const system = await start(import.meta.url, program, settings)
  const counting = system.actor(key)
  const told = tell(counting)
  return {
    tell: (n, text) => told.told(n, text),
    total: () => counting.total(),
    ask: (n, text) => counting.add(n, text),
  }
}
