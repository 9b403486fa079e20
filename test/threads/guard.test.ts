/** What the kernel does about threads that are held: on virtual time, with threads that are made up. */

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Kernel, type ThreadDeath } from '../../src/threads/kernel.ts'
import { Panel } from '../../src/threads/panel.ts'
import { SystemMemory, ThreadMemory } from '../../src/threads/shared-state.ts'
import type { StackReport } from '../../src/threads/stack-reader.ts'
import type { ThreadEvents, ThreadExit } from '../../src/threads/thread-maker.ts'
import type { ToThread } from '../../src/wire/kernel-protocol.ts'
import { VirtualClock } from '../core/support/virtual-clock.ts'

const PID = 5
const SPIN = 1
const KILLED: ThreadExit = { reason: 'its thread exited with code 1', error: undefined, isClean: false }

/** A kernel with the main thread and one other, whose object has that limit. */
async function makeKernel(how: { readonly maxHandlerTime?: number; readonly debugged?: boolean } = {}) {
  const clock = new VirtualClock()
  const toMain: ToThread[] = []
  const deaths: ThreadDeath[] = []
  let debugged = how.debugged ?? false
  let hears = true
  /** Of objects that have another one. */
  const limits = new Map<number, number>()
  let memory: ThreadMemory | undefined
  let events: ThreadEvents | undefined
  let terminated = 0
  const handle = { close: () => {}, threadId: 2, idleMs: () => 0 }
  const kernel = new Kernel({
    clock,
    system: SystemMemory.create(),
    maker: {
      make: ({ boot }) => {
        memory = new ThreadMemory(boot.threadMemory)
        return {
          ...handle,
          post: (message) =>
            message.kind === 'probe' && hears && memory!.sample() === undefined && memory!.hear(message.probe),
          listen: (all) => (events = all),
          terminate: () => terminated++,
        }
      },
      link: () => assert.fail('no two threads meet here'),
    },
    listener: {
      said: () => {},
      died: (_, death) => deaths.push(death),
      mourned: () => {},
      objectOf: (pid) => ({ name: 'worker', maxHandlerTime: limits.get(pid) ?? how.maxHandlerTime }),
      nameOf: () => 'worker',
    },
    inspector: {
      stackOf: (): Promise<StackReport> => Promise.resolve({ stack: '    at Worker.spin (file:///worker.ts:7:3)' }),
      isDebugged: () => Promise.resolve(debugged),
    },
  })
  const mainMemory = ThreadMemory.create()
  kernel.adopt(0, 'main', {
    handle: {
      ...handle,
      idleMs: () => undefined,
      post: (message: ToThread) => {
        if (message.kind === 'probe') mainMemory.hear(message.probe)
        else toMain.push(message)
      },
      listen: () => {},
      terminate: () => assert.fail('the main thread cannot be ended'),
    },
    memory: mainMemory,
  })
  const place = kernel.reservePlace()
  const started = kernel.startThread(place, {
    label: 'worker',
    module: 'file:///worker.ts',
    cast: { locations: [], families: {}, objects: [], births: [] },
    blockingForbidden: undefined,
    resourceLimits: undefined,
    forThreads: undefined,
    lastSlot: 0,
  })
  events!.message({ kind: 'up' })
  events!.message({ kind: 'word', id: SPIN, text: 'spin' })
  await started
  kernel.guard.begin({ busy: 500, stuck: 5_000 }, how.maxHandlerTime === undefined ? [] : [how.maxHandlerTime])
  return {
    kernel,
    clock,
    place,
    deaths,
    limits,
    memory: memory!,
    events: events!,
    /** What main was told, in short. */
    told: (): string[] =>
      toMain.map((message) => {
        if (message.kind === 'held')
          return `${message.status} ${message.by.map(({ name, method }) => `${name}.${method}`).join()} ${message.stack ?? ''}`.trim()
        return 'reason' in message ? `${message.kind}: ${message.reason}` : message.kind
      }),
    terminated: () => terminated,
    debugged: (is: boolean) => (debugged = is),
    /** Its event loop does not turn, for code that has no mark. */
    standStill: () => (hears = false),
    begin: () => memory!.begin(PID, SPIN, clock.now()),
    /** Time passes, and what waits for promises goes on after each step. */
    pass: async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 25) {
        clock.advance(25)
        for (let i = 0; i < 20; i++) await Promise.resolve()
      }
    },
  }
}

describe('the guard of threads', () => {
  it('S37: tells main who is busy, stuck with its stack, and free again, in this order', async () => {
    const { begin, pass, told, memory, kernel, place } = await makeKernel()
    begin()
    await pass(1_000)
    assert.deepEqual(told(), ['busy worker.spin'])
    assert.equal(kernel.guard.standingOf(place).status, 'busy')
    await pass(5_000)
    memory.rest()
    await pass(250)
    const stack = '    at Worker.spin (file:///worker.ts:7:3)'
    assert.deepEqual(told(), ['busy worker.spin', `stuck worker.spin ${stack}`, 'free'])
  })

  it('S37: ends a thread that is held for longer than its object may, and says who, how long, and where', async () => {
    const { begin, pass, told, terminated, events, deaths } = await makeKernel({ maxHandlerTime: 1_000 })
    begin()
    await pass(1_000)
    assert.equal(terminated(), 0)
    await pass(250)
    assert.equal(terminated(), 1)
    events.exit(KILLED)
    const reason = /^its thread was ended: worker\.spin held it for 1\.\d s, more than maxHandlerTime \(1 s\)$/
    assert.match(deaths[0]!.reason, reason)
    const { message, stack, code } = deaths[0]!.error as Error & { readonly code: string }
    assert.equal(code, 'HELD_TOO_LONG')
    assert.equal(stack, `TsworksError: ${message}\n    at Worker.spin (file:///worker.ts:7:3)`)
    assert.deepEqual([deaths[0]!.inHand?.pid, deaths[0]!.inHand?.method], [PID, 'spin'])
    assert.ok(told().includes(`threadDied: ${deaths[0]!.reason}`))
    await pass(5_000)
    assert.equal(terminated(), 1)
  })

  it('S37: ends nothing while somebody debugs, and tells of nobody as stuck', async () => {
    const { begin, pass, told, terminated, debugged } = await makeKernel({ maxHandlerTime: 1_000, debugged: true })
    begin()
    await pass(20_000)
    assert.equal(terminated(), 0)
    assert.deepEqual([...new Set(told().map((text) => text.split(' ')[0]))], ['busy', 'free'])
    debugged(false)
    await pass(2_500)
    assert.equal(terminated(), 1)
  })

  it('S37: lets a thread load the modules of its objects for as long as it likes', async () => {
    const { pass, told, terminated, events, standStill, deaths } = await makeKernel({ maxHandlerTime: 1_000 })
    const row = new Panel((message) => events.message(message)).open(PID)
    standStill()
    await pass(4_000)
    assert.deepEqual([terminated(), told()], [0, []])
    // Made, it answers for what holds the thread, though no handler is in hand.
    row.mode('running')
    await pass(250)
    assert.equal(terminated(), 1)
    events.exit(KILLED)
    assert.match(deaths[0]!.reason, /ended: code of worker held it for/)
  })

  it('S37: names all whose code it may be, and ends the thread after the longest of their times', async () => {
    const { pass, told, terminated, events, standStill, limits } = await makeKernel({ maxHandlerTime: 1_000 })
    const panel = new Panel((message) => events.message(message))
    const rows = [PID, PID + 1, PID + 2].map((pid) => panel.open(pid))
    for (const row of rows) row.mode('running')
    rows[0]!.handling('a', 0)
    rows[1]!.handling('b', 0)
    limits.set(PID + 1, 3_000)
    standStill()
    await pass(2_500)
    assert.equal(terminated(), 0)
    assert.deepEqual(told(), ['busy worker.a,worker.b'])
    await pass(1_500)
    assert.equal(terminated(), 1)
  })

  it('S37: gives up a thread that has not ended a second later: it is dead, fenced off, and not heard any more', async () => {
    const { kernel, place, begin, pass, told, memory, events, deaths } = await makeKernel({ maxHandlerTime: 1_000 })
    const command = kernel.command(place, (number) => ({ kind: 'halt', command: number, pid: PID, reason: 'a test' }))
    const failed = assert.rejects(command, { code: 'ACTOR_DEAD', executed: 'maybe' })
    begin()
    await pass(1_250)
    assert.equal(memory.isFenced, false)
    await pass(1_000)
    assert.equal(memory.isFenced, true)
    await failed
    assert.deepEqual(kernel.givenUp, ['worker'])
    assert.equal(kernel.isAlive(place), false)
    assert.match(deaths[0]!.reason, /held it for .*; it stands in native code, and was given up$/)
    assert.deepEqual(
      told().map((text) => text.split(/[ :]/)[0]),
      ['busy', 'threadGivenUp', 'threadDied'],
    )
    // It comes back, speaks, and ends at last: nobody hears it, and it is not counted any more.
    events.message({ kind: 'introduce', place: 0 })
    events.exit(KILLED)
    assert.equal(told().length, 3)
    assert.deepEqual([kernel.givenUp, deaths.length], [[], 1])
  })

  it('S30: gives up a thread that was told to leave and cannot be ended', async () => {
    const { kernel, place, pass, memory, told, deaths } = await makeKernel()
    const leave = kernel.dismiss(place)
    await pass(6_100)
    assert.equal(await leave, 'given up')
    assert.deepEqual([kernel.givenUp, memory.isFenced, deaths], [['worker'], true, []])
    const given = 'its thread did not stop in time; it stands in native code, and was given up'
    assert.deepEqual(told(), [`threadGivenUp: ${given}`, `threadDied: ${given}`])
  })
})
