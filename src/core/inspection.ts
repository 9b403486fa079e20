/** What inspection shows of an object (S41): plain data, fit to travel. No payload is in it. */

import type { Behaviour } from './behaviour.ts'
import type { Cell } from './cell.ts'
import type { Mailbox } from './mailbox.ts'

export interface Inspection {
  readonly name: string
  readonly pid: number
  readonly index: number
  readonly level: number
  readonly class: string
  /** 0 at first, one more after each restart. */
  readonly incarnation: number
  /** `halted`: it has crashed, or its group restarts; what is sent to it waits. */
  readonly mode: 'made' | 'starting' | 'running' | 'draining' | 'ending' | 'halted' | 'dead'
  /** The current State's class; undefined while the object itself handles messages. */
  readonly state: string | undefined
  /** The States that the class lists. */
  readonly states: readonly string[]
  /** What can be called from outside, those of its States included. */
  readonly methods: readonly string[]
  /** Messages that are not begun, the postponed ones included. */
  readonly queue: number
  readonly postponed: number
  /** The handler in hand and its age in ms. */
  readonly handling: { readonly method: string; readonly ageMs: number } | undefined
  /** What its handlers wait for: calls, as `counter.add` (S18). */
  readonly waitsFor: readonly string[]
  /** How many observe it, streams of its notifications included. */
  readonly observers: number
  readonly handled: number
  readonly failed: number
}

/** What is shown of a cell, whatever it is doing. */
export function inspectionOf(
  cell: Cell,
  within: {
    readonly mode: Inspection['mode']
    readonly mailbox: Mailbox
    /** undefined until the object is constructed. */
    readonly behaviour: Behaviour | undefined
  },
): Inspection {
  const { mode, mailbox, behaviour } = within
  const { name, pid, index, level, incarnation } = cell.identity
  const turn = cell.turns.first
  return {
    name,
    pid,
    index,
    level,
    incarnation,
    class: cell.traits?.className ?? '?',
    mode,
    state: cell.stateName,
    states: behaviour?.states?.map((state) => state.name) ?? [],
    methods: [...(behaviour?.methods ?? [])],
    queue: mailbox.length,
    postponed: mailbox.postponed,
    handling:
      turn === undefined ? undefined : { method: turn.message.method, ageMs: cell.host.clock.now() - turn.since },
    waitsFor: [...cell.turns].flatMap((each) => each.waits.map(({ what }) => what).toReversed()),
    observers: cell.host.observersOf(cell),
    handled: cell.handled,
    failed: cell.failed,
  }
}
