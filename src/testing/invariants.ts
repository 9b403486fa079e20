/**
 * What holds for every run, whatever the schedule, checked on its trace when it is over.
 *
 *   S1    no message is begun twice, unless it was postponed
 *   S2    what one object gets of one sender arrives, and is begun, in the order in which it was sent
 *   S4    no handler begins while another is open, unless the class lists its method in `static interleave`
 *   S10   every call of one that lives on is settled
 *   S39   nothing is begun by an incarnation that is over
 */

import { isDeepStrictEqual } from 'node:util'
import { shownMs } from '../core/duration.ts'
import { TsworksError } from '../core/errors.ts'
import type { Message } from '../core/message.ts'
import type { Recorded } from './recorder.ts'

type Sent = Extract<Recorded, { readonly kind: 'send' }>

/** @throws a TsworksError that lists what is broken */
export function checkInvariants(events: readonly Recorded[], seed: number): void {
  const broken = [
    ...arrival(events),
    ...begins(events),
    ...oneAtATime(events),
    ...allSettled(events),
    ...nothingAfterDeath(events),
  ]
  if (broken.length > 0)
    throw new TsworksError(
      `what happened breaks what tsworks promises (seed ${seed}); this is a fault of tsworks:\n${broken.join('\n')}`,
      { code: 'BROKEN_PROMISE' },
    )
}

type End = Extract<Recorded, { readonly kind: 'halted' | 'ended' | 'lost' }>

function isEnd(event: Recorded): event is End {
  return event.kind === 'halted' || event.kind === 'ended' || event.kind === 'lost'
}

function at({ step, time }: Recorded): string {
  return `step ${step}, ${shownMs(time)}`
}

function* arrival(events: readonly Recorded[]): Generator<string> {
  const sent = new Map<string, Sent[]>()
  for (const event of events) {
    if (event.kind === 'send') {
      const pair = `${event.from}>${event.to}`
      const known = sent.get(pair)
      if (known === undefined) sent.set(pair, [event])
      else known.push(event)
    } else if (event.kind === 'enqueue') {
      const { object, message } = event
      const { kind, method, from, args } = message
      if (kind !== 'call' && kind !== 'tell' && kind !== 'notify') continue
      const road = sent.get(`${from}>${object.name}`) ?? []
      const index = road.findIndex((one) => one.manner === kind && one.method === method && looksLike(one.args, args))
      if (index < 0)
        yield `S2: ${object.name} got ${method} of ${from} (${at(event)}) after a later one of the same sender, or unsent`
      // What stood before it was not delivered (it was cancelled, or refused), or will come out of order.
      else road.splice(0, index + 1)
    }
  }
}

function* begins(events: readonly Recorded[]): Generator<string> {
  /** By receiver and sender: what has arrived and was not begun, in order. */
  const arrived = new Map<string, Message[]>()
  const begun = new Set<Message>()
  const postponed = new Set<Message>()
  for (const event of events) {
    if (event.kind === 'postpone') postponed.add(event.message)
    if (event.kind !== 'enqueue' && event.kind !== 'begin') continue
    const { object, message } = event
    const { kind, method, from } = message
    if (kind !== 'call' && kind !== 'tell' && kind !== 'notify') continue
    const pair = `${object.pid}<${from}`
    const line = arrived.get(pair) ?? []
    arrived.set(pair, line)
    if (event.kind === 'enqueue') line.push(message)
    else if (begun.has(message)) {
      if (!postponed.delete(message)) yield `S1: ${object.name}.${method} was begun a second time (${at(event)})`
    } else {
      begun.add(message)
      const index = line.indexOf(message)
      if (index < 0) yield `S2: ${object.name}.${method} was begun after a later one of the same sender (${at(event)})`
      // What stood before it was taken out, or will be begun out of order.
      else line.splice(0, index + 1)
    }
  }
}

/** References are other objects on the other side: only what is plain is compared. */
function looksLike(sent: readonly unknown[], got: readonly unknown[]): boolean {
  return sent.every(
    (value, index) => typeof value === 'object' || typeof value === 'function' || isDeepStrictEqual(value, got[index]),
  )
}

function* oneAtATime(events: readonly Recorded[]): Generator<string> {
  const inHand = new Map<number, Message>()
  for (const event of events) {
    if (isEnd(event)) inHand.delete(event.object.pid)
    if (event.kind === 'end' && inHand.get(event.object.pid) === event.message) inHand.delete(event.object.pid)
    if (event.kind !== 'begin' || event.beside) continue
    const { object, message } = event
    const before = inHand.get(object.pid)
    if (before !== undefined)
      yield `S4: ${object.name}.${message.method} began while ${before.method} was open (${at(event)})`
    inHand.set(object.pid, message)
  }
}

function* allSettled(events: readonly Recorded[]): Generator<string> {
  const open = new Map<object, Sent>()
  const over = new Set<number>()
  for (const event of events)
    if (event.kind === 'send' && event.call !== undefined) open.set(event.call, event)
    else if (event.kind === 'settled') {
      open.delete(event.call)
    } else if (event.kind === 'ended') over.add(event.object.pid)
    // What it waited for was lost with it.
    else if (event.kind === 'lost')
      for (const [call, { from }] of open) if (from === event.object.pid) open.delete(call)
  for (const event of open.values())
    if (!over.has(event.from))
      yield `S10: ${event.to}.${event.method}, called by ${event.from} (${at(event)}), was never settled`
}

function* nothingAfterDeath(events: readonly Recorded[]): Generator<string> {
  const over = new Map<number, number>()
  for (const event of events) {
    if (isEnd(event)) over.set(event.object.pid, event.object.incarnation)
    if (event.kind !== 'begin') continue
    const { pid, incarnation, name } = event.object
    if (incarnation <= (over.get(pid) ?? -1))
      yield `S39: ${name}.${event.message.method} was begun by incarnation ${incarnation}, which was over (${at(event)})`
  }
}
