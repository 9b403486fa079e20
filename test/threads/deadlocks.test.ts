import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Deadlock } from '../../src/core/errors.ts'
import { Task } from '../../src/core/task.ts'
import { Deadlocks } from '../../src/threads/deadlocks.ts'
import type { Parts } from '../../src/threads/parts.ts'
import { LOOK_MS, Waits, type Awaited, type Whereabouts } from '../../src/threads/waits.ts'
import { TestHost } from '../core/support/test-host.ts'

const HERE = 1
const CALL = 7

class Sleeper extends Task {
  async sleep(): Promise<void> {
    await this.pause(60_000)
  }
}

describe('a wait of which it cannot be told what it stands behind', () => {
  it('S18: is looked at again, and fails once it can be told, if it has closed a circle', async () => {
    const host = new TestHost()
    const { cell, remote } = await host.start('sleeper', Sleeper)
    void remote.sleep()
    await host.settle()
    const turn = cell.turns.inHand!
    const cells = new Map([[cell.pid, cell]])
    const waits: Waits = new Waits(host.clock, { cells, look: (wait) => deadlocks.look(wait) })
    // What it waits for turns out to be the very message that it handles.
    const calls = new Map([[CALL, { message: turn.message }]])
    const deadlocks = new Deadlocks({ here: HERE, cells, calls, waits } as unknown as Parts, () => undefined)

    let where: Whereabouts = { kind: 'held', place: undefined, pid: 99, call: 0 }
    const failures: Deadlock[] = []
    const on: Awaited = {
      what: 'sleeper.sleep',
      waits: undefined,
      whereabouts: () => where,
      fail: (error) => void failures.push(error),
    }
    waits.begin(on, turn, false)
    host.clock.advance(3 * LOOK_MS)
    assert.deepEqual(failures, [])
    where = { kind: 'sent', place: HERE, pid: cell.pid, call: CALL }
    host.clock.advance(LOOK_MS)
    assert.deepEqual(
      failures.map(({ cycle }) => cycle),
      [['sleeper.sleep', 'sleeper']],
    )
  })
})
