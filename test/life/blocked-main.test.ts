/** F26, S20: the main thread blocks, and all else goes on. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runProgram } from './support/program.ts'

test('F26: while the main thread blocks in get(), others meet, are made and die, and it is told of deaths', async () => {
  const { code, stdout, stderr } = await runProgram('blocked-main.ts').ended
  assert.equal(code, 0, stderr)
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines[0], 'other answers')
  assert.equal(lines[1], 'a child')
  assert.match(lines[2]!, /^ActorDead maybe: second is dead: its thread exited with code 3, with second\.exit in hand/)
  assert.match(
    lines[3]!,
    /^ActorDead maybe: third is dead: its thread ended by an error: thrown outside any handler, with third\.throwLater in hand/,
  )
  assert.equal(lines[4], 'other answers')
  assert.equal(lines[5], 'other answers')
  assert.equal(lines[6], 'late 0, forced 0')
})
