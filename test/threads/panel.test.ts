/** What a thread shows of its objects, and what is read of it from outside. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NO_DISPLAY } from '../../src/core/display.ts'
import { Panel, readPanel, type Shown } from '../../src/threads/panel.ts'

/** A Panel, and the kernel's side of it. */
function makePanel() {
  const sheets: SharedArrayBuffer[] = []
  const words = new Map<number, string>()
  const panel = new Panel((message) => {
    if (message.kind === 'sheet') sheets.push(message.sheet)
    else words.set(message.id, message.text)
  })
  const read = (now = 0): Shown[] => readPanel(sheets, { now, word: (id) => words.get(id) })
  return { panel, sheets, words, read }
}

describe('a panel', () => {
  it('S41: shows what an object has shown last', () => {
    const { panel, read } = makePanel()
    const row = panel.open(7)
    assert.deepEqual(read(), [
      {
        pid: 7,
        key: undefined,
        mode: 'made',
        class: '?',
        state: undefined,
        handling: undefined,
        queue: 0,
        postponed: 0,
      },
    ])
    row.mode('running')
    row.className('Door')
    row.state('Open')
    row.mail(3, 1)
    row.handling('knock', 1_000)
    const shown = { pid: 7, key: undefined, mode: 'running', class: 'Door', state: 'Open', queue: 3, postponed: 1 }
    assert.deepEqual(read(1_250), [{ ...shown, handling: { method: 'knock', ageMs: 250 } }])
    row.handling(undefined, 0)
    row.state(undefined)
    assert.deepEqual(read(), [{ ...shown, state: undefined, handling: undefined }])
  })

  it('S41: tells ages right for a machine that has run for years', () => {
    const { panel, read } = makePanel()
    const years = 5 * 2 ** 31 - 100
    panel.open(1).handling('wait', years)
    assert.equal(read(years + 300)[0]!.handling!.ageMs, 300)
  })

  it('S41: begins anew for the next incarnation, and forgets the dead', () => {
    const { panel, read } = makePanel()
    const row = panel.open(1)
    row.mail(5, 0)
    panel.open(2)
    assert.equal(panel.open(1, undefined, row), row)
    assert.deepEqual(
      read().map(({ pid, queue }) => [pid, queue]),
      [
        [1, 0],
        [2, 0],
      ],
    )
    panel.close(row)
    panel.close(row)
    panel.close(NO_DISPLAY)
    assert.deepEqual(
      read().map(({ pid }) => pid),
      [2],
    )
  })

  it('S41: has no limit, and gives the rows of the dead to others', () => {
    const { panel, sheets, read } = makePanel()
    const pids = Array.from({ length: 10_000 }, (_, i) => i + 1)
    const rows = pids.map((pid) => panel.open(pid))
    for (const [at, row] of rows.entries()) row.mail(pids[at]!, 0)
    assert.deepEqual(
      read()
        .map(({ pid, queue }) => [pid, queue])
        .toSorted((a, b) => a[0]! - b[0]!),
      pids.map((pid) => [pid, pid]),
    )
    const before = sheets.length
    for (const row of rows) panel.close(row)
    assert.deepEqual(read(), [])
    for (const pid of pids) panel.open(pid + 10_000)
    assert.equal(sheets.length, before)
    assert.equal(read().length, pids.length)
  })

  it('S41: of very many words names those that come late by one of their own', () => {
    const { panel, words } = makePanel()
    const row = panel.open(1)
    for (let i = 0; i < 70_000; i++) row.handling(`retry-${i}`, 0)
    assert.equal(words.get(panel.wordOf('retry-60000')), 'retry-60000')
    assert.equal(words.get(panel.wordOf('retry-69999')), '…')
    assert.ok(words.size < 66_000)
  })
})
