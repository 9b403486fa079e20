/** S23 to S26 beside OTP's gen_statem: the same scenarios, whose traces `statem.erl` has recorded. */

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { tell } from '../../src/core/remote.ts'
import { State } from '../../src/core/state.ts'
import { Task } from '../../src/core/task.ts'
import { TestHost } from '../core/support/test-host.ts'

const recorded = JSON.parse(readFileSync(new URL('statem.json', import.meta.url), 'utf8')) as Record<string, string[]>

/** What a State does on an event, in place of OTP's actions. */
type Action =
  | 'postpone'
  | { readonly next: 'a' | 'b' | 'c' }
  /** OTP inserts an event; the nearest here is to tell oneself. */
  | { readonly insert: readonly string[] }
  | { readonly stateTimeout: number }
  | { readonly timer: string; readonly ms: number | 'cancel' }

interface Scenario {
  /** `'a x'`: in State a on event x; `'enter b'`; `'a timer n'`. */
  readonly rules: Readonly<Record<string, Action | readonly Action[]>>
  /** Events that all wait before the first is handled, or ms to wait. */
  readonly steps: readonly (readonly string[] | number)[]
  /** Our trace, where it is another on purpose; docs/semantics.md says why. */
  readonly differs?: readonly string[]
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'postponed come back oldest first, before what waits': {
    rules: { 'a x': 'postpone', 'a y': 'postpone', 'a go': { next: 'b' } },
    steps: [['x', 'y', 'go', 'z']],
  },
  'postponed again in the new state: their order stays': {
    rules: {
      'a x': 'postpone',
      'a y': 'postpone',
      'b x': 'postpone',
      'a go': { next: 'b' },
      'b z': { next: 'c' },
    },
    steps: [['x', 'y', 'go', 'z', 'w']],
  },
  'a change to the same state brings nothing back': {
    rules: { 'a x': 'postpone', 'a go': { next: 'a' } },
    steps: [['x', 'go', 'z']],
    differs: ['enter a from a', 'x in a', 'go in a', 'enter a from a', 'x in a', 'z in a'],
  },
  'repeat_state enters again, and brings nothing back': {
    rules: { 'a x': 'postpone', 'a go': { next: 'a' } },
    steps: [['x', 'go', 'z']],
    differs: ['enter a from a', 'x in a', 'go in a', 'enter a from a', 'x in a', 'z in a'],
  },
  'postpone and change of state in one: it comes back at once': {
    rules: { 'a x': [{ next: 'b' }, 'postpone'] },
    steps: [['x', 'y']],
  },
  'inserted events come before all that waits, in their order': {
    rules: { 'a x': { insert: ['i', 'j'] } },
    steps: [['x', 'y']],
    differs: ['enter a from a', 'x in a', 'y in a', 'inserted i in a', 'inserted j in a'],
  },
  'inserted events come before what was postponed': {
    rules: { 'a x': 'postpone', 'a go': [{ next: 'b' }, { insert: ['i'] }] },
    steps: [['x', 'go', 'y']],
    differs: ['enter a from a', 'x in a', 'go in a', 'enter b from a', 'x in b', 'y in b', 'inserted i in b'],
  },
  'enter at the start, and at each change before anything else': {
    rules: { 'a go': { next: 'b' }, 'b go': { next: 'c' } },
    steps: [['go', 'go']],
  },
  'state timeout fires once': { rules: { 'a x': { stateTimeout: 50 } }, steps: [['x'], 200] },
  'state timeout is cancelled by a change of state': {
    rules: { 'a x': { stateTimeout: 50 }, 'a go': { next: 'b' } },
    steps: [['x', 'go'], 200],
  },
  'state timeout survives other events': { rules: { 'a x': { stateTimeout: 50 } }, steps: [['x', 'y'], 200] },
  'state timeout survives a change to the same state': {
    rules: { 'a x': { stateTimeout: 50 }, 'a go': { next: 'a' } },
    steps: [['x', 'go'], 200],
    differs: ['enter a from a', 'x in a', 'go in a', 'enter a from a'],
  },
  'state timeout set again is replaced': {
    rules: { 'a x': { stateTimeout: 50 }, 'a y': { stateTimeout: 150 } },
    steps: [['x', 'y'], 100, ['z'], 200],
  },
  'state timeout set on entering': {
    rules: { 'a go': { next: 'b' }, 'enter b': { stateTimeout: 50 } },
    steps: [['go', 'y'], 200],
  },
  'state timeout 0 comes after inserted events, before what waits': {
    rules: { 'a x': [{ stateTimeout: 0 }, { insert: ['i'] }] },
    steps: [['x', 'y'], 1],
    differs: ['enter a from a', 'x in a', 'y in a', 'inserted i in a', 'state timeout in a'],
  },
  'named timer survives a change of state': {
    rules: { 'a x': { timer: 'n', ms: 50 }, 'a go': { next: 'b' } },
    steps: [['x', 'go'], 200],
  },
  'named timer set again is replaced': {
    rules: { 'a x': { timer: 'n', ms: 50 }, 'a y': { timer: 'n', ms: 150 } },
    steps: [['x', 'y'], 100, ['z'], 200],
  },
  'named timer is cancelled': {
    rules: { 'a x': { timer: 'n', ms: 50 }, 'a y': { timer: 'n', ms: 'cancel' } },
    steps: [['x', 'y'], 200],
  },
  'named timers of two names both fire': {
    rules: {
      'a x': [
        { timer: 'n', ms: 50 },
        { timer: 'm', ms: 100 },
      ],
    },
    steps: [['x'], 300],
  },
  'named timer 0 comes before what waits': {
    rules: { 'a x': { timer: 'n', ms: 0 } },
    steps: [['x', 'y'], 1],
    differs: ['enter a from a', 'x in a', 'y in a', 'timer n in a'],
  },
  'a timer that has fired is postponed as any event': {
    rules: { 'a x': { timer: 'n', ms: 0 }, 'a timer n': 'postpone', 'a go': { next: 'b' } },
    steps: [['x', 'go', 'y'], 1],
    differs: ['enter a from a', 'x in a', 'go in a', 'enter b from a', 'y in b', 'timer n in b'],
  },
}

/** What gen_statem has and the States here have not. */
const NOT_HERE = [
  // A timeout that any event cancels: `timer(name, …)`, set again by whoever handles an event, says the same in so many words.
  'event timeout is cancelled by any event',
  'event timeout fires where nothing comes',
]

let rules: Scenario['rules'] = {}
let trace: string[] = []
const timers = new Map<string, { cancel(): void }>()

class Machine extends Task {
  #step: Step | undefined

  override onStart(): void {
    this.become(A)
  }
  entered(step: Step): void {
    this.#step = step
  }
  /** A timer of the object's own: one of a State is gone with it. */
  set(name: string, ms: number): void {
    timers.set(
      name,
      this.timer(name, ms, () => this.#step!.happens(`timer ${name}`)),
    )
  }
}

abstract class Step extends State<Machine> {
  abstract readonly label: string

  override onEnter(from: object | undefined): void {
    this.task.entered(this)
    // gen_statem enters its first state from itself.
    trace.push(`enter ${this.label} from ${from === undefined ? this.label : (from as Step).label}`)
    this.#act(rules[`enter ${this.label}`])
  }
  override onUnhandled(method: string): void {
    this.happens(method)
  }
  override onTimeout(): void {
    this.happens('state timeout')
  }
  happens(event: string): void {
    trace.push(`${/^[ij]$/.test(event) ? 'inserted ' : ''}${event} in ${this.label}`)
    this.#act(rules[`${this.label} ${event}`])
  }

  #act(actions: Action | readonly Action[] | undefined): void {
    for (const action of [actions ?? []].flat())
      if (action === 'postpone') this.postpone()
      else if ('next' in action) this.become({ a: A, b: B, c: C }[action.next])
      else if ('insert' in action) for (const event of action.insert) sendTo(this.task.self(), event)
      else if ('stateTimeout' in action) this.setTimeout(action.stateTimeout)
      else if (action.ms === 'cancel') timers.get(action.timer)!.cancel()
      else this.task.set(action.timer, action.ms)
  }
}
class A extends Step {
  readonly label = 'a'
}
class B extends Step {
  readonly label = 'b'
}
class C extends Step {
  readonly label = 'c'
}

function sendTo(remote: object, event: string): void {
  ;(tell(remote) as unknown as Record<string, () => unknown>)[event]!()
}

describe('beside gen_statem', () => {
  for (const [name, { rules: ofScenario, steps, differs }] of Object.entries(SCENARIOS))
    it(`S24, S25, S26: ${name}${differs === undefined ? '' : ' (not so here)'}`, async () => {
      const host = new TestHost()
      rules = ofScenario
      trace = []
      const { remote } = await host.start('machine', Machine)
      for (const step of steps) {
        if (typeof step === 'number') await host.advance(step)
        else for (const event of step) sendTo(remote, event)
        await host.settle()
      }
      if (differs !== undefined) assert.notDeepEqual(differs, recorded[name])
      assert.deepEqual(trace, differs ?? recorded[name])
    })

  it('knows all scenarios that were recorded', () => {
    assert.deepEqual([...Object.keys(SCENARIOS), ...NOT_HERE].toSorted(), Object.keys(recorded).toSorted())
  })
})
