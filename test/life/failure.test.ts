/** S31: what an error of a handler leads to. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ActorDead, tell } from '../../src/index.ts'
import { fragile } from './fixtures/family.ts'
import { runProgram } from './support/program.ts'
import { remoteOf, running } from './support/running.ts'
import { traced } from './support/trace.ts'

const isBoom = (error: unknown): boolean => error instanceof RangeError && error.message === 'boom'

for (const place of ['own', 'shared', 'main']) {
  const only = (key: string) => ({ [key]: fragile[key]! })

  test(`F1, S31: an error goes to the caller and to onException, and the object goes on, on ${place}`, async (t) => {
    traced(t)
    const key = `resume-${place}`
    const remote = remoteOf(await running(t, only(key)), key)
    await assert.rejects(async () => remote['bad']!(), isBoom)
    await assert.rejects(async () => remote['badLater']!(), isBoom)
    assert.deepEqual(await remote['failures']!(), ['bad: boom', 'badLater: boom'])
  })

  test(`S31: an error of a tell or a timer goes to onException, and the object goes on, on ${place}`, async (t) => {
    traced(t)
    const key = `resume-${place}`
    const remote = remoteOf(await running(t, only(key)), key)
    tell(remote)['bad']!()
    assert.deepEqual(await remote['failures']!(), ['bad: boom'])
    tell(remote)['startTimer']!()
    let failures: string[]
    do failures = (await remote['failures']!()) as string[]
    while (failures.length < 2)
    assert.match(failures[1]!, /boom: boom|timer.*: boom/)
  })

  test(`S31: failure: 'stop' ends the object for a tell that fails, but not for a call, on ${place}`, async (t) => {
    const trace = traced(t)
    const key = `stop-${place}`
    const system = await running(t, only(key))
    const remote = remoteOf(system, key)
    await assert.rejects(async () => remote['bad']!(), isBoom)
    assert.deepEqual(await remote['failures']!(), ['bad: boom'])
    tell(remote)['bad']!()
    assert.match(await system.watch(remote), /bad failed: boom/)
    await assert.rejects(async () => remote['failures']!(), ActorDead)
    assert.deepEqual(
      trace.lines().filter((line) => line.includes('onStop')),
      [`${key} onStop: bad failed: boom`],
    )
  })

  test(`S31: { calls: true } makes an error of a call a failure, too, on ${place}`, async (t) => {
    traced(t)
    const key = `calls-${place}`
    const system = await running(t, only(key))
    const remote = remoteOf(system, key)
    const behind = [remote['bad']!(), remote['failures']!()]
    await assert.rejects(async () => behind[0], isBoom)
    await assert.rejects(
      async () => behind[1],
      (error) => error instanceof ActorDead && error.executed === 'no',
    )
    assert.match(await system.watch(remote), /bad failed: boom/)
  })

  test(`S31: this.fail(error) answers the call with it, and is a crash whatever the policy, on ${place}`, async (t) => {
    const trace = traced(t)
    const key = `resume-${place}`
    const system = await running(t, only(key))
    const remote = remoteOf(system, key)
    await assert.rejects(async () => remote['giveUp']!(), /given up/)
    assert.match(await system.watch(remote), /giveUp failed: given up/)
    assert.ok(trace.lines().includes(`${key} onException giveUp: given up`))
  })
}

test('S10: a Future that is set again by a thread that cannot know of the first time is warned of, once', async () => {
  const { stdout, stderr } = await runProgram('set-twice.ts').ended
  assert.equal(stdout, '1\n')
  assert.equal(stderr.split('a Future that keeper held was set after it had been settled').length, 2, stderr)
  assert.doesNotMatch(stderr, /much too late/)
})
