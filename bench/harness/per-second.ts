import type { Scale } from './workload.ts'

/** Repeats `burst`, which tells how much it has done, for the time of the scale; how much that is in a second. What warms up is not counted. */
export async function perSecond(scale: Scale, burst: () => Promise<number>): Promise<number> {
  await repeat(scale.warmUpMs, burst)
  const { done, ms } = await repeat(scale.measureMs, burst)
  return (done / ms) * 1_000
}

async function repeat(
  forMs: number,
  burst: () => Promise<number>,
): Promise<{ readonly done: number; readonly ms: number }> {
  const began = performance.now()
  let done = 0
  let ms = 0
  while (ms < forMs) {
    done += await burst()
    ms = performance.now() - began
  }
  return { done, ms }
}
