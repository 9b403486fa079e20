/** What has happened, as a test sees it: plain lines without references into the system, which can be printed and compared. */

import { OUTSIDE } from '../core/address.ts'
import { shownMs } from '../core/duration.ts'
import { wasSent } from '../core/message.ts'
import type { Recorded } from './recorder.ts'

/** One thing that has happened. */
export interface TraceEntry {
  /** After how many steps of the scheduler. */
  readonly step: number
  /** In virtual ms. */
  readonly time: number
  readonly kind:
    | 'send'
    | 'settled'
    | 'enqueue'
    | 'begin'
    | 'postpone'
    | 'end'
    | 'dropped'
    | 'wait'
    | 'pause'
    | 'enter'
    | 'leave'
    | 'halted'
    | 'lost'
    | 'restart'
    | 'ended'
  /** The name of the object that it happened to; `the test` for code outside any. */
  readonly object: string
  /** In words: the method, and whom it was sent to or came from. */
  readonly what: string
}

/** The entries of a trace. */
export function entriesOf(events: readonly Recorded[]): TraceEntry[] {
  const names = new Map<number, string>([[OUTSIDE, 'the test']])
  for (const event of events) if ('object' in event) names.set(event.object.pid, event.object.name)
  const nameOf = (pid: number): string => names.get(pid) ?? `object ${pid}`
  const calls = new Map<object, string>()
  return events.map((event) => {
    const { step, time, kind } = event
    if (event.kind === 'send' && event.call !== undefined) calls.set(event.call, `${event.to}.${event.method}`)
    return { step, time, kind, ...described(event, { nameOf, calls }) }
  })
}

interface Known {
  readonly nameOf: (pid: number) => string
  readonly calls: ReadonlyMap<object, string>
}

function described(event: Recorded, { nameOf, calls }: Known): Pick<TraceEntry, 'object' | 'what'> {
  switch (event.kind) {
    case 'send':
      return { object: nameOf(event.from), what: `${event.manner} ${event.to}.${event.method}` }
    case 'settled':
      return {
        object: nameOf(event.pid),
        what: `${calls.get(event.call) ?? 'a Future'}: ${event.ok ? 'a value' : 'an error'}`,
      }
    case 'wait':
      return { object: nameOf(event.pid), what: event.what }
    case 'pause':
      return { object: nameOf(event.pid), what: `until ${shownMs(event.until)}` }
    case 'enqueue':
    case 'begin':
    case 'end':
    case 'postpone': {
      const { method, from } = event.message
      return { object: event.object.name, what: wasSent(event.message) ? `${method} of ${nameOf(from)}` : method }
    }
    case 'dropped':
      return { object: event.object.name, what: `${event.message.method}: ${event.reason}` }
    case 'enter':
    case 'leave':
      return { object: event.object.name, what: event.state }
    case 'halted':
    case 'ended':
      return { object: event.object.name, what: event.reason }
    case 'lost':
      return { object: event.object.name, what: 'its thread has ended' }
    case 'restart':
      return { object: event.object.name, what: `incarnation ${event.object.incarnation}` }
    default:
      throw new TypeError(`unknown event: ${JSON.stringify(event satisfies never)}`)
  }
}
