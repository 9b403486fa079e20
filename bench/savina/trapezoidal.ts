/** Trapezoidal: a hundred objects integrate a piece of one function each. How well objects that compute use the cores. */

import assert from 'node:assert/strict'
import { Actor, actor, type Remote } from 'tsworks'
import { benchmark } from './benchmark.ts'
import { measure } from './measure.ts'

const FROM = 1
const TO = 5
const AREA = 0.271_08

function height(x: number): number {
  return (Math.sin(x ** 3 - 1) / (x + 1)) * Math.sqrt(1 + Math.exp(Math.sqrt(2 * x)))
}

class Worker extends Actor {
  area(from: number, width: number, pieces: number): number {
    let area = 0
    for (let n = 0; n < pieces; n++) {
      const left = from + n * width
      area += 0.5 * (height(left) + height(left + width)) * width
    }
    return area
  }
}

class Master extends Actor {
  async area(pieces: number): Promise<number> {
    const workers = this.actors('worker') as Remote<Worker>[]
    const width = (TO - FROM) / pieces
    const piecesEach = pieces / workers.length
    const parts = workers.map((worker, n) => worker.area(FROM + n * piecesEach * width, width, piecesEach))
    return (await Promise.all(parts)).reduce((sum, part) => sum + part)
  }
}

export const trapezoidal = benchmark({
  name: 'Trapezoidal',
  url: import.meta.url,
  sizes: {
    full: { workers: 100, pieces: 10_000_000 },
    quick: { workers: 100, pieces: 1_000_000 },
    tiny: { workers: 4, pieces: 20_000 },
  },
  own: { workers: 25 },
  define: (thread, { workers }) => ({
    master: actor(Master, { thread }),
    worker: actor(Worker, { thread, count: workers }),
  }),
  async run(system, { pieces }) {
    const area = await system.actor('master').area(pieces)
    assert.ok(Math.abs(area - AREA) < 5e-6, `expected an area of ${AREA}, found ${area}`)
  },
})
if (import.meta.main) await measure(trapezoidal)
