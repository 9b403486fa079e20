import assert from 'node:assert/strict'
import { it } from 'node:test'
import { AbortError } from '../../src/index.ts'
import { firstContact } from './fixtures/first-contact.ts'
import { PLACEMENTS } from './support/placements.ts'
import { LINKS, withSystem } from './support/running.ts'

// Each needs a system of its own: two threads meet once.
for (const link of LINKS)
  for (const placement of PLACEMENTS)
    it(`S14: a call that is cancelled before the two threads have met never runs, ${placement} (${link})`, () =>
      withSystem(
        firstContact,
        async (system) => {
          const counted = system.actor(`counted_${placement}`)
          const call = counted.ask()
          call.cancel()
          await assert.rejects(Promise.resolve(call), (error: unknown) => error instanceof AbortError)
          assert.equal(await counted.count(), 0)
        },
        { link },
      ))

const MOST = 200_000

for (const link of LINKS)
  it(`S8: who sends without a return to its event loop is introduced meanwhile, and what it sends leaves (${link})`, () =>
    withSystem(
      firstContact,
      async (system) => {
        const sent = await system.actor('flooder').flood(system.actor('flooded'), MOST)
        assert.ok(sent < MOST, `${sent} messages were sent, and none had arrived`)
      },
      { link },
    ))
