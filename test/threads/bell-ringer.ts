/** The other thread of bell.test.ts: rings, and blocks until it is rung, in turns. */

import { workerData } from 'node:worker_threads'
import { Bell } from '../../src/threads/bell.ts'

const { own, peer, rounds } = workerData as { own: Int32Array; peer: Int32Array; rounds: number }
const [mine, theirs] = [new Bell(own), new Bell(peer)]

for (let round = 0; round < rounds; round++) {
  theirs.ring()
  if (mine.count() === round) mine.block(round, 20_000)
}
