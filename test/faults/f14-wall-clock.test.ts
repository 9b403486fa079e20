/** F14: the wall clock is moved by an hour, both ways: an injected one, in a process of its own, in all its threads. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../life/support/program.ts'

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url))

test('F14: S38: no timer and no deadline notices that the wall clock is moved', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tsworks-clock-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const clock = join(folder, 'offset')
  writeFileSync(clock, '0')
  const { code, stdout, stderr } = await runProgram(program('timers-and-deadlines.ts'), {
    node: [`--import=${new URL('programs/moved-clock.ts', import.meta.url).href}`],
    env: { MOVED_CLOCK: clock },
  }).ended
  assert.deepEqual(stdout.trimEnd().split('\n'), [
    '1 hours off: short has burnt, rested, periods go on, long burns',
    '-1 hours off: short has burnt, rested, periods go on, long burns',
    '0 hours off: short has burnt, rested, periods go on, long burns',
    'in time, in time',
    'long has burnt',
  ])
  assert.equal(stderr, '')
  assert.equal(code, 0)
})
