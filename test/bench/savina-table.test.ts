import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultOf, tableOf } from '../../bench/savina/table.ts'

const row = { file: 'ping-pong', program: 'Ping-Pong', placement: 'one', size: { pingsEach: 4_000 } } as const
const run = { ...row, startMs: 20, cpuMs: 300, messages: 12_000, peakBytes: 100e6 }

test('a row shows the median of its runs, and their spread', () => {
  const runs = [
    { ...run, ms: 400 },
    { ...run, ms: 100 },
    { ...run, ms: 200 },
  ]
  const table = tableOf([resultOf({ ...row, runs, failures: [] })])
  assert.match(
    table,
    /Ping-Pong {2}4,000 pings each {2}one thread +20 ms +200 ms +100–400 +300 ms +12,000 +60,000 +100 MB {2}ok$/,
  )
})

test('a program of which no run came to its result has no figure', () => {
  const table = tableOf([resultOf({ ...row, runs: [], failures: ['expected 4000 pongs', 'no end in 60 s'] })])
  assert.match(table, /4,000 pings each {2}one thread +FAILED 2 ×$/)
})
