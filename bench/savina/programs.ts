/** The sixteen programs, by the names of their files, in the order of README.md. */

import { allPairsShortestPath } from './all-pairs-shortest-path.ts'
import type { Benchmark } from './benchmark.ts'
import { big } from './big.ts'
import { boundedBuffer } from './bounded-buffer.ts'
import { chameneos } from './chameneos.ts'
import { cigaretteSmokers } from './cigarette-smokers.ts'
import { concurrentDictionary } from './concurrent-dictionary.ts'
import { counting } from './counting.ts'
import { diningPhilosophers } from './dining-philosophers.ts'
import { forkJoinCreate } from './fork-join-create.ts'
import { forkJoinThroughput } from './fork-join-throughput.ts'
import { pingPong } from './ping-pong.ts'
import { quicksort } from './quicksort.ts'
import { radixSort } from './radix-sort.ts'
import { sleepingBarber } from './sleeping-barber.ts'
import { threadRing } from './thread-ring.ts'
import { trapezoidal } from './trapezoidal.ts'

export const PROGRAMS: Readonly<Record<string, Benchmark>> = {
  'ping-pong': pingPong,
  counting,
  'fork-join-throughput': forkJoinThroughput,
  'fork-join-create': forkJoinCreate,
  'thread-ring': threadRing,
  chameneos,
  big,
  'concurrent-dictionary': concurrentDictionary,
  'bounded-buffer': boundedBuffer,
  'dining-philosophers': diningPhilosophers,
  'sleeping-barber': sleepingBarber,
  'cigarette-smokers': cigaretteSmokers,
  'radix-sort': radixSort,
  trapezoidal,
  quicksort,
  'all-pairs-shortest-path': allPairsShortestPath,
}
