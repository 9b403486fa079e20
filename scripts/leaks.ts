// Whether starts and stops leave something behind: `node --expose-gc scripts/leaks.ts 1000` starts and stops a system of 5 Tasks so often in
// a process of its own, then the same number of bare Workers in the same layout (one that makes five others) in another, and prints
// what each left. `test/life/leaks.test.ts` does it a hundred times. Uses the built package (`npm run build`), as users do.

import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { getActiveResourcesInfo } from 'node:process'
import { setImmediate as immediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { start, subsystem, task, Task } from 'tsworks'

const TASKS = 5

class Five extends Task {
  #n = 0
  add(by: number) {
    return (this.#n += by)
  }
}

const five = subsystem(import.meta.url, { five: task(Five, { count: TASKS }) })

/** What one way of starting and stopping leaves behind after many rounds. */
export interface Left {
  readonly threads: number
  readonly handles: readonly string[]
  /** Growth of what JavaScript holds on to, and of the whole process, for each round after the warm-up. */
  readonly heapKb: number
  readonly processKb: number
  readonly ms: number
}

type Way = 'ours' | 'bare'

/**
 * Does one way so often, in a process of its own.
 *
 * Without V8's compilers: what they make of warm functions (about 1 KB every second round, in heap snapshots of either way) is all
 * that grows with them, and hides what this is to show.
 */
export async function leftAfter(rounds: number, way: Way): Promise<Left> {
  const args = [
    '--expose-gc',
    '--no-opt',
    '--no-maglev',
    '--no-sparkplug',
    fileURLToPath(import.meta.url),
    String(rounds),
    way,
  ]
  // One arena for all threads: with many, what the process holds says more about glibc than about us.
  const env = { ...process.env, MALLOC_ARENA_MAX: '1' }
  return JSON.parse((await promisify(execFile)(process.execPath, args, { env })).stdout) as Left
}

async function startAndStop(): Promise<void> {
  const system = await start(import.meta.url, five)
  const answers = await Promise.all(system.actors(five.five).map((one) => one.add(1)))
  if (answers.join() !== '1,1,1,1,1') throw new Error(`a Task answered ${answers.join()}`)
  await system.stop()
}

/** The same layout without us: a thread that makes five others; each says that it is up, and ends when told to. */
async function bareWorkers(): Promise<void> {
  const kernel = new Worker(new URL(import.meta.url), { workerData: 'bare kernel' })
  const ended = once(kernel, 'exit')
  await once(kernel, 'message')
  kernel.postMessage('end')
  await ended
}

async function bareKernel(): Promise<void> {
  const workers = Array.from({ length: TASKS }, () => new Worker(new URL(import.meta.url), { workerData: 'bare task' }))
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  parentPort!.postMessage('up')
  await once(parentPort!, 'message')
  const ended = workers.map((worker) => once(worker, 'exit'))
  for (const worker of workers) worker.postMessage('end')
  await Promise.all(ended)
}

/** The first tenth, at least 20 rounds, warms up: caches of modules, pools of threads. */
async function measured(rounds: number, round: () => Promise<void>): Promise<Left> {
  const warm = Math.max(20, Math.ceil(rounds / 10))
  for (let n = 0; n < warm; n++) await round()
  const before = await state()
  const began = performance.now()
  for (let n = 0; n < rounds; n++) {
    await round()
    // The rings of a stopped system, about 1.2 MB, wait for a collection, and V8 lets some 90 MB gather: no leak, but noise here.
    if (n % 10 === 9) globalThis.gc?.()
  }
  const ms = (performance.now() - began) / rounds
  const after = await state()
  return {
    threads: after.threads - before.threads,
    handles: after.handles.slice(before.handles.length),
    heapKb: (after.heap - before.heap) / rounds / 1_000,
    processKb: (after.rss - before.rss) / rounds / 1_000,
    ms,
  }
}

async function state(): Promise<{
  readonly threads: number
  readonly handles: string[]
  readonly heap: number
  readonly rss: number
}> {
  // Often, since V8 lets go of code that nobody runs only when it has grown old in a few collections.
  for (let n = 0; n < 20; n++) {
    globalThis.gc?.()
    await immediate()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  const handles = getActiveResourcesInfo().filter((kind) => /^(MessagePort|Worker|Timeout|Immediate)$/.test(kind))
  return { threads: threadCount(), handles, heap: heapUsed + external, rss }
}

/** Threads of this process; 0 where the system does not tell. */
function threadCount(): number {
  try {
    return Number(/^Threads:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

function shown({ threads, handles, heapKb, processKb, ms }: Left): string {
  const held = handles.length === 0 ? 'none' : handles.join()
  return `threads left ${threads}, handles left ${held}, heap ${heapKb.toFixed(2)} KB, process ${processKb.toFixed(1)} KB and ${ms.toFixed(0)} ms a round`
}

async function main(rounds: number): Promise<void> {
  const ours = await leftAfter(rounds, 'ours')
  console.log(`${rounds} starts and stops of a system of ${TASKS} Tasks: ${shown(ours)}`)
  const bare = await leftAfter(rounds, 'bare')
  console.log(`${rounds} times ${TASKS} bare Workers, made by a sixth:  ${shown(bare)}`)
  console.log(
    `ours less bare: heap ${(ours.heapKb - bare.heapKb).toFixed(2)} KB a round; time ours to bare ${(ours.ms / bare.ms).toFixed(2)}`,
  )
  if (ours.threads > 0 || ours.handles.length > 0) process.exitCode = 1
}

if (workerData === 'bare kernel') await bareKernel()
else if (workerData === 'bare task') {
  parentPort!.postMessage('up')
  parentPort!.once('message', () => parentPort!.close())
} else if (isMainThread && process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rounds = '100', way] = process.argv.slice(2)
  if (way === undefined) await main(Number(rounds))
  else console.log(JSON.stringify(await measured(Number(rounds), way === 'ours' ? startAndStop : bareWorkers)))
}
