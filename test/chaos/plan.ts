/**
 * What a chaos run does, step by step: traffic and faults, drawn from a seed alone. The same seed and length give the same plan, whatever the
 * machine is doing; how the threads interleave is theirs.
 */

import { createHash } from 'node:crypto'

/** The faults of FAULTS.md that are injected. */
export const FAULTS = ['throws', 'strays', 'killed', 'exits', 'exhausts', 'spins', 'badArgument', 'flood'] as const
export type Fault = (typeof FAULTS)[number]

export type Step =
  | { readonly kind: 'traffic'; readonly actor: string; readonly to: string; readonly order: Order }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly victim: string; readonly variant: number }

/** What one object is told to do. */
export interface Order {
  readonly calls: number
  readonly tells: number
  readonly notifications: number
  readonly change: boolean
  /** How far a call that is awaited at each hop goes round the ring; 0 for none. */
  readonly hops: number
  /** ms; 0 for none. */
  readonly timeout: number
}

/** Numbers from 0 to below 1 that a seed decides (mulberry32). */
export function chanceOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** One step in this many is a fault. */
const STEPS_PER_FAULT = 25

export function planOf(
  seed: number,
  steps: number,
  cast: { readonly all: readonly string[]; readonly mortal: readonly string[] },
): Step[] {
  const chance = chanceOf(seed)
  const below = (n: number): number => Math.floor(chance() * n)
  const one = <T>(of: readonly T[]): T => of[below(of.length)]!
  return Array.from({ length: steps }, (_, n): Step => {
    if (n % STEPS_PER_FAULT === STEPS_PER_FAULT - 1) {
      const fault = one(FAULTS)
      // What ends or holds a thread is not for those on the main thread.
      const victims = ['throws', 'strays', 'badArgument', 'flood'].includes(fault) ? cast.all : cast.mortal
      return { kind: 'fault', fault, victim: one(victims), variant: below(4) }
    }
    const order: Order = {
      calls: below(6),
      tells: below(12),
      notifications: below(3),
      change: chance() < 0.2,
      hops: chance() < 0.3 ? 1 + below(12) : 0,
      timeout: chance() < 0.2 ? 1 + below(20) : 0,
    }
    return { kind: 'traffic', actor: one(cast.all), to: one(cast.all), order }
  })
}

/** A plan in a few letters, to compare two. */
export function digestOf(plan: readonly Step[]): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex').slice(0, 16)
}
