/** The Supervisor's decisions, without threads: what it is told, and what it has done (S34, S35). */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import { Supervisor } from '../../src/system/supervisor.ts'
import type { ObjectRecord } from '../../src/system/roster.ts'
import type { Strategy } from '../../src/wire/kernel-protocol.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'

/** Three objects of one group, whose restarts fail as often as `failures` says. */
function group(strategy: Strategy, failures: Record<string, number> = {}, groupRestarts = 0) {
  const clock = new VirtualClock()
  const done: string[] = []
  const state = { isStopping: false, hasThread: true }
  const records = ['a', 'b', 'c'].map(
    (name, pid) => ({ plan: { name, pid }, life: 'living' }) as unknown as ObjectRecord,
  )
  const name = (record: ObjectRecord): string => record.plan.name
  const onRestart: ((record: ObjectRecord) => void)[] = []
  const supervisor = new Supervisor({
    clock,
    chance: () => 0.5,
    groups: [{ id: 'g', label: 'the group', strategy, budget: { restarts: 3, within: 1_000 } }],
    groupBudget: { restarts: groupRestarts, within: 1_000 },
    groupOf: () => 'g',
    restartOf: () => ({ type: 'permanent', backoff: undefined }),
    parentOf: () => undefined,
    membersOf: () => records,
    halt: async (record) => void done.push(`halt ${name(record)}`),
    restart: async (record) => {
      done.push(`restart ${name(record)}`)
      for (const happens of [...onRestart]) happens(record)
      const left = failures[name(record)] ?? 0
      failures[name(record)] = left - 1
      if (left > 0) throw new Error(`${name(record)} cannot start`)
    },
    end: (record) => void done.push(`end ${name(record)}`),
    hasThread: () => state.hasThread,
    isStopping: () => state.isStopping,
    escalate: (reason) => void done.push(`escalate: ${reason}`),
  })
  const settled = async (): Promise<string[]> => {
    for (let n = 0; n < 5; n++) await macrotask()
    return done.splice(0)
  }
  return { supervisor, records, clock, settled, state, onRestart }
}

describe('the supervisor', () => {
  it('S34: a start that fails is another crash, and charged', async () => {
    const { supervisor, records, settled } = group('oneForOne', { a: 2 })
    supervisor.crashed([records[0]!], 'burnt')
    assert.deepEqual(await settled(), ['halt a', 'restart a', 'halt a', 'restart a', 'halt a', 'restart a'])
    supervisor.crashed([records[1]!], 'burnt')
    assert.match((await settled()).join(), /^escalate: b has crashed once more after 3 restarts of the group/)
  })

  it('S34: the budget looks at a stretch of time that moves on', async () => {
    const { supervisor, records, clock, settled } = group('oneForOne')
    for (let n = 0; n < 12; n++) {
      supervisor.crashed([records[0]!], 'burnt')
      assert.deepEqual(await settled(), ['halt a', 'restart a'])
      clock.skip(400)
    }
  })

  it('S33, S35: those that shared a thread are started again in their order, and charged once', async () => {
    const { supervisor, records, settled } = group('oneForOne')
    for (let n = 0; n < 3; n++) {
      supervisor.crashed(records, 'their thread has died')
      assert.deepEqual(await settled(), ['halt a', 'restart a', 'halt b', 'restart b', 'halt c', 'restart c'])
    }
    supervisor.crashed(records, 'their thread has died')
    assert.match((await settled()).join(), /^escalate: a, b, c have crashed once more after 3 restarts/)
  })

  it('S33: one of them whose start fails does not keep the others waiting', async () => {
    const { supervisor, records, settled } = group('oneForOne', { a: 1 })
    supervisor.crashed(records, 'their thread has died')
    const seen = await settled()
    assert.equal(seen.filter((what) => what === 'restart a').length, 2)
    assert.deepEqual(
      seen.filter((what) => what.startsWith('restart') && what !== 'restart a'),
      ['restart b', 'restart c'],
    )
  })

  it('S33: a thread that cannot start is one crash of all that shall live there', async () => {
    const { supervisor, records, settled, state } = group('oneForOne', { a: 9 })
    state.hasThread = false
    supervisor.crashed(records, 'their thread has died')
    const seen = await settled()
    assert.deepEqual(
      seen.filter((what) => what.startsWith('restart')),
      ['restart a', 'restart a', 'restart a'],
    )
    assert.match(seen.at(-1)!, /^escalate: a, b, c have crashed once more/)
  })

  it('S33: a thread that dies while its objects start is another crash of all of them, charged once', async () => {
    const { supervisor, records, settled, onRestart } = group('oneForOne')
    onRestart.push((record) => {
      if (record !== records[1]) return
      onRestart.splice(0)
      supervisor.crashed(records, 'it has died again')
      throw new Error('its thread has died')
    })
    supervisor.crashed(records, 'their thread has died')
    assert.deepEqual(
      (await settled()).filter((what) => what.startsWith('restart')),
      ['restart a', 'restart b', 'restart a', 'restart b', 'restart c'],
    )
    supervisor.crashed(records, 'a third time')
    assert.equal((await settled()).includes('restart c'), true)
    supervisor.crashed(records, 'a fourth time')
    assert.match((await settled()).join(), /^escalate/)
  })

  it('S34: a group that is restarted as a whole is whole in the end, whichever start fails meanwhile', async () => {
    const { supervisor, records, settled } = group('oneForOne', { a: 4 }, 1)
    supervisor.crashed([records[0]!], 'burnt')
    const seen = await settled()
    // Three in its budget, the fourth in the restart of the group, which is then done once more.
    assert.deepEqual(
      seen.filter((what) => what.startsWith('restart')),
      [...Array.from({ length: 5 }, () => 'restart a'), 'restart b', 'restart c'],
    )
  })

  it('S35: a start that fails in a group begins its restart anew, from where the strategy says', async () => {
    const { supervisor, records, settled } = group('restForOne', { c: 1 })
    supervisor.crashed([records[1]!], 'burnt')
    const first = ['halt c', 'halt b', 'halt b', 'restart b', 'halt c', 'restart c']
    assert.deepEqual(await settled(), [...first, 'halt c', 'halt c', 'restart c'])
  })

  it('S35: one that crashes while its group is restarted is mended in the same go', async () => {
    const { supervisor, records, settled } = group('oneForAll')
    supervisor.crashed([records[0]!], 'burnt')
    supervisor.crashed([records[2]!], 'burnt too')
    const all = ['halt c', 'halt b', 'halt a', 'halt a', 'restart a', 'halt b', 'restart b', 'halt c', 'restart c']
    const seen = await settled()
    assert.deepEqual(seen.slice(-all.length), all)
  })

  it('S35: one that crashes while those before it are being restarted takes none of them away', async () => {
    const { supervisor, records, settled } = group('restForOne')
    const [, b, c] = records
    supervisor.crashed([b!], 'burnt')
    supervisor.crashed([c!], 'drowned')
    const restarted = (await settled()).filter((what) => what.startsWith('restart'))
    assert.deepEqual(restarted, ['restart b', 'restart c'])
  })

  for (const strategy of ['oneForOne', 'oneForAll', 'restForOne'] as const)
    it(`S34: while the system stops nothing is restarted, and nothing that fails is a crash: ${strategy}`, async () => {
      const { supervisor, records, settled, state } = group(strategy, { a: 9, b: 9, c: 9 })
      supervisor.crashed([records[0]!], 'burnt')
      state.isStopping = true
      assert.deepEqual(
        (await settled()).filter((what) => what.startsWith('escalate')),
        [],
      )
    })

  for (const strategy of ['oneForOne', 'oneForAll', 'restForOne'] as const)
    it(`S34: a restart that fails since the system stops is no crash, and nothing follows it: ${strategy}`, async () => {
      const { supervisor, records, settled, state, onRestart } = group(strategy)
      onRestart.push(() => {
        state.isStopping = true
        throw new Error('the system was stopped while it started')
      })
      supervisor.crashed([records[0]!], 'burnt')
      const seen = await settled()
      assert.equal(seen.at(-1), 'restart a')
      assert.equal(seen.filter((what) => what === 'restart a').length, 1)
    })
})
