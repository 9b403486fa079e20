/** How long nothing has come, on virtual time. */

import assert from 'node:assert/strict'
import { setImmediate as macrotask } from 'node:timers/promises'
import { describe, it } from 'node:test'
import { Silence } from '../../src/net/silence.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'

class Bench {
  readonly clock = new VirtualClock()
  readonly told: number[] = []
  isHeld = false
  readonly silence: Silence

  constructor(ms: number) {
    this.silence = new Silence(this.clock, ms, {
      isHeld: () => this.isHeld,
      silent: (stretches) => this.told.push(stretches),
    })
  }

  /** Lets time pass, and the round of the event loop that looks. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms)
    await macrotask()
  }
}

describe('silence', () => {
  it('is told of after each stretch, counted until something comes', async () => {
    const bench = new Bench(100)
    await bench.pass(99)
    assert.deepEqual(bench.told, [])
    await bench.pass(1)
    await bench.pass(100)
    assert.deepEqual(bench.told, [1, 2])
    bench.silence.broken()
    await bench.pass(100)
    assert.deepEqual(bench.told, [1, 2, 1])
  })

  it('begins with the last byte, not with the first', async () => {
    const bench = new Bench(100)
    for (let times = 0; times < 10; times++) {
      await bench.pass(60)
      bench.silence.broken()
    }
    assert.deepEqual(bench.told, [])
    await bench.pass(99)
    assert.deepEqual(bench.told, [])
    await bench.pass(1)
    assert.deepEqual(bench.told, [1])
  })

  it('is none where what has come was only not read yet: its thread was held', async () => {
    const bench = new Bench(100)
    // The timer fires first, then the sockets are read.
    bench.clock.advance(500)
    bench.silence.broken()
    await macrotask()
    assert.deepEqual(bench.told, [])
    await bench.pass(100)
    assert.deepEqual(bench.told, [1])
  })

  it('is none while the peer is not read of', async () => {
    const bench = new Bench(100)
    bench.isHeld = true
    await bench.pass(100)
    await bench.pass(100)
    bench.isHeld = false
    assert.deepEqual(bench.told, [])
    await bench.pass(100)
    assert.deepEqual(bench.told, [1])
  })

  it('is not looked at with 0, nor after its end', async () => {
    const never = new Bench(0)
    await never.pass(1_000)
    const ended = new Bench(100)
    ended.clock.advance(100)
    ended.silence.end()
    await macrotask()
    assert.deepEqual([...never.told, ...ended.told], [])
  })
})
