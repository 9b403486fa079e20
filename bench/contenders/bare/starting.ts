import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export async function startThreads(count: number): Promise<number> {
  const workers = Array.from({ length: count }, () => new Worker(new URL('member.ts', import.meta.url)))
  const answers = await Promise.all(workers.map(async (worker) => (await once(worker, 'message')) as [number]))
  return answers.reduce((sum, [answer]) => sum + answer, 0)
}
