/** tsworks with more, or less, of what stands around a call: for the prices of B12. */

import type { Service } from '../../harness/contender.ts'
import { startedService } from './service.ts'

/** The kernel looks for threads that are held every few minutes, and not four times a second. */
export async function withFarWatchdog(): Promise<Service> {
  const { adder } = await startedService({ watchdog: { busy: 1_000_000, stuck: 2_000_000 } })
  return adder
}

/** What a program can hear and ask of its system today, all of it. */
export async function watched(): Promise<Service> {
  const { system, adder } = await startedService()
  for (const event of ['ended', 'restarted', 'threadDied', 'escalated', 'busy', 'stuck', 'freed'] as const)
    system.on(event, () => {})
  void readAll(system.deadLetters())
  setInterval(() => void system.snapshot(), 1_000).unref()
  return adder
}

async function readAll(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}
