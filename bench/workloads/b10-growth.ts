import type { Masses } from '../harness/contender.ts'
import { expectEqual } from '../harness/oracle.ts'
import type { Scale, Workload } from '../harness/workload.ts'

const OBJECTS = [1, 10, 100, 1_000, 10_000, 100_000]
const QUEUED = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

export const growthWithObjects: Workload = {
  ...described('B10a', 'growth with objects: a message to each in turn', OBJECTS),
  measurement: ({ openMasses }) =>
    openMasses && (async (scale) => costs(await openMasses(), 'spread', { counts: OBJECTS, scale })),
}

export const growthWithMail: Workload = {
  ...described(
    'B10b',
    'growth with what is queued: messages through one mailbox that holds so many all the time',
    QUEUED,
  ),
  measurement: ({ openMasses }) =>
    openMasses && (async (scale) => costs(await openMasses(), 'queued', { counts: QUEUED, scale })),
}

function described(id: string, title: string, counts: readonly number[]): Omit<Workload, 'measurement'> {
  return {
    id,
    title,
    unit: 'µs a message',
    better: 'less',
    goals: [{ kind: 'growth', variants: counts.map(inWords), atMost: 1.5 }],
    notes: ['All in one thread, with capacity: Infinity.'],
    mostRounds: 2,
  }
}

async function costs(
  masses: Masses,
  how: 'spread' | 'queued',
  { counts, scale }: { readonly counts: readonly number[]; readonly scale: Scale },
): Promise<Record<string, number>> {
  const figures: Record<string, number> = {}
  const messages = scale.size(200_000, 2_000)
  for (const count of counts) {
    const size = scale.size(count, Math.min(count, 200))
    // For a start: whoever is new has had a message, and what runs is compiled.
    await masses[how](size, Math.max(size, messages))
    const handled = await masses[how](size, messages)
    expectEqual(`the messages with ${count}`, handled.messages, messages)
    figures[inWords(count)] = (handled.ms * 1_000) / messages
  }
  return figures
}

function inWords(count: number): string {
  return count.toLocaleString('en')
}
