import assert from 'node:assert/strict'
import { test } from 'node:test'
import { task } from 'tsworks'
import { explore, testSystem } from 'tsworks/testing'
import { Door, type DoorEvents } from './door.ts'

test('the next visitor waits until the door has closed', async () => {
  const sim = await testSystem({ door: task(Door) })
  const door = sim.actor('door')
  assert.equal(await sim.run(door.open('Anna')), 'open for Anna')

  const ben = door.open('Ben')
  await sim.advance(4_999)
  assert.equal(ben.isReady, false)
  await sim.advance(1)
  assert.equal(await ben, 'open for Ben')
  await sim.stop()
})

test('a door that is held open complains after a minute', async () => {
  const sim = await testSystem({ door: task(Door) })
  const probe = sim.probe<DoorEvents>({ within: 60_000 })
  await probe.observe('door')
  const door = sim.actor('door')
  await sim.run(door.open('Anna'))
  await sim.run(door.hold())

  await probe.expect('opened', 'Anna')
  await probe.expectNothing()
  await probe.expect('leftOpen')
  assert.equal(sim.now, 60_000)
  await sim.stop()
})

test('whoever comes first gets in first, on every schedule', async () => {
  await explore({ door: task(Door) }, { runs: 100 }, async (sim) => {
    const door = sim.actor('door')
    const [first, second] = [door.open('Anna'), door.open('Ben')]
    assert.equal(await sim.run(first), 'open for Anna')
    assert.equal(sim.now, 0)
    assert.equal(await sim.run(second), 'open for Ben')
    assert.equal(sim.now, 5_000)
  })
})
