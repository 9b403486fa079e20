/** The check of what has happened finds what is wrong: each rule is broken here once. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Identity } from '../../src/core/identity.ts'
import { NO_CONTEXT, type Message } from '../../src/core/message.ts'
import type { TraceEvent } from '../../src/core/trace.ts'
import { checkInvariants } from '../../src/testing/invariants.ts'

const door: Identity = {
  name: 'door',
  pid: 1,
  index: 0,
  level: 0,
  incarnation: 0,
  failure: { action: 'resume', calls: false },
}

const message = (method: string, arg: number): Message => ({
  kind: 'tell',
  method,
  args: [arg],
  from: 9,
  context: NO_CONTEXT,
  reply: undefined,
  receipt: undefined,
  own: undefined,
  loan: undefined,
})
const sent = (method: string, arg: number): TraceEvent => ({
  kind: 'send',
  from: 9,
  to: 'door',
  method,
  args: [arg],
  manner: 'tell',
  call: undefined,
})
const begin = (one: Message, object = door): TraceEvent => ({ kind: 'begin', object, message: one, beside: false })
const end = (one: Message): TraceEvent => ({ kind: 'end', object: door, message: one })
const enqueue = (one: Message): TraceEvent => ({ kind: 'enqueue', object: door, message: one })
const a = message('a', 1)
const b = message('b', 2)
const SENT = [sent('a', 1), sent('b', 2)]
const ARRIVED = [...SENT, enqueue(a), enqueue(b)]

function check(events: readonly TraceEvent[]): void {
  checkInvariants(
    events.map((event, step) => ({ ...event, step, time: 0 })),
    7,
  )
}

function breaks(clause: RegExp, events: readonly TraceEvent[]): void {
  assert.throws(() => check(events), clause)
}

test('what is right passes', () => {
  check([...ARRIVED, begin(a), end(a), begin(b), end(b)])
  check([
    ...ARRIVED,
    begin(a),
    { kind: 'postpone', object: door, message: a },
    end(a),
    begin(b),
    end(b),
    begin(a),
    end(a),
  ])
  check([...SENT, enqueue(b), begin(b), end(b)])
  const call = {}
  check([{ ...sent('a', 1), manner: 'call', call } as TraceEvent, { kind: 'settled', pid: 9, call, ok: true }])
})

test('S2: an arrival out of order, or of what nobody sent, is found', () => {
  breaks(/S2: door got a .* \(step 3, 0 ms\)/, [...SENT, enqueue(b), enqueue(a)])
  breaks(/S2: door got a/, [sent('a', 2), enqueue(a)])
  breaks(/seed 7/, [enqueue(a)])
})

test('S2: a begin out of order is found', () =>
  breaks(/S2: door\.a was begun after/, [...ARRIVED, begin(b), end(b), begin(a)]))

test('S1: a second begin is found', () =>
  breaks(/S1: door\.a was begun a second time/, [...ARRIVED, begin(a), end(a), begin(a)]))

test('S4: two at a time are found', () =>
  breaks(/S4: door\.b began while a was open/, [...ARRIVED, begin(a), begin(b)]))

test('S10: a call that is never settled is found, unless its caller has ended', () => {
  const open = { ...sent('a', 1), manner: 'call', call: {} } as TraceEvent
  breaks(/S10: door\.a, called by 9 .* was never settled/, [open])
  check([open, { kind: 'ended', object: { ...door, name: 'caller', pid: 9 }, reason: 'it ended', isCrash: false }])
})

test('S39: a begin after the end of its incarnation is found', () => {
  const halted: TraceEvent = { kind: 'halted', object: door, reason: 'it crashed', isCrash: true }
  breaks(/S39: door\.a was begun by incarnation 0, which was over/, [...ARRIVED, halted, begin(a)])
  check([...ARRIVED, halted, begin(a, { ...door, incarnation: 1 })])
})
