/** The Supervisor's decisions, without threads: what it is told, and what it has done (S34, S35). */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import { Supervisor } from '../../src/system/supervisor.ts'
import type { ObjectRecord } from '../../src/system/roster.ts'
import type { Strategy } from '../../src/wire/kernel-protocol.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'

/** Three objects of one group, whose restarts fail as often as `failures` says. */
function group(strategy: Strategy, failures: Record<string, number> = {}) {
  const clock = new VirtualClock()
  const done: string[] = []
  const state = { isStopping: false }
  const records = ['a', 'b', 'c'].map(
    (name, pid) => ({ plan: { name, pid }, life: 'living' }) as unknown as ObjectRecord,
  )
  const name = (record: ObjectRecord): string => record.plan.name
  const supervisor = new Supervisor({
    clock,
    chance: () => 0.5,
    groups: [{ id: 'g', label: 'the group', strategy, budget: { restarts: 3, within: 1_000 } }],
    groupBudget: { restarts: 0, within: 1_000 },
    groupOf: () => 'g',
    restartOf: () => ({ type: 'permanent', backoff: undefined }),
    parentOf: () => undefined,
    membersOf: () => records,
    halt: async (record) => void done.push(`halt ${name(record)}`),
    restart: async (record) => {
      done.push(`restart ${name(record)}`)
      const left = failures[name(record)] ?? 0
      failures[name(record)] = left - 1
      if (left > 0) throw new Error(`${name(record)} cannot start`)
    },
    end: (record) => void done.push(`end ${name(record)}`),
    isStopping: () => state.isStopping,
    escalate: (reason) => void done.push(`escalate: ${reason}`),
  })
  const settled = async (): Promise<string[]> => {
    for (let n = 0; n < 5; n++) await macrotask()
    return done.splice(0)
  }
  return { supervisor, records, clock, settled, state }
}

describe('the supervisor', () => {
  it('S34: a start that fails is another crash, and charged', async () => {
    const { supervisor, records, settled } = group('oneForOne', { a: 2 })
    supervisor.crashed(records[0]!, 'burnt')
    assert.deepEqual(await settled(), ['halt a', 'restart a', 'halt a', 'restart a', 'halt a', 'restart a'])
    supervisor.crashed(records[1]!, 'burnt')
    assert.match((await settled()).join(), /^escalate: b has crashed once more after 3 restarts of the group/)
  })

  it('S34: the budget looks at a stretch of time that moves on', async () => {
    const { supervisor, records, clock, settled } = group('oneForOne')
    for (let n = 0; n < 12; n++) {
      supervisor.crashed(records[0]!, 'burnt')
      assert.deepEqual(await settled(), ['halt a', 'restart a'])
      clock.skip(400)
    }
  })

  it('S35: a start that fails in a group begins its restart anew, from where the strategy says', async () => {
    const { supervisor, records, settled } = group('restForOne', { c: 1 })
    supervisor.crashed(records[1]!, 'burnt')
    const first = ['halt c', 'halt b', 'halt b', 'restart b', 'halt c', 'restart c']
    assert.deepEqual(await settled(), [...first, 'halt c', 'halt c', 'restart c'])
  })

  it('S35: one that crashes while its group is restarted is mended in the same go', async () => {
    const { supervisor, records, settled } = group('oneForAll')
    supervisor.crashed(records[0]!, 'burnt')
    supervisor.crashed(records[2]!, 'burnt too')
    const all = ['halt c', 'halt b', 'halt a', 'halt a', 'restart a', 'halt b', 'restart b', 'halt c', 'restart c']
    const seen = await settled()
    assert.deepEqual(seen.slice(-all.length), all)
  })

  for (const strategy of ['oneForOne', 'oneForAll', 'restForOne'] as const)
    it(`S34: while the system stops nothing is restarted, and nothing that fails is a crash: ${strategy}`, async () => {
      const { supervisor, records, settled, state } = group(strategy, { a: 9, b: 9, c: 9 })
      supervisor.crashed(records[0]!, 'burnt')
      state.isStopping = true
      assert.deepEqual(
        (await settled()).filter((what) => what.startsWith('escalate')),
        [],
      )
    })
})
