/** F6: process.exit(0) in user code is the crash of its thread, not a clean end (S33). In a hook of the start: test/life/start-fails.test.ts. */

import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { tell } from '../../src/index.ts'
import { startQuietly } from '../clauses/support/running.ts'
import { faults } from './fixtures/faults.ts'

for (const placement of ['own', 'shared'] as const)
  for (const method of ['exit', 'exitInTimer', 'exitInCallback'] as const)
    test(`F6: S33: ${method} with code 0 is a crash of the thread, and all others go on, on ${placement}`, async () => {
      const system = await startQuietly(faults)
      try {
        const leaving = system.actor(faults[`leaving_${placement}`])
        const died = new Promise<string>((resolve) => system.on('threadDied', ({ reason }) => resolve(reason)))
        if (method === 'exit') await assert.rejects(leaving.exit(), { code: 'ACTOR_DEAD', executed: 'maybe' })
        else tell(leaving)[method]()
        assert.match(await died, /exited with code 0/)
        assert.equal(await system.actor(faults.leaving_main).hello(), 'hello')
        assert.equal(system.isRunning, true)
        assert.equal(process.exitCode, undefined)
      } finally {
        await system.stop()
      }
    })
