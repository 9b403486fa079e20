/** The order in which objects start and stop, against what the law says of any two of them: S27, S28, S29, S30. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as macrotask } from 'node:timers/promises'
import * as fc from 'fast-check'
import { DEFAULT_MAILBOX } from '../../src/core/mailbox.ts'
import { BadDefinition, StartError } from '../../src/core/errors.ts'
import { subsystem, Task, task } from '../../src/index.ts'
import { Conductor } from '../../src/system/conductor.ts'
import type { Subsystem } from '../../src/system/definitions.ts'
import { planProgram, type Plans } from '../../src/system/program.ts'
import { errorFromBytes, errorToBytes } from '../../src/threads/error-bytes.ts'
import { Kernel } from '../../src/threads/kernel.ts'
import { SystemMemory, ThreadMemory } from '../../src/threads/shared-state.ts'
import type { ThreadEvents, ThreadHandle } from '../../src/threads/thread-maker.ts'
import type { ToThread } from '../../src/wire/kernel-protocol.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'
import { refuseUnhandled, runs } from './support/runs.ts'

class Any extends Task {}

/** One object: which subsystem it belongs to, after which others it starts, and where it lives. */
interface Wish {
  readonly of: number
  readonly after: readonly number[]
  readonly thread: 'own' | 'main' | 'shared'
  readonly count: number | undefined
}

/** Most of what is wished for has no circle: mostly an object starts after earlier ones. */
const wishes = fc
  .array(
    fc.record({
      of: fc.nat(3),
      after: fc.array(fc.nat(7), { maxLength: 3 }),
      thread: fc.constantFrom('own', 'main', 'shared' as const),
      count: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .chain((all) =>
    fc.record({
      all: fc.constant(all),
      mayBeCircle: fc.boolean(),
      order: fc.shuffledSubarray(
        all.map((_, at) => at),
        { minLength: all.length },
      ),
    }),
  )
  .map(({ all, mayBeCircle, order }) => ({ order, all: mayBeCircle ? all : all.map((one, at) => tamed(one, at, all)) }))

function tamed(wish: Wish, at: number, all: readonly Wish[]): Wish {
  return { ...wish, after: wish.after.filter((other) => other < at && all[other]!.of <= wish.of) }
}

let programs = 0

/** The subsystems, and the definitions in each in the order that is given. */
function subsystemsOf({
  all,
  order,
}: {
  readonly all: readonly Wish[]
  readonly order: readonly number[]
}): Subsystem[] {
  const url = `file:///program-${programs++}`
  return [0, 1, 2, 3].map((number) =>
    subsystem(
      `${url}/${number}.ts`,
      Object.fromEntries(
        order
          .filter((at) => all[at]!.of === number)
          .map((at) => {
            const { after, thread, count } = all[at]!
            const names = after.filter((other) => other < all.length).map((other) => `k${other}`)
            const options = { after: names, thread, ...(count === undefined ? {} : { count }) }
            return [`k${at}`, task(Any, options)]
          }),
      ),
    ),
  )
}

/** By the definition, tried until nothing changes: a level is above all of the subsystems before, and above all in `after`. */
function levelsOf(all: readonly Wish[]): number[] | 'a circle' {
  const below = all.map(({ of, after }) =>
    all.flatMap((other, at) => (other.of < of || after.includes(at) ? [at] : [])),
  )
  const levels = all.map(() => 0)
  for (let round = 0; round <= all.length; round++) {
    const before = [...levels]
    for (const at of all.keys()) levels[at] = Math.max(0, ...below[at]!.map((other) => levels[other]! + 1))
    if (levels.every((level, at) => level === before[at])) return levels
  }
  return 'a circle'
}

function plan(program: Parameters<typeof subsystemsOf>[0]): Plans {
  return planProgram(subsystemsOf(program), { memory: SystemMemory.create(), mailbox: DEFAULT_MAILBOX })
}

describe('the levels of any program', () => {
  refuseUnhandled()

  it('S28: are above the subsystems before and above `after`, and a circle is an error that lists it', () => {
    fc.assert(
      fc.property(wishes, (program) => {
        const expected = levelsOf(program.all)
        if (expected === 'a circle')
          return assert.throws(
            () => plan(program),
            (error: unknown) =>
              error instanceof StartError && error.cause instanceof BadDefinition && /circle/.test(error.message),
          )
        const { definitions, objects } = plan(program)
        for (const { key, level } of definitions) assert.equal(level, expected[Number(key.slice(1))], key)
        assert.deepEqual(
          objects.map(({ level }) => level),
          objects.map(({ level }) => level).toSorted((a, b) => a - b),
        )
        assert.equal(
          objects.length,
          program.all.reduce((sum, { count = 1 }) => sum + count, 0),
        )
      }),
      runs(400),
    )
  })
})

/** What the kernel has a thread do with one object, and when it began and ended. */
interface Done {
  readonly step: 'construct' | 'onInit' | 'onConfigure' | 'onStart' | 'open' | 'end'
  readonly pid: number
  readonly place: number
  readonly began: number
  ended: number
}

interface Fault {
  readonly step: Done['step']
  readonly pid: number
}

/** A kernel whose threads do what they are told, each step in some time of its own. */
class Stage {
  readonly clock = new VirtualClock()
  readonly done: Done[] = []
  /** What the main thread was told. */
  readonly told: ToThread[] = []
  isStopped = false
  readonly #conductor: Conductor
  readonly #times: () => number
  readonly #fault: Fault | undefined
  #main!: ThreadEvents
  /** Grows with each begin and end, so that any two of them have an order. */
  #moment = 0

  constructor(times: () => number, fault: Fault | undefined) {
    this.#times = times
    this.#fault = fault
    const kernel: Kernel = new Kernel({
      clock: this.clock,
      system: SystemMemory.create(),
      maker: {
        make: ({ boot }) => {
          const handle = this.#thread(boot.place)
          this.#after(() => handle.events.message({ kind: 'up' }))
          return handle
        },
        link: () => assert.fail('no two threads meet here'),
      },
      listener: {
        said: (place, message) => this.#conductor.said(place, message),
        died: (_, { reason }) => assert.fail(reason),
        mourned: () => {},
        objectOf: (pid) => this.#conductor.objectOf(pid),
        nameOf: (pid) => this.#conductor.nameOf(pid),
      },
      inspector: { stackOf: () => assert.fail('nothing is stuck here'), isDebugged: () => Promise.resolve(false) },
    })
    this.#conductor = new Conductor({
      kernel,
      onStopped: () => (this.isStopped = true),
      chance: () => 0,
      machine: { threads: 1_000, groupThreads: 2 },
    })
    const main = this.#thread(0)
    kernel.adopt(0, 'main', { handle: main, memory: ThreadMemory.create() })
    this.#main = main.events
  }

  /** Begins a program; the error that it was refused with. */
  async begin(plans: Plans): Promise<unknown> {
    const { definitions, objects, groups } = plans
    const program = {
      definitions,
      objects,
      groups,
      groupBudget: { restarts: 0, within: 1 },
      startTimeoutMs: 100_000,
      stopTimeoutMs: 100_000,
      watchdog: { busy: 100_000, stuck: 100_000 },
      forThreads: undefined,
      linkKind: 'memory' as never,
    }
    this.#main.message({ kind: 'begin', request: 1, program })
    return await this.#answered(1)
  }

  async stop(): Promise<unknown> {
    this.#main.message({ kind: 'shutDown', request: 2, reason: 'enough' })
    return await this.#answered(2)
  }

  async #answered(request: number): Promise<unknown> {
    for (let n = 0; n < 10_000; n++) {
      await macrotask()
      const answer = this.told.find((one) => 'request' in one && one.request === request)
      if (answer?.kind === 'answer') return undefined
      if (answer?.kind === 'refusal') return errorFromBytes(answer.error)
      this.clock.fireNext(Infinity)
    }
    throw new Error('it is never answered')
  }

  #after(run: () => void): void {
    this.clock.after(this.#times(), run)
  }

  #thread(place: number): ThreadHandle & { readonly events: ThreadEvents } {
    let events: ThreadEvents | undefined
    return {
      get events() {
        return events!
      },
      listen: (all) => (events = all),
      terminate: () => {},
      close: () => {},
      threadId: place,
      idleMs: () => undefined,
      post: (message) => {
        if (place === 0) this.told.push(message)
        this.#do(place, message, events!)
      },
    }
  }

  #do(place: number, message: ToThread, events: ThreadEvents): void {
    const answer = (command: number, steps: readonly Done[] = []): void =>
      this.#after(() => {
        for (const step of steps) step.ended = ++this.#moment
        const fails = steps.some(({ step, pid }) => this.#fault?.pid === pid && this.#fault.step === step)
        if (fails)
          return events.message({ kind: 'failed', command, error: errorToBytes(new Error('it does not want')) })
        for (const { step, pid } of steps)
          if (step === 'end') events.message({ kind: 'ended', pid, name: `${pid}`, reason: 'enough' })
        return events.message({ kind: 'done', command })
      })
    const begin = (step: Done['step'], pid: number): Done => {
      const done = { step, pid, place, began: ++this.#moment, ended: Infinity }
      this.done.push(done)
      return done
    }
    if (message.kind === 'make') answer(message.command, [begin('construct', message.plan.pid)])
    else if (message.kind === 'hook') answer(message.command, [begin(message.hook, message.pid)])
    else if (message.kind === 'open')
      answer(
        message.command,
        message.pids.map((pid) => begin('open', pid)),
      )
    else if (message.kind === 'end') answer(message.command, [begin('end', message.pid)])
    else if (message.kind === 'handOver') answer(message.command)
    else if (message.kind === 'exit')
      this.#after(() => events.exit({ reason: 'it was told to leave', error: undefined, isClean: true }))
  }
}

const STEPS = ['construct', 'onInit', 'onConfigure', 'onStart', 'open'] as const

/** Which of two steps must have ended before the other begins; undefined where they may go on side by side. */
function isBefore(one: Done, other: Done, plans: Plans): boolean {
  const levelOf = ({ pid }: Done): number => plans.objects.find((object) => object.pid === pid)!.level
  const [level, otherLevel] = [levelOf(one), levelOf(other)]
  // In one thread in the order of definition, and in reverse at the end: pids are given in that order.
  const order =
    plans.objects.findIndex(({ pid }) => pid === one.pid) - plans.objects.findIndex(({ pid }) => pid === other.pid)
  if (one.step === 'end' || other.step === 'end') {
    if (one.step !== other.step) return other.step === 'end'
    return level > otherLevel || (level === otherLevel && one.place === other.place && order > 0)
  }
  // All of a level are open before the next one begins to start.
  const phase = ({ step }: Done): number => (step === 'open' ? 3 : (STEPS as readonly string[]).indexOf(step))
  if (phase(one) !== phase(other)) return phase(one) < phase(other)
  if (phase(one) >= 2 && level !== otherLevel) return level < otherLevel
  if (one.step !== other.step) return one.step === 'onStart'
  return one.place === other.place && one.step !== 'open' && order < 0
}

function checkOrder(done: readonly Done[], plans: Plans): void {
  for (const one of done)
    for (const other of done)
      if (one !== other && isBefore(one, other, plans))
        assert.ok(
          one.ended < other.began,
          `${one.step} of ${one.pid} (${one.began} to ${one.ended}) before ${other.step} of ${other.pid} (from ${other.began})`,
        )
}

/** Of how many ms the steps are: the first one as long as the first number says, and so on, again and again. */
const durations = fc.array(fc.nat(20), { minLength: 1, maxLength: 10 })

function takingTurns(all: readonly number[]): () => number {
  let next = 0
  return () => all[next++ % all.length]!
}

describe('any program that starts and stops', () => {
  it('S27, S30: does each step once, each in its order, however long they take', async () => {
    await fc.assert(
      fc.asyncProperty(wishes, durations, async (program, times) => {
        fc.pre(levelsOf(program.all) !== 'a circle')
        const plans = plan(program)
        const stage = new Stage(takingTurns(times), undefined)
        assert.equal(await stage.begin(plans), undefined)
        const expected = (step: Done['step']): number[] => {
          const pids = stage.done.filter((one) => one.step === step).map(({ pid }) => pid)
          return pids.toSorted((a, b) => a - b)
        }
        const pids = plans.objects.map(({ pid }) => pid).toSorted((a, b) => a - b)
        for (const step of STEPS) assert.deepEqual(expected(step), pids, step)
        await stage.stop()
        assert.deepEqual(expected('end'), pids)
        checkOrder(stage.done, plans)
      }),
      runs(300),
    )
  })

  it('S29: that cannot start stops what had begun, in reverse, and names object and phase', async () => {
    const fault = fc.record({
      step: fc.constantFrom<(typeof STEPS)[number]>('construct', 'onInit', 'onConfigure', 'onStart'),
      at: fc.nat(20),
    })
    await fc.assert(
      fc.asyncProperty(wishes, durations, fault, async (program, times, { step, at }) => {
        fc.pre(levelsOf(program.all) !== 'a circle')
        const plans = plan(program)
        fc.pre(plans.objects.length > 0)
        const victim = plans.objects[at % plans.objects.length]!
        const stage = new Stage(takingTurns(times), { step, pid: victim.pid })
        const error = (await stage.begin(plans)) as { readonly actor: string; readonly phase: string }
        assert.deepEqual([error.actor, error.phase], [victim.name, step])
        checkOrder(stage.done, plans)
        // Nothing begins after the failure but the end of those that are there.
        const failed = stage.done.find((one) => one.step === step && one.pid === victim.pid)!
        for (const one of stage.done)
          assert.ok(one.step === 'end' || !isBefore(failed, one, plans), `${one.step} of ${one.pid} after the failure`)
        const begun = new Set(stage.done.filter((one) => one.step !== 'end').map(({ pid }) => pid))
        const ended = stage.done.filter((one) => one.step === 'end').map(({ pid }) => pid)
        for (const pid of begun) assert.equal(ended.filter((one) => one === pid).length, 1, `the end of ${pid}`)
      }),
      runs(300),
    )
  })
})
