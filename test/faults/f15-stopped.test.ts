/** F15: the whole process stands still for a while, longer than anybody may hold a thread: nobody has held one (S37). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pass } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../life/support/program.ts'

/** Longer than the 2 s after which the program's objects would be stuck, and their threads ended. */
const STOPPED_MS = 4_000

test('F15: a process that was stopped and continued takes nobody for stuck, and restarts nobody', async () => {
  const program = runProgram(fileURLToPath(new URL('programs/stopped.ts', import.meta.url)))
  await program.said('held')
  program.process.kill('SIGSTOP')
  // The fault itself: time that passes.
  await pass(STOPPED_MS)
  program.process.kill('SIGCONT')
  const { code, stdout, stderr } = await program.ended
  assert.deepEqual([code, stderr], [0, ''])
  const lines = stdout.trimEnd().split('\n')
  const [held, continued, ticked, answered, ...rest] = lines
  assert.deepEqual([held, continued, ticked, answered], ['held', 'continued', 'ticked', 'hello'])
  // What is told after that is the stop that it asked for itself.
  assert.deepEqual(
    rest.map((line) => line.split(' ')[0]),
    ['ended', 'ended'],
  )
})
