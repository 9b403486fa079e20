/** F9, on the main thread: what belongs to no object is Node's affair, as if tsworks were not there. In processes of their own. */

import assert from 'node:assert/strict'
import process from 'node:process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runProgram, type Ended } from '../life/support/program.ts'

const program = (name: string): string => fileURLToPath(new URL(`programs/${name}`, import.meta.url))
const MODES = ['throw', 'strict', 'warn', 'none', 'warn-with-error-code'] as const

/** What can be compared: not the number of the process, nor the frames of Node, which differ where AsyncLocalStorage is used (Node 22). */
function said({ code, signal, stdout, stderr }: Ended): object {
  return {
    code,
    signal,
    stdout,
    stderr: stderr.replaceAll(/\(node:\d+\)/g, '(node)').replaceAll(/^ +at .*\(node:.*\n/gm, ''),
  }
}

async function nobody(args: readonly string[], node: readonly string[] = []): Promise<object> {
  return said(await runProgram(program('nobody.ts'), { node, args }).ended)
}

for (const what of ['throw', 'null', 'reject'])
  for (const listens of ['deaf', 'listening'])
    test(`F9: S33: ${what} of no object does what it does without tsworks, also after a stop, ${listens}`, async () => {
      const [alone, with_, stopped] = await Promise.all([
        nobody([what, 'alone', listens]),
        nobody([what, 'running', listens]),
        nobody([what, 'stopped', listens]),
      ])
      assert.deepEqual(with_, alone)
      assert.deepEqual(stopped, alone)
      if (listens === 'deaf') assert.match(JSON.stringify(alone), /"code":1,.*(boom of nobody|null)/)
      else assert.match(JSON.stringify(alone), /"code":0,.*(boom of nobody|null).*went on/)
    })

for (const mode of MODES)
  test(`F9: S33: a rejection of no object does what --unhandled-rejections=${mode} says`, async () => {
    const node = [`--unhandled-rejections=${mode}`]
    // A listener in this mode breaks Node 22 by itself: "async hook stack has become corrupted".
    const isBroken = mode === 'strict' && process.version.startsWith('v22.')
    for (const listens of isBroken ? ['deaf'] : ['deaf', 'listening'])
      assert.deepEqual(
        await nobody(['reject', 'running', listens], node),
        await nobody(['reject', 'alone', listens], node),
      )
  })

for (const mode of MODES)
  test(`F9: S33: errors of objects are theirs, once each, and no listener's, with --unhandled-rejections=${mode}`, async () => {
    const { code, stdout, stderr } = await runProgram(program('objects-on-main.ts'), {
      node: [`--unhandled-rejections=${mode}`],
    }).ended
    assert.deepEqual(stdout.trimEnd().split('\n'), [
      'onException uncaughtException: boom of an object',
      'onException unhandledRejection: boom of an object',
      'process.emit is as it was',
      'exit 0',
    ])
    assert.equal(code, 0)
    // This mode warns of every rejection, handled or not.
    assert.equal(stderr.includes('boom of an object'), mode === 'warn', stderr)
  })
