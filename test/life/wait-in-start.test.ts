/** S27: what may be awaited in the hooks of a start, and what is refused. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { waiting } from './fixtures/waiting.ts'
import { remoteOf, running } from './support/running.ts'
import { traced } from './support/trace.ts'

for (const key of [
  'waiter_onInit',
  'waiter_onConfigure',
  'waiter_onStart',
  'sharedWaiter_onInit',
  'sharedWaiter_onStart',
  'mainWaiter_onConfigure',
  'mainWaiter_onStart',
  'above_onConfigure',
] as const) {
  const hook = key.split('_')[1]!
  test(`S27: ${key} awaits a call on one that has not started: it rejects at once, with the cure, and the call never runs`, async (t) => {
    const trace = traced(t)
    await running(t, { helper: waiting.helper, [key]: waiting[key] })
    const lines = trace.lines()
    const refusal = lines.find((line) => line.startsWith(`${hook}: `)) ?? ''
    assert.match(refusal, /CannotWaitHere CANNOT_WAIT_HERE no: helper\.help was awaited in /)
    assert.match(refusal, new RegExp(`in ${hook}, before helper has started`))
    assert.match(
      refusal,
      hook === 'onStart' ? /after: \['helper'\].*or tell\(\) it/ : /call it in onStart.*or tell\(\) it/,
    )
    assert.ok(!trace.lines().some((line) => line.startsWith('helper helps')))
  })
}

for (const key of ['selfish', 'sharedSelfish'] as const)
  test(`S27: ${key} awaits a call of its own in onStart: it is told to call the method directly`, async (t) => {
    const trace = traced(t)
    await running(t, { [key]: waiting[key] })
    const [line = ''] = trace.lines()
    assert.match(line, new RegExp(`^${key}\\.help was awaited by ${key} itself in onStart, before it has started`))
    assert.match(line, /call the method directly \(this\.method\(\)\), or tell\(\) it$/)
  })

test('S27: a call that is awaited in onStart on an object of a lower level is answered', async (t) => {
  const trace = traced(t)
  await running(t, { helper: waiting.helper, above: waiting.above_onStart })
  assert.ok(trace.lines().includes('onStart: answered 42'))
})

test('S27: get() in onInit is refused as an await is', async (t) => {
  const trace = traced(t)
  await running(t, { helper: waiting.helper, blocker: waiting.blocker })
  assert.ok(trace.lines().includes('get: CannotWaitHere'), trace.lines().join())
})

test('S27: tells and observe are fine in the hooks; what was sent is handled after onStart, in order', async (t) => {
  const trace = traced(t)
  const system = await running(t, { helper: waiting.helper, teller: waiting.teller })
  await remoteOf(system, 'helper')['help']!('main')
  await system.stop()
  const lines = trace.lines()
  assert.ok(lines.includes('teller observes'))
  assert.ok(lines.includes('teller was told 1'))
  const helps = lines.filter((line) => line.startsWith('helper '))
  assert.equal(helps[0], 'helper started')
  assert.deepEqual(
    helps.filter((line) => line.endsWith('tell')),
    ['helper helps onInit tell', 'helper helps onConfigure tell', 'helper helps onStart tell'],
  )
})

test('S27: a call made in a hook and asked for later is answered', async (t) => {
  traced(t)
  const system = await running(t, { helper: waiting.helper, later: waiting.later })
  assert.equal(await remoteOf(system, 'later')['ask']!(), 42)
})
