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
  it('S19: keep the last ones, and say from where on others may be missing', () => {
    const graves = new Graves<number, string>(3)
    for (const key of [1, 2, 3]) {
      assert.equal(graves.oldest, undefined)
      graves.dig(key, `death of ${key}`)
    }
    assert.equal(graves.oldest, 1)
    graves.dig(4, 'death of 4')
    assert.deepEqual(
      [graves.has(1), graves.get(2), graves.get(4), graves.oldest],
      [false, 'death of 2', 'death of 4', 2],
    )
  })
})
