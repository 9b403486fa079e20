/**
 * Random chunks through all framings: none throws, none gives a telegram beyond its limit, and none keeps more memory than that.
 *
 * `CHUNKS=10000000 npm test -- test/net/fuzz.test.ts` pushes ten million. `SEED=…` repeats one; a failure names its seed.
 */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Sink, Telegram } from '../../src/net/framing.ts'
import { SeededRandom } from '../../src/testing/seeded-random.ts'
import { WAYS } from './ways.ts'

const CHUNKS = Number(process.env['CHUNKS'] ?? 100_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
const LIMIT = 200
/** Delimiters, their parts, lengths and escapes are among few bytes. */
const SPICES = Buffer.from('ab<>\\-=\n\r\u0000\u0001\u0002\u0003\u001b\u007f\u0080\u00ff', 'latin1')

/** One that all can carry. */
const TELEGRAM = Buffer.from('1234567')

function chunkOf(random: SeededRandom): Buffer {
  const isSpicy = random.between(0, 3) > 0
  const bytes = Buffer.allocUnsafe(random.between(1, 64))
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = isSpicy ? SPICES[random.between(0, SPICES.length - 1)]! : random.between(0, 255)
  return bytes
}

class Counts implements Sink {
  telegrams = 0
  longest = 0
  overlongs = 0
  noise = 0
  breaks = 0
  readonly #size: (telegram: Telegram) => number
  constructor(size: (telegram: Telegram) => number) {
    this.#size = size
  }
  telegram(telegram: Telegram): void {
    this.telegrams++
    this.longest = Math.max(this.longest, typeof telegram === 'string' ? telegram.length : this.#size(telegram))
  }
  overlong(): void {
    this.overlongs++
  }
  garbage(bytes: number): void {
    assert.ok(bytes > 0)
    this.noise += bytes
  }
  broken(): void {
    this.breaks++
  }
}

describe(`${CHUNKS} random chunks, seed ${SEED}`, () => {
  const each = Math.ceil(CHUNKS / WAYS.length)
  for (const [n, { framing, size }] of WAYS.entries())
    it(`do no harm: ${framing.name}`, () => {
      const random = new SeededRandom(SEED + n)
      const counts = new Counts(size)
      let reader = framing.reader(counts, LIMIT)
      const before = process.memoryUsage().arrayBuffers
      let pushed = 0
      for (let chunk = 0; chunk < each; chunk++) {
        const bytes = random.between(0, 3) === 0 ? framing.write(TELEGRAM as never) : chunkOf(random)
        pushed += bytes.length
        reader.push(bytes)
        // A stream that is broken takes nothing more; others end now and then, too.
        if (counts.breaks > 0 || random.between(1, 30) === 1) {
          counts.breaks = 0
          reader.end()
          reader = framing.reader(counts, LIMIT)
        }
      }
      reader.end()
      assert.ok(counts.longest <= LIMIT, `a telegram of ${counts.longest}`)
      assert.ok(counts.noise <= pushed)
      assert.ok(counts.telegrams > 0 && counts.overlongs + counts.noise > 0, 'all that there is was met')
      // Chunks that are not collected yet are in it.
      assert.ok(process.memoryUsage().arrayBuffers - before < 64_000_000, 'memory grows')
    })
})
