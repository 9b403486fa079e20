/**
 * What a random object does: small scripts in its handlers, hooks and timers, which the real object and the model both follow.
 *
 *   a State named A has   work()   onEnter onLeave onTimeout onStop
 *                    B              onEnter
 *                    C    special() onEnter onLeave           onException
 *   the Task has          work()                    onTimeout onStop onException onDown, and onInit, which becomes the `first` State
 */

import * as fc from 'fast-check'
import type { FailurePolicy } from '../../../src/core/failure.ts'

export type StateName = 'A' | 'B' | 'C'

export type Op =
  | { readonly op: 'become'; readonly to: StateName }
  | { readonly op: 'postpone' | 'throw' | 'fail' | 'stop' }
  /** Only in a script that is async. */
  | { readonly op: 'wait'; readonly ms: number }
  /** Only in a State. */
  | { readonly op: 'setTimeout'; readonly ms: number }
  | { readonly op: 'every'; readonly ms: number }
  | { readonly op: 'timer'; readonly name: string; readonly ms: number; readonly does: readonly Op[] }
  | { readonly op: 'cancel'; readonly name: string }

export interface Script {
  readonly isAsync: boolean
  readonly ops: readonly Op[]
}

/** Which object declares which method or hook. */
export const DECLARED = {
  A: ['work', 'onEnter', 'onLeave', 'onTimeout', 'onStop'],
  B: ['onEnter'],
  C: ['special', 'onEnter', 'onLeave', 'onException'],
  task: ['work', 'onTimeout', 'onStop', 'onException', 'onDown'],
} as const

export const HOOKS = [
  'A.onEnter',
  'A.onLeave',
  'A.onTimeout',
  'A.onStop',
  'B.onEnter',
  'C.onEnter',
  'C.onLeave',
  'C.onException',
  'task.onTimeout',
  'task.onStop',
  'task.onException',
  'task.onDown',
] as const
export type HookName = (typeof HOOKS)[number]

/** What a message does when it is begun for the `nth` time, from 1: one that were postponed for ever, with a change of State, would be a loop. */
export function scriptAt(nth: number, script: Script): Script {
  return nth <= 2 ? script : { ...script, ops: script.ops.filter(({ op }) => op !== 'postpone') }
}

export interface Character {
  readonly first: StateName | undefined
  /** What `onInit` gives to `every`, in ms. */
  readonly period: number | undefined
  readonly failure: FailurePolicy
  readonly hooks: Readonly<Partial<Record<HookName, Script>>>
}

/** What happens to the object from outside. */
export type Step =
  | {
      readonly do: 'send'
      readonly method: 'work' | 'special' | 'nonsense'
      readonly kind: 'call' | 'tell'
      readonly script: Script
      /** The caller waits so long, in ms. */
      readonly timeout: number | undefined
    }
  | { readonly do: 'down' }
  /** The message number `at` is given up. */
  | { readonly do: 'cancel'; readonly at: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'end'; readonly drain: boolean }
  | { readonly do: 'kill'; readonly keepMail: boolean }
  | { readonly do: 'halt' }
  /** Makes and starts a successor, if one can be. */
  | { readonly do: 'mend' }

// Never 0: two States that send each other on by timers would keep time from passing.
const ms = fc.constantFrom(5, 10, 20, 50)
const stateName = fc.constantFrom<StateName>('A', 'B', 'C')
const become = fc.record({ op: fc.constant('become' as const), to: stateName })
const plain = (op: 'postpone' | 'throw' | 'fail' | 'stop'): fc.Arbitrary<Op> => fc.constant({ op })
const timerOp = fc.oneof({ weight: 2, arbitrary: become }, plain('throw'), plain('postpone'))
const timer: fc.Arbitrary<Op> = fc.record({
  op: fc.constant('timer' as const),
  name: fc.constantFrom('x', 'y'),
  ms,
  does: fc.array(timerOp, { maxLength: 1 }),
})
const harmless: fc.Arbitrary<Op> = fc.oneof(
  { weight: 3, arbitrary: become },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('wait' as const), ms }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('setTimeout' as const), ms }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('every' as const), ms: fc.constantFrom(0, 15, 40) }) },
  { weight: 2, arbitrary: timer },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('cancel' as const), name: fc.constantFrom('x', 'y') }) },
)
const op: fc.Arbitrary<Op> = fc.oneof(
  { weight: 14, arbitrary: harmless },
  { weight: 5, arbitrary: plain('postpone') },
  { weight: 3, arbitrary: plain('throw') },
  { weight: 1, arbitrary: plain('fail') },
  { weight: 1, arbitrary: plain('stop') },
)
/** What hooks do: seldom something that ends the object. */
const hookOp: fc.Arbitrary<Op> = fc.oneof(
  { weight: 20, arbitrary: harmless },
  { weight: 2, arbitrary: plain('throw') },
  { weight: 1, arbitrary: plain('postpone') },
  { weight: 1, arbitrary: plain('fail') },
)
const script = fc.record({ isAsync: fc.boolean(), ops: fc.array(op, { maxLength: 3 }) })
const hookScript = fc.record({ isAsync: fc.boolean(), ops: fc.array(hookOp, { maxLength: 2 }) })

export const anyCharacter: fc.Arbitrary<Character> = fc.record({
  first: fc.option(stateName, { nil: undefined, freq: 4 }),
  period: fc.option(fc.constantFrom(15, 40), { nil: undefined }),
  failure: fc.record({
    action: fc.constantFrom('resume', 'resume', 'restart', 'stop' as const),
    calls: fc.boolean(),
  }),
  hooks: fc.record(
    Object.fromEntries(HOOKS.map((hook) => [hook, hookScript])) as unknown as Record<HookName, fc.Arbitrary<Script>>,
    { requiredKeys: [] },
  ),
})

const send: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('send' as const),
  method: fc.constantFrom('work', 'work', 'work', 'special', 'nonsense' as const),
  kind: fc.constantFrom('call', 'tell' as const),
  script,
  timeout: fc.option(fc.constantFrom(5, 10, 30), { nil: undefined, freq: 5 }),
})
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: send },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.integer({ min: 0, max: 60 }) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'down' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), at: fc.nat(12) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'halt' as const }) },
  { weight: 3, arbitrary: fc.constant({ do: 'mend' as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), drain: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kill' as const), keepMail: fc.boolean() }) },
)
