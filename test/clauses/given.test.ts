/** What a Future made by hand is given is a copy, on every placement (S5). */

import assert from 'node:assert/strict'
import { it } from 'node:test'
import { given } from './fixtures/given.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'

const GIVEN = { items: ['given'] }

describeSystem({ title: 'what a Future made by hand is given', program: given, links: 'default' }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    const asker = () => running.system.actor(given[`asker_${caller}`])
    const giver = () => running.system.actor(given[`giver_${callee}`])
    const other = () => running.system.actor(given[`other_${callee}`])
    const isOneThread = caller === callee && caller !== 'own'

    it(`S5: is copied when it is given, ${shown}`, async () => {
      const changed = { items: ['given', 'changed by the giver'] }
      assert.deepEqual(await asker().ask(giver()), [GIVEN, changed])
      assert.deepEqual(await asker().askPromised(giver()), GIVEN)
    })

    it(`S5: is copied when it is given by whoever has made it, ${shown}`, async () => {
      assert.deepEqual(await asker().answerOther(giver()), GIVEN)
    })

    it(`S5: is copied when the Future is first passed on, if it has its value by then, ${shown}`, async () => {
      assert.deepEqual(await asker().passGiven(giver()), GIVEN)
    })

    it(`S5: is a copy for those, too, to whom the giver has passed it on, ${shown}`, async () => {
      for (const how of ['passOn', 'passOnGiven'] as const)
        assert.deepEqual(await asker().askPassedOn(giver(), other(), how), [GIVEN, GIVEN])
    })

    it(`S5: stays the same where it is shared, and is made anew by its codec, ${shown}`, async () => {
      assert.deepEqual(await asker().askShared(giver()), { frozen: true, same: isOneThread })
      assert.equal(await asker().askMoney(giver()), 5)
    })

    it(`S5: moves where it is transferred, ${shown}`, async () => {
      assert.equal(await asker().askPort(giver()), 'hello!')
      assert.deepEqual(await asker().keepsBytes(giver()), [5, 5, 5, 5])
      assert.equal(await asker().passPort(giver(), other()), 'hello!')
    })

    it(`S17: an error comes as it would from another thread, ${shown}`, async () => {
      assert.deepEqual(await asker().askFailed(giver()), [
        'RemoteError',
        'Odd',
        'no',
        ['given'],
        '[future.fail(error).bad: a symbol cannot cross; send a string]',
        'RangeError: deep',
        true,
      ])
    })

    it(`S6: is refused to the giver if it cannot travel, and the Future stays open, ${shown}`, async () => {
      const [refusal, value] = await asker().askBad(giver(), 'giveBadly')
      assert.match(String(refusal), /^NotCloneable: future\.set\(value\)\.bad\[0\]: a WeakMap cannot cross; /)
      assert.equal(value, 'another')
      const [ofStream, instead] = await asker().askBad(giver(), 'giveStream')
      assert.match(String(ofStream), /^NotCloneable: future\.set\(value\): an? (async )?generator cannot cross; /)
      assert.equal(instead, 'another')
      assert.match(String(await asker().passBad(giver())), /^NotCloneable: .*items\[0\]: a WeakMap cannot cross; /)
    })
  }

  for (const placement of PLACEMENTS)
    it(`S5: is no copy where nobody else has the Future, ${placement}`, async () => {
      assert.equal(await running.system.actor(given[`asker_${placement}`]).own(), true)
    })
})
