/**
 * One run of one program in this process: `node bench/savina/big.ts --placement=own --scale=quick`. Prints one line of JSON; with an oracle that
 * does not hold, or a message that was not handled, it has no figure, and the process ends with an error.
 */

import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { start, type DropReason, type System } from 'tsworks'
import { definitionsOn, sizeOn, SCALES, type Benchmark, type Scale, type Size } from './benchmark.ts'
import { PLACEMENTS, type Placement } from './placement.ts'

/**
 * The suite's mailboxes have no bound; what the log would warn of is what these programs are for. Thirty threads take long to start on a
 * machine that has much else to do.
 */
export const SETTINGS = { mailbox: { capacity: Infinity }, log: { level: 'error' }, startTimeout: 120_000 } as const

export interface Figures {
  readonly program: string
  readonly placement: Placement
  readonly size: Size
  /** Until all objects and threads that are there from the beginning were ready, in ms. */
  readonly startMs: number
  /** From the first message to the last answer. */
  readonly ms: number
  /** What all threads of the process have computed in that time. */
  readonly cpuMs: number
  /** Calls and tells that objects have handled; answers are not counted. */
  readonly messages: number
  /** Of the whole process, at most. */
  readonly peakBytes: number
}

export async function measure(program: Benchmark): Promise<void> {
  const { placement, scale } = parameters()
  console.log(JSON.stringify(await run(program, placement, scale)))
}

export async function run(program: Benchmark, placement: Placement, scale: Scale): Promise<Figures> {
  const size = sizeOn(placement, program, scale)
  const atStart = performance.now()
  const system = await start(program.url, definitionsOn(placement, program, size), SETTINGS)
  try {
    const began = performance.now()
    const before = process.cpuUsage()
    await program.run(system, size)
    const ms = performance.now() - began
    const { user, system: kernel } = process.cpuUsage(before)
    return {
      program: program.name,
      placement,
      size,
      startMs: began - atStart,
      ms,
      cpuMs: (user + kernel) / 1_000,
      messages: await handled(system, program.mayDrop),
      peakBytes: process.resourceUsage().maxRSS * 1024,
    }
  } finally {
    await system.stop()
  }
}

/** How many messages were handled; throws if one was not that should be. */
export async function handled(system: System, mayDrop: readonly DropReason[] = []): Promise<number> {
  const { threads, ended } = await system.snapshot()
  const all = [...threads.map(({ counters }) => counters), ended]
  const dropped = all.flatMap((counters) => Object.entries(counters.dropped))
  const wrong = dropped.filter(([reason]) => !(mayDrop as readonly string[]).includes(reason))
  assert.deepEqual(wrong, [], 'messages were dropped')
  return all.reduce((sum, counters) => sum + counters.handled, 0)
}

function parameters(): { readonly placement: Placement; readonly scale: Scale } {
  const { values } = parseArgs({
    options: { placement: { type: 'string', default: 'one' }, scale: { type: 'string', default: 'full' } },
  })
  const placement = PLACEMENTS.find((one) => one === values.placement)
  const scale = SCALES.find((one) => one === values.scale)
  if (placement === undefined || scale === undefined)
    throw new Error(`expected --placement=${PLACEMENTS.join('|')} --scale=${SCALES.join('|')}`)
  return { placement, scale }
}
