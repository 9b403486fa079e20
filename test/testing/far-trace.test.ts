/** What stands for a Message on this side of a trace across a border. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { TraceEvent } from '../../src/core/trace.ts'
import { TraceOfFar, type FarEvent } from '../../src/testing/lock-step/far-trace.ts'

type Kind = 'enqueue' | 'begin' | 'postpone' | 'end' | 'dropped'

/** What stands for one message in each of these events. */
function standIns(kinds: readonly Kind[]): readonly object[] {
  const heard: object[] = []
  const far = new TraceOfFar((event: TraceEvent) => {
    if ('message' in event) heard.push(event.message)
  })
  for (const kind of kinds)
    far.hear({
      kind,
      object: { name: 'door', pid: 3, index: 0, level: 0, incarnation: 0, failure: { action: 'restart' } },
      message: { id: 1, kind: 'call', method: 'open', from: 0, args: [] },
      beside: false,
      reason: 'stopped',
    } as unknown as FarEvent)
  return heard
}

describe('TraceOfFar', () => {
  it('has one thing for a message, also for one that was put back', () => {
    const heard = standIns(['enqueue', 'begin', 'postpone', 'end', 'begin', 'end'])
    assert.equal(heard.length, 6)
    assert.equal(new Set(heard).size, 1)
  })

  it('has one thing for a message that was begun, and dropped since its object has no such method', () => {
    const heard = standIns(['enqueue', 'begin', 'dropped', 'end', 'enqueue'])
    assert.equal(new Set(heard.slice(0, 4)).size, 1)
    assert.notEqual(heard[4], heard[0])
  })

  for (const last of ['end', 'dropped'] as const)
    it(`keeps nothing of a message after its ${last}, so that a long simulation does not grow`, () => {
      const [before, after] = standIns([last, 'enqueue'])
      assert.notEqual(after, before)
    })
})
