import assert from 'node:assert/strict'
import { appendFileSync, existsSync } from 'node:fs'
import { test } from 'node:test'
import { LogTail } from '../../src/cli/log-tail.ts'

test('the lines of the log are shown whole and once, in order; the rest at the end, when the file goes', async () => {
  const shown: string[] = []
  // The tail keeps no process alive.
  const alive = setInterval(() => {}, 60_000)
  let seen = Promise.withResolvers<void>()
  const tail = new LogTail((lines) => {
    shown.push(lines)
    seen.resolve()
  })
  appendFileSync(tail.path, 'one\ntwo\n')
  await seen.promise
  assert.equal(shown.join(''), 'one\ntwo\n')

  seen = Promise.withResolvers()
  appendFileSync(tail.path, 'three is not')
  appendFileSync(tail.path, ' there yet\nfour')
  await seen.promise
  assert.equal(shown.join(''), 'one\ntwo\nthree is not there yet\n')

  tail.showBy((lines) => shown.push(`later: ${lines}`))
  appendFileSync(tail.path, ` ${'ü'.repeat(50_000)}\n`)
  tail.close()
  const all = shown.join('').replaceAll('later: ', '')
  assert.ok(all === `one\ntwo\nthree is not there yet\nfour ${'ü'.repeat(50_000)}\n`, `${all.length} characters`)
  assert.ok(!existsSync(tail.path))
  clearInterval(alive)
})
