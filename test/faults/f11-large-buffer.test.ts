/** F11: a buffer of 100 MB, copied and transferred. */

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { transfer } from '../../src/index.ts'
import { PLACEMENTS } from '../clauses/support/placements.ts'
import { describeSystem } from '../clauses/support/running.ts'
import { faults, sumOf } from './fixtures/faults.ts'

const BYTES = 100_000_000

describeSystem({ title: 'a buffer of 100 MB', program: faults }, (running) => {
  for (const placement of PLACEMENTS) {
    const given = async () => {
      const keeper = running.system.actor(faults[`keeper_${placement}`])
      const neighbour = running.system.actor(faults.leaving_own)
      await Promise.all([keeper.hello(), neighbour.hello()])
      const bytes = new Uint8Array(BYTES).fill(3)
      return { keeper, neighbour, bytes, sum: sumOf(bytes) }
    }

    it(`F11: S5: arrives and comes back whole, copied, to ${placement}`, async () => {
      const { keeper, neighbour, bytes, sum } = await given()
      let hasArrived = false
      const taken = keeper.take(bytes).then((result) => {
        hasArrived = true
        return result
      })
      // Sent after it, to another thread: it waits for the copy, not for the whole road.
      assert.equal(await neighbour.hello(), 'hello')
      if (placement === 'own') assert.equal(hasArrived, false, 'the neighbour answers meanwhile')
      const result = await taken
      assert.equal(result.sum, sum)
      assert.equal(result.bytes.length, BYTES)
      assert.equal(sumOf(result.bytes), sumOf(new Uint8Array(BYTES).fill(7)))
      assert.equal(sumOf(bytes), sum, 'the sender still has its own')
    })

    it(`F11: S5: arrives and comes back whole, transferred and detached each time, to ${placement}`, async () => {
      const { keeper, neighbour, bytes, sum } = await given()
      const taken = keeper.fillAndGiveBack(transfer(bytes))
      assert.equal(bytes.length, 0, 'at once')
      assert.ok(bytes.buffer.detached)
      assert.equal(await neighbour.hello(), 'hello')
      const result = await taken
      assert.equal(result.sum, sum)
      assert.equal(sumOf(result.bytes), sumOf(new Uint8Array(BYTES).fill(7)))
      assert.equal(await keeper.lengthLeft(), 0)
    })
  }
})
