import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Future, MailboxFull, tell } from '../../src/index.ts'
import { bounds, CAPACITY } from './fixtures/bounds.ts'
import { PAIRS, PLACEMENTS } from './support/placements.ts'
import { describeSystem } from './support/running.ts'

/** What the gate has taken, once it has taken `count`; asks again where the mailbox is full of what it takes. */
async function seen(gate: { seen(): Future<number[]> }, count: number): Promise<number[]> {
  const all: number[] = []
  while (all.length < count)
    try {
      all.push(...(await gate.seen()))
    } catch (error) {
      if (!(error instanceof MailboxFull)) throw error
      await nextTurn()
    }
  return all
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n)

describeSystem({ title: 'bounded mailboxes', program: bounds }, (running) => {
  for (const { caller, callee, shown } of PAIRS) {
    it(`S8: what finds no room is refused; accepted and refused are all that was sent, ${shown}`, async () => {
      const { system } = running
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const gate = system.actor(`rejecting_${callee}`)
      const sender = system.actor(`sender_${caller}`)
      // The two threads know each other from here on.
      await sender.tells(`rejecting_${callee}`, 1)
      assert.deepEqual(await seen(gate, 1), [0])
      const held = gate.hold(begun, until)
      await begun
      assert.deepEqual(await sender.tells(`rejecting_${callee}`, 3 * CAPACITY), {
        accepted: CAPACITY,
        full: 2 * CAPACITY,
        waited: 0,
      })
      until.set()
      await held
      assert.deepEqual(await seen(gate, CAPACITY), upTo(CAPACITY))
    })

    it(`S8: a call that finds no room rejects, and room comes back, ${shown}`, async () => {
      const { system } = running
      const gate = system.actor(`rejecting_${callee}`)
      const sender = system.actor(`sender_${caller}`)
      for (let round = 0; round < 5; round++) {
        const { accepted, full } = await sender.calls(`rejecting_${callee}`, 4 * CAPACITY)
        assert.equal(accepted + full, 4 * CAPACITY)
        assert.ok(accepted >= CAPACITY)
        const taken = await seen(gate, accepted)
        assert.equal(taken.length, accepted)
        assert.deepEqual(
          taken,
          taken.toSorted((a, b) => a - b),
        )
      }
    })

    it(`S8: with "wait" they wait at the sender, in order, within the bound again, ${shown}`, async () => {
      const { system } = running
      const [begun, until] = [new Future<void>(), new Future<void>()]
      const gate = system.actor(`waiting_${callee}`)
      const sender = system.actor(`sender_${caller}`)
      await sender.tells(`waiting_${callee}`, 1)
      assert.deepEqual(await seen(gate, 1), [0])
      const held = gate.hold(begun, until)
      await begun
      assert.deepEqual(await sender.tells(`waiting_${callee}`, 3 * CAPACITY), {
        accepted: 2 * CAPACITY,
        full: CAPACITY,
        waited: CAPACITY,
      })
      until.set()
      await held
      assert.deepEqual(await seen(gate, 2 * CAPACITY), upTo(2 * CAPACITY))
    })

    it(`S8: what is refused says what would help with that overflow, ${shown}`, async () => {
      const { system } = running
      const sender = system.actor(`sender_${caller}`)
      for (const [kind, help] of [
        ['rejecting', /let senders wait \(mailbox: \{ overflow: 'wait' \}\)$/],
        ['waiting', /as many wait here for room; await what the method returns before you send more/],
      ] as const) {
        const [begun, until] = [new Future<void>(), new Future<void>()]
        const gate = system.actor(`${kind}_${callee}`)
        // The two threads know each other from here on.
        await sender.tells(`${kind}_${callee}`, 1)
        assert.equal((await seen(gate, 1)).length, 1)
        const held = gate.hold(begun, until)
        await begun
        assert.match(await sender.tooMany(`${kind}_${callee}`), help)
        until.set()
        await held
        await seen(gate, kind === 'waiting' ? 2 * CAPACITY : CAPACITY)
      }
    })

    it(`S8: a sender that awaits what tell returns loses nothing, ${shown}`, async () => {
      const { system } = running
      await system.actor(`sender_${caller}`).patient(`waiting_${callee}`, 20 * CAPACITY)
      assert.deepEqual(await seen(system.actor(`waiting_${callee}`), 20 * CAPACITY), upTo(20 * CAPACITY))
    })
  }

  for (const callee of PLACEMENTS) {
    it(`S8: a tell to one that is just being spawned waits for room as well, ${callee}`, async () => {
      const { system } = running
      const gate = system.spawn(bounds[`waiting_${callee}`])
      for (let n = 0; n < 5 * CAPACITY; n++) await tell(gate).take(n)
      assert.deepEqual(await seen(gate, 5 * CAPACITY), upTo(5 * CAPACITY))
      await system.stopObject(gate)
    })
  }

  it('S8: a tell that is awaited rejects where nobody has the name', async () => {
    const nobody = running.system.actor('nobody' as never) as { take(n: number): unknown }
    await assert.rejects(Promise.resolve(tell(nobody).take(1)), { code: 'NO_SUCH_ACTOR' })
  })
})
