/** With the setting `largeCopies` the log says where a large copy is made, on every placement alike. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Settings, System } from '../../src/index.ts'
import { PAIRS } from '../clauses/support/placements.ts'
import { withSystem } from '../clauses/support/running.ts'
import { LARGE, largeCopies } from './fixtures/large-copies.ts'

const folder = mkdtempSync(join(tmpdir(), 'tsworks-large-copies-'))
after(() => rmSync(folder, { recursive: true, force: true }))

interface Line {
  readonly level: string
  readonly msg: string
  readonly bytes: number
}

let files = 0

/** What the log has, at its level by default, of a system that does `work`. */
async function linesOf(
  work: (system: System<typeof largeCopies>) => Promise<void>,
  settings: Settings = { largeCopies: LARGE },
): Promise<Line[]> {
  const file = join(folder, `${++files}.log`)
  await withSystem(largeCopies, work, { ...settings, log: { file } })
  const text = readFileSync(file, 'utf8').trimEnd()
  return text === '' ? [] : text.split('\n').map((line) => JSON.parse(line) as Line)
}

/** One line for each; `at` is where in the fixture it was sent. */
function assertTold(lines: readonly Line[], expected: readonly { readonly of: string; readonly at?: string }[]): void {
  assert.equal(lines.length, expected.length, JSON.stringify(lines))
  for (const [index, { of, at }] of expected.entries()) {
    const { level, msg, bytes } = lines[index]!
    assert.equal(level, 'warn')
    const where = at === undefined ? '' : `, sent at ${at} \\(.*fixtures/large-copies\\.ts:\\d+:\\d+\\)`
    assert.match(msg, new RegExp(`^${of}${where}: a copy of ${bytes} bytes; .*transfer\\(value\\).*share\\(value\\)`))
  }
}

for (const { caller, callee, shown } of PAIRS) {
  const isOneThread = caller === callee && caller !== 'own'
  const [sender, receiver] = [`sender_${caller}`, `receiver_${callee}`] as const
  const send = (work: 'sendTwice' | 'sendElsewhere' | 'move' | 'shareWith' | 'ask' | 'askByFuture') =>
    linesOf((system) => system.actor(sender)[work](system.actor(receiver)))

  describe(`S5: large copies are told of, ${shown}`, () => {
    test('where arguments are sent, once for each place', async () => {
      const lines = await linesOf(async (system) => {
        await system.actor(sender).sendTwice(system.actor(receiver))
        await system.actor(sender).sendElsewhere(system.actor(receiver))
      })
      const of = `arguments of ${receiver}.take`
      assertTold(lines, [
        { of, at: 'Sender.sendTwice' },
        { of, at: 'Sender.sendElsewhere' },
      ])
      for (const { bytes } of lines) assert.ok(bytes >= LARGE && bytes < LARGE + 100, String(bytes))
    })

    test('of results, once for each method', async () => {
      assertTold(await send('ask'), [{ of: `result of ${receiver}.give` }])
    })

    test('of what a Future is given', async () => {
      assertTold(await send('askByFuture'), [{ of: 'what a Future is given', at: 'Receiver.answer' }])
    })

    test('but what moves is none, and what is shared is none in its thread', async () => {
      assertTold(await send('move'), [])
      assertTold(
        await send('shareWith'),
        isOneThread ? [] : [{ of: `arguments of ${receiver}.take`, at: 'Sender.shareWith' }],
      )
    })
  })
}

test('a large copy is told of once for all of a family', async () => {
  const lines = await linesOf((system) => system.actor('sender_own').sendToEach('many'))
  assertTold(lines, [{ of: 'arguments of many#0.take', at: 'Sender.sendToEach' }])
})

test('without the setting large copies are not told of', async () => {
  assertTold(await linesOf((system) => system.actor('sender_main').sendTwice(system.actor('receiver_own')), {}), [])
})
