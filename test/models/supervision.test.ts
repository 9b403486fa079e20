/** The Supervisor against OTP's rule, told of any crashes: S33, S34, S35. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import * as fc from 'fast-check'
import type { ObjectRecord } from '../../src/system/roster.ts'
import { Supervisor } from '../../src/system/supervisor.ts'
import type { Strategy } from '../../src/wire/kernel-protocol.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'
import { refuseUnhandled, runs } from './support/runs.ts'

/** Objects a to d are the group, in this order; e and f are children of b. */
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'] as const
type Name = (typeof NAMES)[number]
const PARENT: Partial<Record<Name, Name>> = { e: 'b', f: 'b' }
const CHILD_BUDGET = { restarts: 3, within: 5_000 }

interface Program {
  readonly strategy: Strategy
  readonly budget: { readonly restarts: number; readonly within: number }
  readonly groupBudget: { readonly restarts: number; readonly within: number }
  readonly temporary: readonly Name[]
}

/** `fails`: how often the start of the first of them does not succeed. */
interface Crash {
  readonly names: readonly Name[]
  readonly fails: number
}

type Step =
  /** Each before anything is mended of those before it: no macrotask is between them, nor a microtask. */
  | { readonly do: 'crash'; readonly crashes: readonly Crash[] }
  | { readonly do: 'end'; readonly name: Name }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'stop' }

const budget = fc.record({ restarts: fc.nat(3), within: fc.constantFrom(100, 1_000) })
const program: fc.Arbitrary<Program> = fc.record({
  strategy: fc.constantFrom('oneForOne', 'oneForAll', 'restForOne' as const),
  budget,
  groupBudget: budget,
  temporary: fc.oneof(fc.constant([]), fc.subarray([...NAMES], { maxLength: 2 })),
})
const crash: fc.Arbitrary<Crash> = fc.record({
  names: fc.oneof(
    fc.constantFrom(...NAMES).map((name) => [name]),
    // Those of one thread; a thread of the parent is none of its children's.
    fc.subarray<Name>(['a', 'b', 'c', 'd'], { minLength: 1, maxLength: 2 }),
  ),
  fails: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(5)),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('crash' as const), crashes: fc.tuple(crash) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('crash' as const),
      crashes: fc.array(crash, { minLength: 2, maxLength: 3 }),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(10, 60, 300, 2_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('end' as const), name: fc.constantFrom(...NAMES) }) },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
)

/** The objects, as those see them who halt, start and end them. */
class Objects {
  readonly trace: string[] = []
  readonly isUp = new Map<Name, boolean>(NAMES.map((name) => [name, true]))
  readonly dead = new Set<Name>()
  readonly fails = new Map<Name, number>()
  isStopping = false

  childrenOf(parent: Name): Name[] {
    return NAMES.filter((name) => PARENT[name] === parent && !this.dead.has(name))
  }
  /** By itself, or because it was told to; again is harmless. Its children end. */
  goesDown(name: Name, note: string): void {
    if (this.isUp.get(name) !== true) return
    this.isUp.set(name, false)
    this.trace.push(`${note} ${name}`)
    for (const child of this.childrenOf(name).toReversed()) this.end(child)
  }
  /** Whether its start succeeds. */
  start(name: Name): boolean {
    const left = this.fails.get(name) ?? 0
    this.fails.set(name, left - 1)
    this.trace.push(left > 0 ? `start of ${name} fails` : `start ${name}`)
    if (left <= 0) this.isUp.set(name, true)
    return left <= 0
  }
  end(name: Name): void {
    if (this.dead.has(name)) return
    this.dead.add(name)
    this.isUp.set(name, false)
    this.trace.push(`end ${name}`)
    for (const child of this.childrenOf(name).toReversed()) this.end(child)
  }
}

// ── The model ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** One thing after the other; what a unit's budget does not allow is done by the one above it. */
class Model extends Objects {
  readonly #program: Program
  now = 0
  /** When the restarts of the group, of the children of b, and of the group as a whole were. */
  #times: { group: number[]; children: number[]; system: number[] } = { group: [], children: [], system: [] }

  constructor(all: Program) {
    super()
    this.#program = all
  }

  crash(names: readonly Name[]): void {
    for (const name of names) this.goesDown(name, 'crash')
    this.#crashed(names)
  }

  override end(name: Name): void {
    super.end(name)
    if (name === 'b') this.#times.children = []
  }

  #crashed(names: readonly Name[]): void {
    const { temporary } = this.#program
    for (const name of names) if (temporary.includes(name)) this.end(name)
    const back = names.filter((name) => !temporary.includes(name))
    if (back.length > 0) this.#mend(back)
  }

  #allows(unit: 'group' | 'children' | 'system'): boolean {
    const { restarts, within } =
      unit === 'children' ? CHILD_BUDGET : unit === 'group' ? this.#program.budget : this.#program.groupBudget
    const recent = this.#times[unit].filter((time) => this.now - time < within)
    if (recent.length < restarts) this.#times[unit].push(this.now)
    return recent.length < restarts
  }

  #mend(crashed: readonly Name[]): void {
    const isChild = PARENT[crashed[0]!] !== undefined
    const unit = isChild ? 'children' : 'group'
    const strategy = isChild ? 'oneForOne' : this.#program.strategy
    if (!this.#allows(unit)) return this.#spent(isChild)
    if (strategy !== 'oneForOne') {
      const members = this.#members
      const from = members.slice(strategy === 'oneForAll' ? 0 : members.indexOf(crashed[0]!))
      const failed = this.#together(from)
      if (failed !== undefined) this.#mend([failed])
      return
    }
    // One that cannot start keeps the others waiting no longer than its first try.
    const queue = [...crashed]
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (this.start(name)) continue
      if (!this.#allows(unit)) return this.#spent(isChild)
      queue.push(name)
    }
  }

  get #members(): Name[] {
    return NAMES.filter((name) => PARENT[name] === undefined && !this.dead.has(name))
  }

  /** Last one down first, first one up first; gives the one that cannot start. */
  #together(members: readonly Name[]): Name | undefined {
    for (const name of members.toReversed())
      if (this.#program.temporary.includes(name)) this.end(name)
      else this.goesDown(name, 'halt')
    return members.find((name) => !this.dead.has(name) && !this.start(name))
  }

  #spent(isChild: boolean): void {
    if (isChild) {
      this.#times.children = []
      this.goesDown('b', 'halt')
      return this.#crashed(['b'])
    }
    if (!this.#allows('system')) {
      this.trace.push('the system stops')
      this.isStopping = true
      return
    }
    this.#times.group = []
    while (this.#together(this.#members) !== undefined) if (!this.#allows('group')) return this.#spent(false)
  }
}

// ── The real one ────────────────────────────────────────────────────────────────────────────────────────────────────────────

class Real extends Objects {
  readonly clock = new VirtualClock()
  readonly #supervisor: Supervisor
  readonly #records = new Map<Name, ObjectRecord>()

  constructor({ strategy, budget: its, groupBudget, temporary }: Program) {
    super()
    for (const [pid, name] of NAMES.entries())
      this.#records.set(name, { plan: { name, pid }, life: 'living' } as unknown as ObjectRecord)
    const nameOf = (record: ObjectRecord): Name => record.plan.name as Name
    this.#supervisor = new Supervisor({
      clock: this.clock,
      chance: () => 0.5,
      groups: [{ id: 'g', label: 'the group', strategy, budget: its }],
      groupBudget,
      groupOf: () => 'g',
      restartOf: (record) => ({
        type: temporary.includes(nameOf(record)) ? 'temporary' : 'permanent',
        backoff: undefined,
      }),
      parentOf: (record) => this.#records.get(PARENT[nameOf(record)] ?? ('none' as Name)),
      membersOf: () =>
        [...this.#records.values()].filter(
          ({ life, plan }) => life !== 'dead' && PARENT[plan.name as Name] === undefined,
        ),
      halt: async (record) => this.goesDown(nameOf(record), 'halt'),
      restart: async (record) => {
        if (!this.start(nameOf(record))) throw new Error('it cannot start')
      },
      end: (record) => this.end(nameOf(record)),
      hasThread: () => true,
      isStopping: () => this.isStopping,
      escalate: () => {
        if (!this.isStopping) this.trace.push('the system stops')
        this.isStopping = true
      },
    })
  }

  crash(names: readonly Name[]): void {
    for (const name of names) this.goesDown(name, 'crash')
    this.#supervisor.crashed(
      names.map((name) => this.#records.get(name)!),
      'it has crashed',
    )
  }

  override end(name: Name): void {
    super.end(name)
    const record = this.#records.get(name)!
    if (record.life === 'dead') return
    record.life = 'dead'
    this.#supervisor.ended(record)
  }
}

/** A start that fails in oneForOne is tried again while those after it are started: each one's own lines are in order. */
function comparable(trace: readonly string[], { strategy }: Program): unknown {
  if (strategy !== 'oneForOne') return trace
  return Object.fromEntries(NAMES.map((name) => [name, trace.filter((line) => line.split(' ').includes(name))]))
}

describe('a supervisor', () => {
  refuseUnhandled()

  it('S33, S34, S35: does for any crashes what the rule says, within its budgets, and leaves nothing unmended', async () => {
    await fc.assert(
      fc.asyncProperty(program, fc.array(step, { minLength: 1, maxLength: 25, size: 'max' }), async (all, steps) => {
        const real = new Real(all)
        const model = new Model(all)
        for (const one of steps) {
          // Nothing crashes any more that is down.
          if (model.isStopping) break
          if (one.do === 'stop') real.isStopping = model.isStopping = true
          else if (one.do === 'advance') {
            real.clock.skip(one.ms)
            model.now += one.ms
          } else if (one.do === 'end') for (const objects of [real, model]) objects.end(one.name)
          else
            for (const [at, { names: those, fails }] of one.crashes.entries()) {
              const names = those.filter((name) => [real, model].every(({ isUp }) => isUp.get(name) === true))
              if (names.length === 0 || model.isStopping) continue
              for (const objects of [real, model]) {
                // Which start is tried before its parent goes down, or the group restarts, is nobody's promise; nor is it charged then.
                const isOpen = one.crashes.length > 1 && (at > 0 || PARENT[names[0]!] !== undefined)
                objects.fails.set(names[0]!, isOpen ? 0 : fails)
                objects.crash(names)
              }
            }
          for (let n = 0; n < 3; n++) await macrotask()
          if (one.do === 'crash' && one.crashes.length > 1) {
            // The model mends one after the other, the supervisor what it can at once: what is left when all are mended is the same.
            for (const objects of [real, model]) objects.trace.length = 0
            if (!model.isStopping) assert.deepEqual([...real.dead].toSorted(), [...model.dead].toSorted())
          } else assert.deepEqual(comparable(real.trace, all), comparable(model.trace, all))
          assert.equal(real.isStopping, model.isStopping)
          if (!real.isStopping)
            for (const name of NAMES)
              assert.equal(real.isUp.get(name), !real.dead.has(name), `${name} is neither up nor ended`)
        }
      }),
      runs(300),
    )
  })
})
