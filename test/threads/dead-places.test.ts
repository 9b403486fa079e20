import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { DeadPlaces } from '../../src/threads/dead-places.ts'
import { Graves } from '../../src/threads/graves.ts'

describe('dead places', () => {
  it('S33: are known for ever, in whatever order they are heard of', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40), { maxLength: 60 }), (places) => {
        const [dead, model] = [new DeadPlaces(), new Set<number>()]
        for (const place of places) {
          dead.add(place)
          model.add(place)
          for (let other = -1; other <= 41; other++) assert.equal(dead.has(other), model.has(other))
          const runs = [...model].filter((other) => !model.has(other - 1)).length
          assert.equal(dead.runs, runs)
        }
      }),
    )
  })

  it('S33: take memory for the threads that live, however many have died', () => {
    const dead = new DeadPlaces()
    const living = Array.from({ length: 20 }, (_, place) => place)
    let next = living.length
    for (let death = 0; death < 10_000; death++) {
      const at = (death * 7) % living.length
      dead.add(living[at]!)
      living[at] = next++
      assert.ok(dead.runs <= living.length + 1, `${dead.runs} runs after ${death + 1} deaths`)
    }
    for (let place = 0; place < next; place++) assert.equal(dead.has(place), !living.includes(place))
  })
})

describe('graves', () => {
  it('S19: keep the last ones, twice as many at most, and say from where on others may be missing', () => {
    const graves = new Graves<number, string>(3)
    for (const key of [1, 2, 3, 4, 5, 6]) {
      assert.equal(graves.oldest, undefined)
      graves.dig(key, `death of ${key}`)
      assert.ok(graves.has(1))
    }
    for (let last = 7; last < 100; last++) {
      graves.dig(last, `death of ${last}`)
      const { oldest } = graves
      assert.ok(oldest !== undefined && last - oldest >= 3 && last - oldest < 6, `${oldest} at ${last}`)
      assert.deepEqual([graves.has(oldest - 1), graves.get(oldest)], [false, `death of ${oldest}`])
      for (let key = oldest; key <= last; key++) assert.ok(graves.has(key))
    }
  })
})
