// Of what is measured only that it can be: who takes part, and that the oracle holds. Needs the built package, and none of the contenders' packages.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { contenders } from '../../bench/contenders.ts'
import { measuredIn } from '../../bench/harness/measured.ts'
import { RAW } from '../../bench/harness/names.ts'
import { linkOwnPackage } from '../../bench/harness/own-package.ts'
import { workloads } from '../../bench/workloads.ts'
import { root } from '../../scripts/command.ts'

const callsMany = workloads[0]!

before(() => linkOwnPackage(join(root, 'bench')))

describe('the benchmark', () => {
  it('has tsworks in each workload', () => {
    const without = workloads.filter(
      (one) => !contenders.some((each) => each.role === 'tsworks' && one.measurement(each)),
    )
    assert.deepEqual(without, [])
  })

  it('has names of contenders that goals can find', () => {
    const names = new Set(contenders.map(({ name }) => name))
    for (const { id, goals } of workloads)
      for (const goal of goals)
        if (goal.kind === 'ratio' && !names.has(goal.than)) assert.equal(goal.than, 'the best contender', id)
  })

  for (const name of ['tsworks', RAW])
    it(`measures ${name}, in a process that holds its oracle`, async () => {
      const outcome = await measuredIn(
        callsMany,
        contenders.find((one) => one.name === name)!,
        { quick: true },
      )
      assert.equal(outcome.kind, 'measured', JSON.stringify(outcome))
      assert.ok(outcome.kind === 'measured' && outcome.figures['']! > 0)
    })

  it('gives no figure where the work cannot be done', async () => {
    const outcome = await measuredIn(callsMany, { name: 'nobody', role: 'contender' }, { quick: true })
    assert.deepEqual(outcome, {
      kind: 'failed',
      why: 'Error: expected a workload and a contender that can take part in it, found B1 and nobody',
    })
  })
})
