import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { ByNumber } from '../../src/threads/by-number.ts'

interface One {
  readonly id: number
}

describe('what is open, by number', () => {
  it('is what a Map would hold, in the order of the numbers, whatever is added and deleted', () => {
    const steps = fc.array(fc.oneof(fc.constant('add' as const), fc.nat({ max: 400 })), { maxLength: 600 })
    fc.assert(
      fc.property(steps, (program) => {
        const [real, model] = [new ByNumber<One>(), new Map<number, One>()]
        let id = 0
        for (const step of program) {
          if (step === 'add') {
            const one = { id: (id += 1 + (id % 7)) }
            real.add(one)
            model.set(one.id, one)
          } else assert.equal(real.delete(step), model.delete(step))
          assert.equal(real.size, model.size)
          assert.equal(real.get(id), model.get(id))
        }
        for (let n = 0; n <= id; n++) assert.equal(real.get(n), model.get(n))
        assert.deepEqual(real.values(), [...model.values()])
      }),
    )
  })

  it('holds those that stay open for very long beside all that come and go meanwhile', () => {
    const open = new ByNumber<One>()
    const stays = [1, 2, 3].map((id) => ({ id }))
    for (const one of stays) open.add(one)
    for (let id = 4; id < 200_000; id++) {
      open.add({ id })
      assert.equal(open.delete(id), true)
    }
    assert.deepEqual(open.values(), stays)
    assert.deepEqual(
      [1, 2, 3].map((id) => open.get(id)),
      stays,
    )
    assert.equal(open.get(1 + 64), undefined)
  })
})
