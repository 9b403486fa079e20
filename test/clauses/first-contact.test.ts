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
